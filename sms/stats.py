"""What was sent, in figures: read from the tables, printed by `flask sms stats`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from sms.models import Inbound, Message, Spent
from sms.states import DELIVERED


def lines(db: Session, days: int, now: datetime) -> Iterator[str]:
    since = now - timedelta(days=days)
    yield from _by(db, "state", Message.state, since)
    yield from _by(db, "gateway", Message.gateway, since)
    yield from _by(db, "text", Message.kind, since)
    yield from _by(db, "language", Message.language, since)
    yield from _times(db, since)
    inbound = db.exec(select(func.count()).where(col(Inbound.came_at) >= since)).one()
    yield f"came in: {inbound}"
    yield from _costs(db, since)


def _by(db: Session, name: str, column: object, since: datetime) -> Iterator[str]:
    rows = db.exec(
        select(col(column), func.count(), func.sum(Message.segments))
        .where(col(Message.created_at) >= since)
        .group_by(col(column))
        .order_by(func.count().desc())
    )
    for value, count, parts in rows:
        yield f"{name} {value or 'none yet'}: {count} ({parts} segments)"


def _times(db: Session, since: datetime) -> Iterator[str]:
    rows = db.exec(
        select(Message.created_at, Message.sent_at, Message.settled_at, Message.state).where(
            col(Message.created_at) >= since, col(Message.sent_at).is_not(None)
        )
    ).all()
    accepted = [(sent - made).total_seconds() for made, sent, *_ in rows if sent is not None]
    delivered = [
        (settled - sent).total_seconds()
        for _, sent, settled, state in rows
        if state == DELIVERED and settled is not None and sent is not None
    ]
    for what, seconds in (("to accept", accepted), ("to deliver", delivered)):
        if seconds:
            yield f"seconds {what}: {_at(seconds, 0.5):.1f} median, {_at(seconds, 0.9):.1f} p90"


def _at(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def _costs(db: Session, since: datetime) -> Iterator[str]:
    rows = db.exec(
        select(Spent).where(col(Spent.day) >= since.date()).order_by(col(Spent.day), Spent.gateway)
    )
    for spent in rows:
        cost = f"{spent.currency} {spent.millionths / 1_000_000:.2f}" if spent.currency else "free"
        yield (
            f"{spent.day} {spent.gateway}: {cost}, {spent.messages} messages, "
            f"{spent.segments} segments"
        )
