"""Reading a dossier: freely on its holder's phone, with birth year and PIN on any other.

Five tries a day per reference and per phone; after that, right and wrong look the same. A reference
that does not exist costs as much time as one that does.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from cases.models import Case, CaseReading
from citizens.directory import find
from database.sealing import fingerprint, fingerprints

TRIES_A_DAY = 5

# A PIN has few digits: what guards it is the count of tries. The hash keeps a stolen database from
# giving PINs away at once; its cost is held to some 20 ms, for it is paid within a dial.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second choice


def pin_hash(pin: str) -> str:
    return _hasher.hash(pin)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's PIN")


def cases_of(db: Session, phone: str) -> list[Case]:
    """The dossiers that name this phone, the newest move first."""
    citizen = find(db, phone)
    if citizen is None:
        return []
    query = select(Case).where(Case.citizen_id == citizen.id)
    return list(db.exec(query.order_by(col(Case.since).desc(), col(Case.id))))


def on_own_phone(db: Session, phone: str, reference: str, now: datetime) -> Case | None:
    """The dossier, if it names this phone; the reading is noted."""
    for case in cases_of(db, phone):
        if case.reference == reference:
            _note(db, reference, phone, case, own_phone=True, shown=True, now=now)
            return case
    return None


def on_other_phone(
    db: Session, phone: str, reference: str, birth_year: int, pin: str, now: datetime
) -> Case | None:
    """The dossier, if reference, birth year and PIN go together and tries are left."""
    case = db.exec(select(Case).where(Case.reference == reference)).first()
    right = _matches(case.pin_hash if case else _nobodys_hash(), pin)
    right = right and case is not None and case.birth_year == birth_year
    shown = right and _failed_today(db, reference, phone, now) < TRIES_A_DAY
    _note(db, reference, phone, case, own_phone=False, shown=shown, now=now)
    return case if shown else None


def _matches(hashed: str, pin: str) -> bool:
    try:
        return _hasher.verify(hashed, pin)
    except VerificationError:
        return False


def _failed_today(db: Session, reference: str, phone: str, now: datetime) -> int:
    """The larger of the failed tries with this reference and from this phone in 24 hours."""
    of_reference = col(CaseReading.reference_hash).in_(fingerprints(reference))
    of_phone = col(CaseReading.phone_hash).in_(fingerprints(phone))
    rows = db.exec(
        select(
            func.count().filter(of_reference),
            func.count().filter(of_phone),
        ).where(
            CaseReading.at > now - timedelta(days=1),
            col(CaseReading.shown).is_(False),
            or_(of_reference, of_phone),
        )
    ).one()
    return max(rows)


def _note(
    db: Session,
    reference: str,
    phone: str,
    case: Case | None,
    *,
    own_phone: bool,
    shown: bool,
    now: datetime,
) -> None:
    db.add(
        CaseReading(
            reference_hash=fingerprint(reference),
            phone_hash=fingerprint(phone),
            case_id=case.id if case else None,
            own_phone=own_phone,
            shown=shown,
            at=now,
        )
    )
