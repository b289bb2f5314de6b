"""Looking through the outbox: a million messages, a page at a time, the latest first.

Pages go by key, never by OFFSET; each state that is looked for is asked for by itself, so that an
index answers, and their rows are merged. Counting stops where a person would.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any, Final

from sqlalchemy import func, literal_column
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from database.sealing import fingerprints
from sms.models import Message
from sms.states import (
    ACCEPTED,
    BUFFERED,
    EMAIL,
    FAILED_PERMANENT,
    FAILED_TEMPORARY,
    HELD,
    LEASED,
    QUEUED,
    SENDING,
    SENT,
    STATES,
    SUBMITTED,
    UNCERTAIN,
)

MOST_COUNTED: Final = 10_000

# States that people look for together.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "waiting": (QUEUED, LEASED, SENDING),
    "to_see": (HELD, UNCERTAIN),
    "on_their_way": (ACCEPTED, SENT, SUBMITTED, BUFFERED),
    "failed": (FAILED_PERMANENT, FAILED_TEMPORARY),
    **{state: (state,) for state in STATES},
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None is anything. `state`: a name of GROUPS. `since` and `until`: when it
    was written. `due`: when it was due at the latest, of those that wait."""

    state: str | None = None
    channel: str | None = None
    kind: str | None = None
    gateway: str | None = None
    office: int | None = None
    bulk: int | None = None
    address: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    due: datetime | None = None

    @property
    def states(self) -> Sequence[str | None]:
        return (None,) if self.state is None else GROUPS[self.state]


@dataclass(frozen=True, slots=True)
class Page:
    """`newer` and `older`: the keys from which the page before and after this one go on."""

    messages: list[Message]
    newer: int | None
    older: int | None


def page(
    db: Session, wanted: Wanted, size: int, before: int | None = None, after: int | None = None
) -> Page:
    """Messages without their words: those before a key, the next ones after it, or the latest."""
    up = after is not None
    found = sorted(_ids(db, wanted, size + 1, before, after), reverse=True)
    more = len(found) > size
    ids = (found[-size:] if up else found[:size]) if more else found
    rows = db.exec(
        select(Message)
        .where(col(Message.id).in_(ids))
        .order_by(col(Message.id).desc())
        .options(defer(Message.body))  # type: ignore[arg-type]
    ).all()
    if not rows:
        return Page([], None, None)
    is_newer, is_older = (more, True) if up else (before is not None, more)
    return Page(list(rows), rows[0].id if is_newer else None, rows[-1].id if is_older else None)


def _ids(
    db: Session, wanted: Wanted, most: int, before: int | None, after: int | None
) -> list[int]:
    """The first so many, from the key on: downwards, or upwards from `after`."""
    key, up = col(Message.id), after is not None
    bound = key > after if up else key < before if before is not None else None
    piles = []
    for state in wanted.states:
        query: Any = _narrowed(select(Message.id), wanted, state)
        if bound is not None:
            query = query.where(bound)
        piles.append(db.exec(query.order_by(key if up else key.desc()).limit(most)).all())
    return list(merge(*piles, reverse=not up))[:most]


def count(db: Session, wanted: Wanted, most: int = MOST_COUNTED) -> int:
    """How many there are; more than `most` where there are more than that."""
    total = 0
    for state in wanted.states:
        some = _narrowed(select(Message.id), wanted, state).limit(most + 1 - total)
        total += db.exec(select(func.count()).select_from(some.subquery())).one()
        if total > most:
            return total
    return total


def by_state(db: Session, wanted: Wanted) -> dict[str, int]:
    """How many stand in each state, of those written in a time that is not long."""
    query: Any = _narrowed(select(Message.state, func.count()), wanted, None)
    return dict(db.exec(query.group_by(col(Message.state))).all())


def oldest_due(db: Session, now: datetime) -> datetime | None:
    """Since when the message that waits longest has been due."""
    due = select(func.min(Message.due_at)).where(
        col(Message.state) == QUEUED, col(Message.due_at) <= now
    )
    return db.exec(due).one()


def kinds(db: Session) -> list[str]:
    """The texts that were ever sent, found by leaps through the index."""
    return _leaps(db, Message.kind)


def gateways(db: Session) -> list[str]:
    return _leaps(db, Message.gateway)


def _leaps(db: Session, column: Any) -> list[str]:
    found: list[str] = []
    while True:
        query: Any = select(func.min(column))
        if found:
            query = query.where(col(column) > found[-1])
        value = db.exec(query).one()
        if value is None:
            return found
        found.append(value)


def _narrowed(query: Any, wanted: Wanted, state: str | None) -> Any:
    equal: Collection[tuple[Any, Any]] = (
        (Message.state, state),
        (Message.kind, wanted.kind),
        (Message.gateway, wanted.gateway),
        (Message.office_id, wanted.office),
        (Message.bulk_id, wanted.bulk),
    )
    for column, value in equal:
        if value is not None:
            query = query.where(col(column) == value)
    if wanted.channel == EMAIL:  # as its index has it
        query = query.where(col(Message.channel) == literal_column(f"'{EMAIL}'"))
    elif wanted.channel is not None:
        query = query.where(col(Message.channel) == wanted.channel)
    if wanted.address is not None:
        query = query.where(col(Message.address_hash).in_(fingerprints(wanted.address)))
    if wanted.since is not None:
        query = query.where(col(Message.created_at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(Message.created_at) < wanted.until)
    if wanted.due is not None:
        query = query.where(col(Message.due_at) <= wanted.due)
    return query
