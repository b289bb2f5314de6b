"""Finding a citizen by phone number, through its fingerprint."""

from collections.abc import Iterable

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from citizens.models import Citizen
from database.sealing import fingerprint, fingerprints

# Made once: every dial asks, and SQLAlchemy takes longer to build a statement than to run it.
_BY_PHONE = select(Citizen).where(col(Citizen.phone_hash).in_(bindparam("hashes", expanding=True)))


def find(db: Session, phone: str) -> Citizen | None:
    """The citizen of this number (E.164), or None. Several actions and facts of one dial ask for
    the same one: a session remembers whom it has found, or not."""
    asked: dict[str, Citizen | None] = db.info.setdefault("citizens", {})
    if phone in asked:
        known = asked[phone]
        if known is None or known in db:
            return known
    asked[phone] = db.exec(_BY_PHONE, params={"hashes": fingerprints(phone)}).first()
    return asked[phone]


def find_or_add(db: Session, phone: str, language: str | None = None) -> Citizen:
    """The citizen of this number, added at first sight, with this language if that is known. Call
    it in a write transaction; of two who add the same one, the later fails (IntegrityError)."""
    citizen = find(db, phone)
    if citizen is None:
        citizen = Citizen(phone_hash=fingerprint(phone), phone=phone, language=language)
        db.add(citizen)
        db.flush()
        db.info["citizens"][phone] = citizen
    return citizen


def find_or_add_all(db: Session, phones: Iterable[str]) -> dict[str, Citizen]:
    """The citizens of these numbers, by number, in two statements. As `find_or_add`."""
    hashes = {hashed: phone for phone in phones for hashed in fingerprints(phone)}
    known = db.exec(select(Citizen).where(col(Citizen.phone_hash).in_(hashes)))
    found = {hashes[one.phone_hash]: one for one in known}
    new = {
        phone: Citizen(phone_hash=fingerprint(phone), phone=phone)
        for phone in sorted({*hashes.values()} - found.keys())
    }
    db.add_all(new.values())
    db.flush()
    asked: dict[str, Citizen | None] = db.info.setdefault("citizens", {})
    asked.update(new)
    return found | new
