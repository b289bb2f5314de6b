"""Finding a citizen by phone number, through its fingerprint."""

from sqlmodel import Session, col, select

from citizens.models import Citizen
from database.sealing import fingerprint, fingerprints


def find(db: Session, phone: str) -> Citizen | None:
    """The citizen of this number (E.164), or None."""
    return db.exec(select(Citizen).where(col(Citizen.phone_hash).in_(fingerprints(phone)))).first()


def find_or_add(db: Session, phone: str) -> Citizen:
    """The citizen of this number, added at first sight. Call it in a write transaction."""
    citizen = find(db, phone)
    if citizen is None:
        citizen = Citizen(phone_hash=fingerprint(phone), phone=phone)
        db.add(citizen)
        db.flush()
    return citizen
