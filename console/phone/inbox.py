"""The SMS that the web phone gets: what was sent to its number, and to no other."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from database.sealing import fingerprints
from sms.models import Message
from sms.states import SMS

_MOST = 10


@dataclass(frozen=True, slots=True)
class Letter:
    id: int
    body: str
    sent_at: datetime


def letters(db: Session, number: str) -> list[Letter]:
    """The newest first. `number` has been found to be nobody's (citizens/made_up.py)."""
    query = (
        select(Message)
        .where(
            col(Message.address_hash).in_(fingerprints(number)),
            Message.channel == SMS,
            col(Message.sent_at).is_not(None),
        )
        .order_by(col(Message.sent_at).desc(), col(Message.id).desc())
        .limit(_MOST)
    )
    return [
        Letter(row.id, row.body, row.sent_at)
        for row in db.exec(query)
        if row.id is not None and row.body is not None and row.sent_at is not None
    ]
