"""What menus can do with SMS: show what one gets, and switch it on or off.

Where SMS can't be answered, this is how one stops them.
"""

from locales.catalogues import translated
from menus.actions import Context, Item, Outcome, action, chosen, source
from sms import consent
from sms.states import DOSSIERS, SURVEYS, TICKETS, TOPICS

CONTEXT = "sms_topics"
LABELS = {
    (TICKETS, True): "Tickets : oui",
    (TICKETS, False): "Tickets : non",
    (DOSSIERS, True): "Dossiers : oui",
    (DOSSIERS, False): "Dossiers : non",
    (SURVEYS, True): "Votre avis : oui",
    (SURVEYS, False): "Votre avis : non",
}


@source("sms.my_sms", most=len(TOPICS))
def my_sms(context: Context) -> list[Item]:
    """What one may get SMS about, and whether one does."""
    off = consent.unwanted(context.db, context.phone)
    return [
        Item(topic, translated(context.language, CONTEXT, LABELS[topic, _on(off, topic)]))
        for topic in TOPICS
    ]


@action(
    "sms.switch",
    parameters={"topic": chosen("sms.my_sms")},
    outcomes={"wanted": {}, "unwanted": {}},
)
def switch(context: Context, topic: str) -> Outcome:
    """Switches the SMS on a topic on or off."""
    wanted = consent.switch(context.db, context.phone, topic, "ussd")
    return Outcome("wanted" if wanted else "unwanted")


def _on(off: set[str], topic: str) -> bool:
    return not consent.stops(off, topic)
