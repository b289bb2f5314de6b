"""A provider's word that a session is over: kept without any secret, for what sessions cost and how
they end. The request only notes it in Redis; the clock brings it into the database.
"""

from datetime import datetime
from hashlib import blake2b

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

import moment
from background.basket import Basket
from background.clock import every
from database import reading, writing
from database.upserts import insert
from telemetry.logs import masked
from ussd.dials import Ended
from ussd.models import SessionEnd
from ussd.sessions import Keys, Record

_basket = Basket("guichet:ended", most=1000)
_HIDDEN = "•"


class End(msgspec.Struct, frozen=True):
    """One row to be."""

    key: str
    provider: str
    how: str
    reason: str
    cost: str
    seconds: float | None
    hops: int | None
    version: str | None
    screen: str | None
    language: str | None
    typed: str | None
    at: datetime


def note(ended: Ended, record: Record | None) -> None:
    """Keeps the word. `record` is the session that it is about, where it lies still."""
    _basket.put(msgspec.json.encode(_end(ended, record)))


def _end(ended: Ended, record: Record | None) -> End:
    session = record.session if record else None
    name = f"{Keys(ended).identity}\0{session.name if session else ''}"
    return End(
        key=blake2b(name.encode(), digest_size=16).hexdigest(),
        provider=ended.provider,
        how=ended.how,
        reason=masked(ended.reason)[:200],
        cost=ended.cost[:40],
        seconds=ended.seconds,
        hops=ended.hops,
        version=session.tree if session else None,
        screen=session.screen if session else None,
        language=session.language if session else None,
        typed=redacted(ended.typed, session.step, session.hidden) if session else None,
        at=moment.now(),
    )


def redacted(typed: str | None, steps: int, hidden: tuple[int, ...]) -> str | None:
    """What was typed, `1*2*4821`, without the entries of those steps that were secret: `1*2*•`.
    None where entries and steps do not match one to one, since then nobody knows which is which."""
    if typed is None:
        return None
    entries = typed.split("*") if typed else []
    if len(entries) != steps:
        return None
    shown = (
        _HIDDEN if step in hidden else entry[:40] for step, entry in enumerate(entries, start=1)
    )
    return masked("*".join(shown))[:500]


@every(seconds=10)
def store() -> None:
    """Brings what was noted into the database, each end once."""
    _basket.do_all(lambda noted: _store(msgspec.json.decode(noted, type=End)), SQLAlchemyError)


def _store(end: End) -> None:
    with writing() as db:
        row = insert(db, SessionEnd).values(msgspec.structs.asdict(end))
        db.execute(row.on_conflict_do_nothing())


def summary() -> list[tuple[str, str, int, float | None, float | None, str]]:
    """How sessions ended, by provider and way: how many, their mean seconds and screens, and the
    most that one has cost, as the provider writes it."""
    by = col(SessionEnd.provider), col(SessionEnd.how)
    seconds, hops = func.avg(col(SessionEnd.seconds)), func.avg(col(SessionEnd.hops))
    query = select(*by, func.count(), seconds, hops, func.max(col(SessionEnd.cost)))
    with reading() as db:
        return [tuple(row) for row in db.execute(query.group_by(*by).order_by(*by))]
