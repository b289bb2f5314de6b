"""What menus can do with dossiers: list and open them, send one by SMS, say what is missing."""

from cases import letters, phrases, reading, references, standing
from cases.models import Case
from cases.reading import Readable
from cases.standing import OUTCOMES, Seen
from cases.telling import telling
from database.sealing import fingerprint
from locales.values import PIN, REFERENCE, YEAR, text
from menus import words
from menus.actions import Context, Item, Outcome, action, fact, source
from menus.entries import check, digits
from sms import outbox

_OF_IT = {"reference": REFERENCE}
_TAIL = {"tail": phrases.TAIL}


@source("cases.mine", gives=REFERENCE, label=text(30), writes=True)
def mine(context: Context) -> list[Item]:
    """The dossiers that name this phone, and those it has a mandate for: the tail of the reference
    and the status, no matter. First what asks something of the citizen."""
    found = reading.listed(context.db, context.phone, context.now)
    return [Item(one.case.reference, _line(context.language, one)) for one in found]


def _line(language: str, one: Readable) -> str:
    tail = references.tail(one.case.reference)
    if one.asks_pin:
        return phrases.say(language, phrases.BY_PIN, tail=tail)
    line = phrases.listed(language, tail, one.case.status)
    return line if one.own else phrases.say(language, phrases.FOR_ANOTHER, line=line)


@check(
    "reference",
    least=10,
    most=10,
    kind=REFERENCE,
    complaint=words.WRONG_REFERENCE,
    sample="1234567889",
)
def reference_entry(entry: str, least: int, most: int) -> str | None:
    """A reference whose check digits hold, typed in any grouping."""
    typed = digits(entry, least, most)
    return typed if typed is not None and references.is_valid(typed) else None


@fact("has_dossier")
def has_dossier(context: Context) -> bool:
    """Those whose phone a dossier names."""
    return bool(reading.cases_of(context.db, context.phone))


@action(
    "cases.find",
    parameters=_OF_IT,
    outcomes={**OUTCOMES, "ask_pin": _TAIL, "no_pin": _TAIL, "not_yours": {}},
)
def find_case(context: Context, reference: str) -> Outcome:
    """A dossier by its reference, on its holder's phone or by a mandate. `ask_pin`: its type wants
    the PIN here, too; `no_pin`: and it has none yet. `not_yours` says nothing on whether it exists.
    """
    one = reading.without_pin(context.db, context.phone, reference, context.now)
    if one is None:
        return Outcome("not_yours")
    if not one.asks_pin:
        return _status(context, one.case)
    tail = {"tail": references.tail(reference)}
    return Outcome("ask_pin" if one.case.pin_hash else "no_pin", tail)


@action(
    "cases.unlock",
    parameters={**_OF_IT, "birth_year": YEAR, "pin": PIN},
    outcomes={**OUTCOMES, "locked": {}},
)
def unlock(context: Context, reference: str, birth_year: str, pin: str) -> Outcome:
    """A dossier on a phone that is not its holder's, who is told of it."""
    case = reading.on_other_phone(
        context.db, context.phone, reference, int(birth_year), pin, context.now
    )
    return _status(context, case) if case else Outcome("locked")


@action(
    "cases.unlock_here",
    parameters={**_OF_IT, "pin": PIN},
    outcomes={**OUTCOMES, "locked": {}},
)
def unlock_here(context: Context, reference: str, pin: str) -> Outcome:
    """A dossier on its holder's own phone, where its type wants the PIN: phones are shared."""
    case = reading.on_own_phone(context.db, context.phone, reference, pin, context.now)
    return _status(context, case) if case else Outcome("locked")


def _status(context: Context, case: Case) -> Outcome:
    return Outcome(*standing.outcome(_see(context, case)))


def _see(context: Context, case: Case) -> Seen:
    return standing.see(context.db, case, context.language, context.now)


@action("cases.by_sms", parameters=_OF_IT, outcomes={"sent": {}, "elsewhere": {}})
def by_sms(context: Context, reference: str) -> Outcome:
    """Sends this phone what it was just shown. `elsewhere`: it was not, or too long ago."""
    one = reading.opened(context.db, context.phone, reference, context.now)
    if one is None:
        return Outcome("elsewhere")
    told = telling(_see(context, one.case), context.service_code)
    asked = f"asked:{fingerprint(context.phone)[:16]}:{int(context.now.timestamp())}"
    outbox.post(
        context.db,
        key=letters.key(one.case, asked),
        text=told.text,
        phone=context.phone,
        language=context.language,
        values=told.values,
        now=context.now,
        asked=True,
        office=one.case.office_id,
    )
    return Outcome("sent")


@source("cases.missing", parameters=_OF_IT, label=text(40), most=20)
def missing(context: Context, reference: str) -> list[Item]:
    """The papers that are missing, each by its name."""
    one = reading.opened(context.db, context.phone, reference, context.now)
    if one is None:
        return []
    seen = _see(context, one.case)
    return [
        Item(code, phrases.named(context.language, name))
        for code, name in zip(seen.codes_missing, seen.missing, strict=True)
    ]
