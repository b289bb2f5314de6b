"""Reading a dossier: freely on its holder's phone, by a mandate, with birth year and PIN on others.

Where a type says `pin_here`, the holder's own phone is asked for the PIN, too: phones are shared.
Each reading is noted (dossier_reading), and its holder is told by SMS of each that was on another
phone, once a day and reader.

What guards the few digits of a PIN is a count of wrong tries within 24 hours: five from one phone,
whatever it asks for, and five for one reference, from all phones that are not known to it. After
that right and wrong look the same and do not count: the lock opens a day after the tries that
closed it. So strangers who guess lock one another out, of that reference, and nobody else:

- the holder's own phone and a mediator with a mandate are not asked, or not counted with strangers;
- a phone that has read the dossier with the right PIN before is known to it: others' tries do not
  lock it, only its own do;
- other references stay open to all other phones;
- a phone that reads with the right PIN for the first time while strangers have locked that very
  reference is turned away, until the next day or until its holder gives a mandate. To tell it from
  a guesser would need what a guesser does not see, and there is nothing of the kind.

A reference that does not exist, one without a PIN or a birth year, and one whose holder was erased
are asked the same of the database and cost the same hashing as a wrong PIN.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import func, or_, text
from sqlmodel import Session, col, select

from cases import letters, references
from cases.kinds.store import kinds
from cases.models import LOCKED, SHOWN, WRONG, Case, CaseReading
from cases.statuses import ATTENTION
from citizens import mandates
from citizens.directory import find
from citizens.phones import masked
from database.sealing import fingerprint, fingerprints

TRIES_A_DAY: Final = 5
STAYS_OPEN: Final = timedelta(minutes=15)  # after its PIN, for what follows in the same session
_KNOWN: Final = timedelta(days=400)  # for which a phone that gave the right PIN is known

# A PIN has few digits: what guards it is the count of tries. The hash keeps a stolen database from
# giving PINs away at once; its cost is held to some 20 ms, for it is paid within a dial.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second choice


@dataclass(frozen=True, slots=True)
class Readable:
    """A dossier that a phone may read without knowing more: its own, or by a mandate. `asks_pin`:
    its type wants the PIN first."""

    case: Case
    own: bool
    asks_pin: bool


def pin_hash(pin: str) -> str:
    return _hasher.hash(pin)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's PIN")


# -- what a phone may read without knowing more ---------------------------------------------------


def cases_of(db: Session, phone: str) -> list[Case]:
    """The dossiers that name this phone, the newest move first."""
    citizen = find(db, phone)
    if citizen is None:
        return []
    query = select(Case).where(Case.citizen_id == citizen.id)
    return list(db.exec(query.order_by(col(Case.since).desc(), col(Case.id))))


def readable(db: Session, phone: str, now: datetime) -> list[Readable]:
    """Its own dossiers and those it has a mandate for: first what asks something of the citizen,
    last what is opened by a PIN, which tells nothing here."""
    types = kinds(db).types
    own = [Readable(case, True, types[case.type_id].pin_here) for case in cases_of(db, phone)]
    of_others = [Readable(case, False, False) for case in _entrusted(db, phone, now)]
    found = {one.case.id: one for one in (*of_others, *own)}.values()
    return sorted(found, key=_rank)


def _rank(one: Readable) -> tuple[bool, bool, int, int, int]:
    status = 0 if one.asks_pin else ATTENTION.index(one.case.status)
    days = 0 if one.asks_pin else -one.case.since.toordinal()
    return one.asks_pin, not one.own, status, days, one.case.id or 0


def _entrusted(db: Session, phone: str, now: datetime) -> list[Case]:
    """The dossiers that their holders let this phone read."""
    citizen = find(db, phone)
    held = mandates.live(db, citizen.id, now.date()) if citizen and citizen.id else []
    if not held:
        return []
    one = [mandates.case_of(mandate) for mandate in held]
    all_of = [mandate.holder_id for mandate in held if mandate.scope == mandates.ALL]
    holders = {mandate.holder_id for mandate in held}
    query = select(Case).where(
        # Of a dossier that has another holder since, a mandate says nothing.
        or_(
            col(Case.citizen_id).in_(all_of),
            col(Case.id).in_([number for number in one if number is not None])
            & col(Case.citizen_id).in_(holders),
        )
    )
    return list(db.exec(query))


def listed(db: Session, phone: str, now: datetime) -> list[Readable]:
    """For a list that tells where each stands: those that it tells of are noted as read. Call it in
    a write transaction."""
    found = readable(db, phone, now)
    for one in found:
        if not one.asks_pin:
            _note_shown(db, one, phone, now)
    return found


def without_pin(db: Session, phone: str, reference: str, now: datetime) -> Readable | None:
    """The dossier, if this phone may read it as it is, which is noted unless the PIN is asked for
    first. It does not tell whether any other reference exists."""
    for one in readable(db, phone, now):
        if one.case.reference == reference:
            if not one.asks_pin:
                _note_shown(db, one, phone, now)
            return one
    return None


def opened(db: Session, phone: str, reference: str, now: datetime) -> Readable | None:
    """The dossier that this phone has just been shown, for what one does with it next: its own, by
    a mandate, or opened by its PIN some minutes ago."""
    one = next((one for one in readable(db, phone, now) if one.case.reference == reference), None)
    if one is not None and not one.asks_pin:
        return one
    case = _gave_pin(db, reference, phone, now - STAYS_OPEN)
    return None if case is None else Readable(case, one is not None and one.own, False)


# -- with a PIN -----------------------------------------------------------------------------------


def on_own_phone(db: Session, phone: str, reference: str, pin: str, now: datetime) -> Case | None:
    """The holder's own dossier, where its type wants the PIN here too. Only this phone's own wrong
    tries lock it."""
    case = next((one for one in cases_of(db, phone) if one.reference == reference), None)
    right = _matches((case.pin_hash if case else None) or _nobodys_hash(), pin)
    right = right and case is not None and case.pin_hash is not None
    return _tried(db, phone, reference, case, right, now, own=True)


def on_other_phone(
    db: Session, phone: str, reference: str, birth_year: int, pin: str, now: datetime
) -> Case | None:
    """The dossier, if reference, birth year and PIN go together and tries are left."""
    case = db.exec(select(Case).where(Case.reference == reference)).first()
    right = _matches((case.pin_hash if case else None) or _nobodys_hash(), pin)
    right = right and case is not None and case.pin_hash is not None
    right = right and case is not None and case.birth_year == birth_year
    return _tried(db, phone, reference, case, right, now, own=False)


def _tried(
    db: Session,
    phone: str,
    reference: str,
    case: Case | None,
    right: bool,
    now: datetime,
    *,
    own: bool,
) -> Case | None:
    _one_at_a_time(db, reference, phone)
    # Counted whether right or wrong: what a locked dossier does must not tell which it was.
    of_reference, of_phone = _wrong_today(db, reference, phone, now)
    is_known = _gave_pin(db, reference, phone, now - _KNOWN) is not None
    tries = of_phone if own or is_known else max(of_reference, of_phone)
    outcome = LOCKED if tries >= TRIES_A_DAY else SHOWN if right else WRONG
    _note(db, reference, phone, case, own_phone=own, with_pin=True, outcome=outcome, now=now)
    if case is None or outcome != SHOWN:
        return None
    if not own:
        _tell_holder(db, case, phone, now)
    return case


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


def _wrong_today(db: Session, reference: str, phone: str, now: datetime) -> tuple[int, int]:
    """The wrong tries with this reference, and from this phone, in 24 hours."""
    of_reference = col(CaseReading.reference_hash).in_(fingerprints(reference))
    of_phone = col(CaseReading.phone_hash).in_(fingerprints(phone))
    return db.exec(
        select(
            func.count().filter(of_reference),
            func.count().filter(of_phone),
        ).where(
            CaseReading.at > now - timedelta(days=1),
            CaseReading.outcome == WRONG,
            or_(of_reference, of_phone),
        )
    ).one()


def _gave_pin(db: Session, reference: str, phone: str, since: datetime) -> Case | None:
    """The dossier of this reference, if this phone gave its right PIN since then, and the PIN is
    still one."""
    query = (
        select(Case)
        .join(CaseReading, col(CaseReading.case_id) == col(Case.id))
        .where(
            Case.reference == reference,
            col(Case.pin_hash).is_not(None),
            col(CaseReading.reference_hash).in_(fingerprints(reference)),
            col(CaseReading.phone_hash).in_(fingerprints(phone)),
            CaseReading.outcome == SHOWN,
            col(CaseReading.with_pin),
            CaseReading.at > since,
        )
        .limit(1)
    )
    return db.exec(query).first()


# -- who has read ---------------------------------------------------------------------------------


def _note_shown(db: Session, one: Readable, phone: str, now: datetime) -> None:
    case, reference = one.case, one.case.reference
    _note(db, reference, phone, case, own_phone=one.own, with_pin=False, outcome=SHOWN, now=now)
    if not one.own:
        _tell_holder(db, case, phone, now)


def _tell_holder(db: Session, case: Case, reader: str, now: datetime) -> None:
    """Once for this reader and day."""
    under = letters.key(case, f"read:{fingerprint(reader)[:16]}:{now.date()}")
    values = {"tail": references.tail(case.reference), "from": masked(reader)}
    letters.to_holder(db, case, under, "case_read", values, now)


def _note(
    db: Session,
    reference: str,
    phone: str,
    case: Case | None,
    *,
    own_phone: bool,
    with_pin: bool,
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
            with_pin=with_pin,
            outcome=outcome,
            at=now,
        )
    )
