"""A holder entrusts a dossier, or all of theirs, to a person close to them, and takes that back.

Both are told by SMS each time. Only on the holder's own phone, where the dossier is open.
"""

from cases import phrases, reading, references
from cases.letters import language_of, to
from cases.models import Case
from citizens import mandates, news
from citizens.directory import find, find_or_add
from citizens.mandates import ALL, TooMany
from citizens.models import Citizen, Mandate
from citizens.phones import masked
from locales.values import DATE, PHONE, REFERENCE, Values, number, text
from menus.actions import Context, Item, Outcome, action, chosen, source


@action(
    "cases.entrust",
    parameters={
        "reference": REFERENCE,
        "mandate_scope": text(5),
        "proxy": PHONE,
        "mandate_days": number(999),
    },
    outcomes={"given": {"until": DATE}, "yourself": {}, "too_many": {}, "elsewhere": {}},
    binding=True,
)
def entrust(
    context: Context, reference: str, mandate_scope: str, proxy: str, mandate_days: int
) -> Outcome:
    """Lets the person of that number read `one` dossier, or `all` of this phone's, for some days.
    `elsewhere`: only the holder can, on their own phone."""
    one = reading.opened(context.db, context.phone, reference, context.now)
    if one is None or not one.own:
        return Outcome("elsewhere")
    if proxy == context.phone:
        return Outcome("yourself")
    holder, mediator = find_or_add(context.db, context.phone), find_or_add(context.db, proxy)
    scope = ALL if mandate_scope == "all" else mandates.one(one.case.id or 0)
    try:
        given = mandates.give(context.db, holder, mediator, scope, int(mandate_days), context.now)
    except TooMany:
        return Outcome("too_many")
    until = {"until": given.expires_on.isoformat()}
    _tell(context, given, holder, mediator, ("mandate_given", "mandate_received"), until)
    return Outcome("given", until)


@source("cases.my_mandates", label=text(40))
def my_mandates(context: Context) -> list[Item]:
    """Whom one lets read one's dossiers: the masked number, and which."""
    return [Item(str(given.id), _line(context, given)) for given in _given(context)]


def _line(context: Context, given: Mandate) -> str:
    mediator = context.db.get_one(Citizen, given.mediator_id)
    return f"{masked(mediator.phone)} : {_what(context, given, context.language)}"


@action(
    "cases.revoke",
    parameters={"mandate": chosen("cases.my_mandates")},
    outcomes={"revoked": {}, "gone": {}},
)
def revoke(context: Context, mandate: str) -> Outcome:
    """Takes a mandate back, from now on."""
    given = next((one for one in _given(context) if str(one.id) == mandate), None)
    if given is None:
        return Outcome("gone")
    mandates.revoke(given, context.now)
    holder = context.db.get_one(Citizen, given.holder_id)
    mediator = context.db.get_one(Citizen, given.mediator_id)
    _tell(context, given, holder, mediator, ("mandate_revoked", "mandate_ended"), {})
    return Outcome("revoked")


def _given(context: Context) -> list[Mandate]:
    holder = find(context.db, context.phone)
    if holder is None or holder.id is None:
        return []
    return mandates.given(context.db, holder.id, context.now.date())


def _what(context: Context, given: Mandate, language: str) -> str:
    case = context.db.get(Case, mandates.case_of(given) or 0)
    if case is None:
        return phrases.say(language, phrases.ALL)
    return phrases.say(language, phrases.ONE, tail=references.tail(case.reference))


def _tell(
    context: Context,
    given: Mandate,
    holder: Citizen,
    mediator: Citizen,
    texts: tuple[str, str],
    more: Values,
) -> None:
    """The holder, then the mediator, each in their language, with the other's masked number."""
    both = ((holder, mediator), (mediator, holder))
    for text_name, (person, other) in zip(texts, both, strict=True):
        what = _what(context, given, language_of(context.db, person.phone))
        values = {"what": what, "person": masked(other.phone), **more}
        under = f"mandate:{given.id}:{text_name.removeprefix('mandate_')}"
        to(context.db, person.phone, under, text_name, values, context.now)
        news.changed(context.db, person.phone)
