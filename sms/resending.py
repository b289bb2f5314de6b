"""A message is queued again because a person says so."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from background.work import wake
from database import after_commit
from database.sealing import fingerprints
from sms import delivery
from sms.models import BadNumber, Message
from sms.states import (
    EXPIRED,
    FAILED_PERMANENT,
    FAILED_TEMPORARY,
    HELD,
    OPTED_OUT,
    PRIORITIES,
    QUEUED,
    UNCERTAIN,
)

_DAY = timedelta(days=1)
_CAN = (HELD, EXPIRED, FAILED_PERMANENT, FAILED_TEMPORARY, UNCERTAIN)
_WHY_NOT = {
    OPTED_OUT: "the citizen wants none of these; only they can change that",
    QUEUED: "it waits to be sent already",
}


class NotNow(ValueError):
    """The message is not one that can be sent again; the text says why."""


def again(db: Session, message: Message, now: datetime) -> None:
    """Raises NotNow. One that was in doubt may reach the citizen twice: it is counted. The day's
    limits and hours of rest, and what a gateway said of the number, are the person's to overrule;
    a citizen's STOP is not."""
    if message.state not in _CAN:
        why = _WHY_NOT.get(message.state, f"it is {message.state}")
        raise NotNow(f"message {message.id} can't be sent again: {why}")
    if message.address is None or message.body is None:
        raise NotNow(f"message {message.id} was erased")
    message.resent += message.state == UNCERTAIN
    message.state, message.due_at, message.settled_at = QUEUED, now, None
    message.avoid, message.lease, message.priority = "", None, PRIORITIES["call"]
    message.any_hour, message.created_at = True, now
    marks = fingerprints(message.address)
    db.execute(delete(BadNumber).where(col(BadNumber.phone_hash).in_(marks)))
    message.expires_at = max(message.expires_at or now, now + _DAY)
    db.add(message)
    after_commit(db, "sms", lambda: wake(delivery.deliver_due))
