"""The PIN of a dossier, which its holder gets by SMS or chooses, on the phone that it names.

One who was given none at the office needs it to read on another phone; where the type says
`pin_here`, to read at all. There, whoever has the phone can set the first one: nothing tells them
from the holder. A PIN that there is can be changed once the dossier is open.
"""

from datetime import datetime
from random import SystemRandom
from typing import Final

from sqlmodel import Session

from cases import letters, phrases, reading, references
from cases.models import Case
from locales.values import PIN, REFERENCE, YEAR
from menus.actions import Context, Outcome, action

_OF_IT = {"reference": REFERENCE}
_chance: Final = SystemRandom()
_RUN: Final = "01234567890123456789"


def draw() -> str:
    """Four digits that nobody can tell before."""
    while True:
        pin = f"{_chance.randrange(10**4):04d}"
        if not is_weak(pin, None):
            return pin


def is_weak(pin: str, birth_year: int | None) -> bool:
    """Whether it is among the first that a stranger would try: one digit, a run, the birth year."""
    return len(set(pin)) == 1 or pin in _RUN or pin in _RUN[::-1] or pin == str(birth_year)


@action(
    "cases.pin_state",
    parameters=_OF_IT,
    outcomes={"ready": {"tail": phrases.TAIL}, "year_missing": {}, "elsewhere": {}},
)
def pin_state(context: Context, reference: str) -> Outcome:
    """Whether a PIN can be set here. `year_missing`: another phone is asked for the birth year as
    well, and nobody has said it; `elsewhere`: only on the holder's own phone."""
    case = _own(context, reference)
    if case is None:
        return Outcome("elsewhere")
    if case.birth_year is None:
        return Outcome("year_missing")
    return Outcome("ready", {"tail": references.tail(reference)})


@action(
    "cases.keep_year",
    parameters={**_OF_IT, "own_year": YEAR},
    outcomes={"kept": {"tail": phrases.TAIL}, "elsewhere": {}},
)
def keep_year(context: Context, reference: str, own_year: str) -> Outcome:
    """Notes the holder's birth year, where the office has given none."""
    case = _own(context, reference)
    if case is None:
        return Outcome("elsewhere")
    case.birth_year = case.birth_year or int(own_year)
    return Outcome("kept", {"tail": references.tail(reference)})


@action("cases.pin_by_sms", parameters=_OF_IT, outcomes={"sent": {}, "elsewhere": {}})
def pin_by_sms(context: Context, reference: str) -> Outcome:
    """Draws a PIN and sends it to the holder's phone, whose words are erased once it has left."""
    case = _own(context, reference)
    if case is None:
        return Outcome("elsewhere")
    send_new(context.db, case, context.now)
    return Outcome("sent")


def send_new(db: Session, case: Case, now: datetime) -> None:
    """To the holder's own phone and nowhere else: the one before opens nothing any more. For a
    dossier that names a phone."""
    pin = draw()
    case.pin_hash = reading.pin_hash(pin)
    under = letters.key(case, f"pin:{int(now.timestamp())}")
    values = {"tail": references.tail(case.reference), "pin": pin}
    letters.to_holder(db, case, under, "case_pin", values, now)


@action(
    "cases.choose_pin",
    parameters={**_OF_IT, "new_pin": PIN},
    outcomes={"chosen": {}, "weak": {}, "elsewhere": {}},
)
def choose_pin(context: Context, reference: str, new_pin: str) -> Outcome:
    """Sets the PIN that was typed. `weak`: too easily guessed."""
    case = _own(context, reference)
    if case is None:
        return Outcome("elsewhere")
    if is_weak(new_pin, case.birth_year):
        return Outcome("weak")
    case.pin_hash = reading.pin_hash(new_pin)
    return Outcome("chosen")


def _own(context: Context, reference: str) -> Case | None:
    """The holder's own dossier, if it is open here or has no PIN yet."""
    opened = reading.opened(context.db, context.phone, reference, context.now)
    if opened is not None:
        return opened.case if opened.own else None
    of_mine = reading.cases_of(context.db, context.phone)
    return next((one for one in of_mine if one.reference == reference and not one.pin_hash), None)
