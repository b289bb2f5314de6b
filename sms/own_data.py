"""What menus can do for a citizen with what is held of them: show it, by SMS as well, correct it,
ask for a copy, erase it; and say who holds it, why, how long. docs/privacy.md."""

from collections.abc import Mapping

from citizens import privacy
from citizens.directory import find
from citizens.phones import masked
from citizens.privacy import Hindered, Person
from database.sealing import fingerprint
from locales.catalogues import NAMES, translated
from locales.values import Value, number, plain
from menus.actions import FIRST_DIAL, Context, Outcome, action
from settings import current
from sms import consent, outbox
from sms.routes import ways
from sms.states import EMAIL, EVERYTHING, TOPICS
from sms.texts import compose

CONTEXT = "privacy"
NOT_SAID = "non dit"
NONE = "non"
SOMEBODY = "votre bureau"
WORDS = (NOT_SAID, NONE, SOMEBODY)
_TOPICS = {"tickets": "tickets", "dossiers": "dossiers", "surveys": "avis"}

_MOST = 999
_HELD = {
    "number": plain(16),
    "tongue": plain(12),
    "way": plain(8),
    "born": plain(8),
    "email": plain(24),
    "stopped": plain(22),
    "cases": number(_MOST),
    "tickets": number(_MOST),
    "mandates": number(_MOST),
    "messages": number(_MOST),
}


@action("privacy.held", outcomes={"held": _HELD, "nothing": {}})
def held(context: Context) -> Outcome:
    """What is held of this phone's person, in short; the SMS says the same, once a day."""
    person = privacy.person(context.db, context.phone)
    if person.citizen is None:
        return Outcome("nothing")
    values = _in_short(context, person)
    _post_once_a_day(context, "held", values)
    return Outcome("held", values)


def _in_short(context: Context, person: Person) -> dict[str, Value]:
    citizen = person.citizen
    assert citizen is not None
    minutes = citizen.travel_minutes
    off = consent.unwanted(context.db, context.phone)
    stopped = [_TOPICS[topic] for topic in TOPICS if topic in off or EVERYTHING in off]

    def count(what: str) -> int:
        return min(privacy.count(context.db, person, what), _MOST)

    return {
        "number": masked(context.phone),
        "tongue": NAMES.get(citizen.language or "", "-"),
        "way": f"{minutes} min" if minutes is not None else _said(context, NOT_SAID),
        "born": str(citizen.birth_year or _said(context, NOT_SAID)),
        "email": privacy.shown_email(citizen) or _said(context, NONE),
        "stopped": ", ".join(stopped) or "-",
        "cases": count("dossiers"),
        "tickets": count("tickets"),
        "mandates": count("mandates"),
        "messages": count("messages"),
    }


@action(
    "privacy.rights",
    outcomes={
        "told": {
            "controller": plain(40),
            "authority": plain(20),
            "sms_days": number(3650),
            "ticket_days": number(3650),
            "case_days": number(36_500),
        }
    },
)
def rights(context: Context) -> Outcome:
    """Who holds what, why, how long, and what a citizen may ask; the SMS says the same, once a
    day."""
    kept = current()
    values: dict[str, Value] = {
        "controller": kept.data_controller or _said(context, SOMEBODY),
        "authority": kept.data_authority,
        "sms_days": kept.sms_keep_days,
        "ticket_days": kept.tickets_keep_days,
        "case_days": kept.cases_keep_days,
    }
    _post_once_a_day(context, "rights", values)
    return Outcome("told", values)


@action("privacy.remove_email", outcomes={"removed": {}})
def remove_email(context: Context) -> Outcome:
    """Takes the e-mail address away."""
    citizen = find(context.db, context.phone)
    if citizen is not None:
        citizen.email = None
    return Outcome("removed")


@action("privacy.ask_export", outcomes={"asked": {}, "mailed": {}})
def ask_export(context: Context) -> Outcome:
    """Notes that this person wants a copy of everything, which the office hands over; `mailed`: the
    same in short goes to their e-mail address at once."""
    person = privacy.person(context.db, context.phone)
    privacy.ask_for_copy(context.db, person)
    _post_once_a_day(context, "copy", {})
    email = person.citizen.email if person.citizen else None
    if email is None or not ways(EMAIL, email):
        return Outcome("asked")
    values = _in_short(context, person)
    written = compose("data_held", context.language, {**values, "code": context.service_code})
    key = f"{_once_a_day(context, 'copy')}:email"
    outbox.write(context.db, key, "data_copy", EMAIL, email, context.language, written, context.now)
    return Outcome("mailed")


@action(
    "privacy.erase",
    outcomes={"erased": {}, "live_ticket": {}, "refused": {}},
    binding=True,
)
def erase(context: Context) -> Outcome:
    """Erases everything that is held of this phone's person; dossiers stay, without them.
    `live_ticket`: first that ends."""
    person = privacy.person(context.db, context.phone)
    try:
        privacy.erase(context.db, person, context.now, "citizen")
    except Hindered as hindered:
        return Outcome("live_ticket" if hindered.why == "live_ticket" else "refused")
    return Outcome("erased", facts={FIRST_DIAL: True})


def _once_a_day(context: Context, what: str) -> str:
    """Under this key, which tells nobody whose it is."""
    return f"data:{fingerprint(f'{what} {context.phone} {context.now:%Y%m%d}')}"


def _post_once_a_day(context: Context, what: str, values: Mapping[str, Value]) -> None:
    """The text `data_<what>`, to the phone that asks."""
    outbox.post(
        context.db,
        key=_once_a_day(context, what),
        text=f"data_{what}",
        phone=context.phone,
        language=context.language,
        values={**values, "code": context.service_code},
        now=context.now,
    )


def _said(context: Context, french: str) -> str:
    return translated(context.language, CONTEXT, french)
