"""Reading a dossier: freely on its holder's phone, with birth year and PIN on any other.

Five wrong tries a day per reference and per phone; after that, right and wrong look the same, and
do not count: the lock opens a day after the tries that closed it. A reference that does not exist
costs as much time as one that does.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import func, or_, text
from sqlmodel import Session, col, select

from cases.models import LOCKED, SHOWN, WRONG, Case, CaseReading
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


def shown_on_own_phone(db: Session, phone: str, now: datetime) -> list[Case]:
    """The dossiers that name this phone, for a list that tells their status: each is noted as read.
    Call it in a write transaction."""
    cases = cases_of(db, phone)
    for case in cases:
        _note(db, case.reference, phone, case, own_phone=True, outcome=SHOWN, now=now)
    return cases


def on_own_phone(db: Session, phone: str, reference: str, now: datetime) -> Case | None:
    """The dossier, if it names this phone; the reading is noted."""
    for case in cases_of(db, phone):
        if case.reference == reference:
            _note(db, reference, phone, case, own_phone=True, outcome=SHOWN, now=now)
            return case
    return None


def on_other_phone(
    db: Session, phone: str, reference: str, birth_year: int, pin: str, now: datetime
) -> Case | None:
    """The dossier, if reference, birth year and PIN go together and tries are left."""
    case = db.exec(select(Case).where(Case.reference == reference)).first()
    right = _matches((case.pin_hash if case else None) or _nobodys_hash(), pin)
    right = right and case is not None and case.pin_hash is not None
    right = right and case is not None and case.birth_year == birth_year
    _one_at_a_time(db, reference, phone)
    # Counted whether right or wrong: what a locked dossier does must not tell which it was.
    locked = _wrong_today(db, reference, phone, now) >= TRIES_A_DAY
    outcome = LOCKED if locked else SHOWN if right else WRONG
    _note(db, reference, phone, case, own_phone=False, outcome=outcome, now=now)
    return case if outcome == SHOWN else None


def _one_at_a_time(db: Session, reference: str, phone: str) -> None:
    """Until this transaction ends, no other counts or adds tries with this reference or phone: else
    a hundred at once would each count none. On SQLite there is one writer at a time anyway."""
    if db.get_bind().dialect.name == "sqlite":
        return
    hashes = {*fingerprints(reference), *fingerprints(phone)}
    # Sorted, so that two transactions don't wait for each other's second lock; signed 64-bit.
    for number in sorted(int(hashed[:16], 16) - 2**63 for hashed in hashes):
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _matches(hashed: str, pin: str) -> bool:
    try:
        return _hasher.verify(hashed, pin)
    except VerificationError:
        return False


def _wrong_today(db: Session, reference: str, phone: str, now: datetime) -> int:
    """The larger of the wrong tries with this reference and from this phone in 24 hours."""
    of_reference = col(CaseReading.reference_hash).in_(fingerprints(reference))
    of_phone = col(CaseReading.phone_hash).in_(fingerprints(phone))
    rows = db.exec(
        select(
            func.count().filter(of_reference),
            func.count().filter(of_phone),
        ).where(
            CaseReading.at > now - timedelta(days=1),
            CaseReading.outcome == WRONG,
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
    outcome: str,
    now: datetime,
) -> None:
    db.add(
        CaseReading(
            reference_hash=fingerprint(reference),
            reference=reference,
            phone_hash=fingerprint(phone),
            phone=phone,
            case_id=case.id if case else None,
            own_phone=own_phone,
            outcome=outcome,
            at=now,
        )
    )
