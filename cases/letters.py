"""The SMS about dossiers: to whom, in which language, under which key."""

from datetime import datetime

from sqlmodel import Session

from cases.models import Case
from citizens.directory import find
from citizens.models import Citizen
from locales.values import Values
from menus.codes import code_to_dial
from settings import current
from sms import outbox


def to_holder(
    db: Session, case: Case, under: str, text: str, values: Values, now: datetime
) -> bool:
    """To the phone that the dossier names; False where it names none."""
    holder = db.get(Citizen, case.citizen_id) if case.citizen_id is not None else None
    if holder is None:
        return False
    to(db, holder.phone, under, text, values, now, case.office_id)
    return True


def to(
    db: Session,
    phone: str,
    under: str,
    text: str,
    values: Values,
    now: datetime,
    office: int | None = None,
) -> None:
    """To a phone, in its language, with the code to dial. `office`: whose message it is."""
    outbox.post(
        db,
        key=under,
        text=text,
        phone=phone,
        language=language_of(db, phone),
        values={"code": code_to_dial(db), **values},
        now=now,
        office=office,
    )


def language_of(db: Session, phone: str) -> str:
    """What this phone's owner reads, as far as we know."""
    citizen = find(db, phone)
    return (citizen and citizen.language) or current().default_language


def key(case: Case, what: str | int) -> str:
    """What the outbox knows a message by: each is written once."""
    return f"case:{case.id}:{what}"
