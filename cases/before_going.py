"""What to know before one goes: which papers, what it costs, how long it takes, at which office.

What a procedure says it is `unsure` of is not shown: people are sent to the office for that.
"""

from cases import phrases
from cases.kinds.shape import Paper, Procedure
from cases.kinds.store import kinds
from database.sealing import fingerprint
from locales.values import Value, Values, plain
from menus.actions import Context, Item, Outcome, action, chosen, source
from queues.overview import overview
from queues.phrases import named
from sms import outbox
from sms.texts import fits

_NAME = {"procedure_name": plain(22)}
_PAPERS = {**_NAME, "papers": plain(80), "delay": plain(40)}
_OF_IT = {"procedure": chosen("cases.procedures")}
_MOST_OFFICES = 60


@source("cases.procedure_offices")
def procedure_offices(context: Context) -> list[Item]:
    """The offices whose papers and prices we know."""
    codes = {code for one in kinds(context.db).procedures for code in one.offices}
    offices = (live.place.office for live in overview(context.now).offices)
    return [
        Item(office.code, named(context.language, office.name))
        for office in offices
        if office.code in codes
    ]


@source("cases.procedures", parameters={"procedure_office": chosen("cases.procedure_offices")})
def procedures(context: Context, procedure_office: str) -> list[Item]:
    """What can be asked for at an office."""
    return [
        Item(one.code, phrases.named(context.language, one.label))
        for one in kinds(context.db).procedures
        if procedure_office in one.offices
    ]


@action(
    "cases.papers",
    parameters=_OF_IT,
    outcomes={"priced": {**_PAPERS, "fee": plain(20)}, "free": _PAPERS, "unsure": _PAPERS},
    writes=False,
)
def papers(context: Context, procedure: str) -> Outcome:
    """What to bring, what it costs, how long it takes."""
    found = kinds(context.db).procedure(procedure)
    values: dict[str, Value] = {
        "procedure_name": phrases.named(context.language, found.label),
        "papers": _sure(context, found, "papers", found.short),
        "delay": _sure(context, found, "delay", found.delay),
    }
    cost = _cost(found)
    return Outcome(cost, {**values, "fee": _fee(found)} if cost == "priced" else values)


@action(
    "cases.competent",
    parameters=_OF_IT,
    outcomes={"found": {**_NAME, "where": plain(30), "where_offices": plain(_MOST_OFFICES)}},
    writes=False,
)
def competent(context: Context, procedure: str) -> Outcome:
    """Which office is competent: by the place of birth, of residence or of the event; and the
    offices here that offer it."""
    found = kinds(context.db).procedure(procedure)
    return Outcome(
        "found",
        {
            "procedure_name": phrases.named(context.language, found.label),
            "where": _place(context, found),
            "where_offices": _offices(context, found),
        },
    )


@action("cases.papers_by_sms", parameters=_OF_IT, outcomes={"sent": {}})
def papers_by_sms(context: Context, procedure: str) -> Outcome:
    """Sends papers, price and delay; it does not say of what."""
    found = kinds(context.db).procedure(procedure)
    text, values = _sms(context, found)
    outbox.post(
        context.db,
        key=f"going:{found.code}:{fingerprint(context.phone)[:16]}:{int(context.now.timestamp())}",
        text=text,
        phone=context.phone,
        language=context.language,
        values=values,
        now=context.now,
        asked=True,
    )
    return Outcome("sent")


def _sms(context: Context, found: Procedure) -> tuple[str, Values]:
    """All papers where they fit, else the short list; the delay where it does."""
    short = {
        "bring": _sure(context, found, "papers", found.short),
        "delay": _sure(context, found, "delay", found.delay),
        "price": _fee(found),
    }
    lists = [short]
    if found.papers and "papers" not in found.unsure:
        lists.insert(0, {**short, "bring": _in_full(context, found)})
    text = f"going_{_cost(found)}"
    for name in (text, f"{text}_short"):
        for values in lists:
            if fits(name, context.language, values):
                return name, values
    return f"{text}_short", short


def _sure(context: Context, found: Procedure, part: str, french: str) -> str:
    if part in found.unsure:
        return phrases.say(context.language, phrases.ASK)
    return phrases.named(context.language, french)


def _cost(found: Procedure) -> str:
    if "fee" in found.unsure or found.fee is None:
        return "unsure"
    return "priced" if found.fee[1] else "free"


def _fee(found: Procedure) -> str:
    """`300 FCFA`, `2000-6000 FCFA`; empty where it is not sure."""
    if _cost(found) != "priced" or found.fee is None:
        return ""
    least, most = found.fee
    return f"{most} FCFA" if most == least else f"{least}-{most} FCFA"


def _place(context: Context, found: Procedure) -> str:
    if "place" in found.unsure:
        return phrases.say(context.language, phrases.ASK)
    return phrases.say(context.language, phrases.PLACES[found.place])


def _offices(context: Context, found: Procedure) -> str:
    names = [
        named(context.language, live.place.office.name)
        for live in overview(context.now).offices
        if live.place.office.code in found.offices
    ]
    return phrases.in_words(context.language, names, _MOST_OFFICES, phrases.OFFICES)


def _in_full(context: Context, found: Procedure) -> str:
    """`volet 1 ou livret de famille; 2 extraits de moins de 3 mois`"""
    return "; ".join(_paper(context, one) for one in found.papers)


def _paper(context: Context, one: Paper) -> str:
    spoken = context.language
    said = phrases.say(spoken, phrases.OR).join(phrases.named(spoken, name) for name in one.one_of)
    if one.fresh_months is not None:
        said = phrases.say(spoken, phrases.FRESH, paper=said, count=one.fresh_months)
    return f"{one.copies} x {said}" if one.copies > 1 else said
