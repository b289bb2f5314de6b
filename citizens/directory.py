"""Finding a citizen by phone number, through its fingerprint."""

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from citizens.models import Citizen
from database.sealing import fingerprint, fingerprints

# Made once: every dial asks, and SQLAlchemy takes longer to build a statement than to run it.
_BY_PHONE = select(Citizen).where(col(Citizen.phone_hash).in_(bindparam("hashes", expanding=True)))


def find(db: Session, phone: str) -> Citizen | None:
    """The citizen of this number (E.164), or None. Several actions and facts of one dial ask for
    the same one: a session remembers whom it has found."""
    found: dict[str, Citizen] = db.info.setdefault("citizens", {})
    known = found.get(phone)
    if known is not None and known in db:
        return known
    citizen = db.exec(_BY_PHONE, params={"hashes": fingerprints(phone)}).first()
    if citizen is not None:
        found[phone] = citizen
    return citizen


def find_or_add(db: Session, phone: str) -> Citizen:
    """The citizen of this number, added at first sight. Call it in a write transaction."""
    citizen = find(db, phone)
    if citizen is None:
        citizen = Citizen(phone_hash=fingerprint(phone), phone=phone)
        db.add(citizen)
        db.flush()
    return citizen
