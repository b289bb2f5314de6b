"""Which dossiers have changed, in an order that a reader can follow without missing one.

Each change of a dossier has an event: the order is that of their ids. But an id is drawn before its
transaction is committed. Event 8 can be there to be seen while 7 is still under way, and who has
read up to 8 would never hear of 7. So on PostgreSQL a transaction that is about to draw ids first
holds up a flag, which falls with its end: a shared advisory lock on the last id that is drawn, for
its own come after that. A reader goes no further than the lowest flag.

That needs no clock. The reader asks for the last id drawn, then for flags, then for rows. What was
drawn by the first question had its flag up before; by the second, the flag is seen, or has fallen,
and then the third sees the rows. What is drawn later is behind the reader's end anyway. On SQLite
there is one writer at a time, and ids come in the order of commits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, event, func, text
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session, and_, col, select

from cases.models import Case, CaseEvent

_FLAGS: Final = 0x67756963  # these advisory locks are ours: no other code may take this number
_RAISE = text(
    "SELECT pg_advisory_xact_lock_shared(:flags, last_value::int) FROM dossier_event_id_seq"
)
_DRAWN = text("SELECT last_value FROM dossier_event_id_seq")
_LOWEST = text(
    "SELECT min(objid::bigint) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 "
    "AND classid = :flags "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def announce(db: AnySession) -> None:
    """This transaction is about to add events. Sessions that flush some do so by themselves; who
    inserts them by a statement says it here first."""
    if db.get_bind().dialect.name != "postgresql":
        return
    db.connection()  # begins, where nothing was asked yet
    # A savepoint that is rolled back takes its locks along: each raises a flag of its own.
    within = db.get_nested_transaction() or db.get_transaction()
    if db.info.get("events_announced") is not within:
        db.execute(_RAISE, {"flags": _FLAGS})
        db.info["events_announced"] = within


@event.listens_for(AnySession, "before_flush")
def _before_flush(db: AnySession, _context: Any, _instances: Any) -> None:
    if any(isinstance(one, CaseEvent) for one in db.new):
        announce(db)


def settled(db: Session) -> int | None:
    """The id up to which all events are there that ever will be; None where they all are."""
    if db.get_bind().dialect.name != "postgresql":
        return None
    drawn = int(db.execute(_DRAWN).scalar_one())
    lowest = db.execute(_LOWEST, {"flags": _FLAGS}).scalar()
    # A sequence that nothing was drawn from yet says 1, too: the flag's own id may still come.
    return drawn if lowest is None else min(drawn, int(lowest) - 1)


def last(db: Session) -> int:
    """The id after which all that is to come will be."""
    end = settled(db)
    return end if end is not None else db.exec(select(func.max(CaseEvent.id))).one() or 0


@dataclass(frozen=True, slots=True)
class Page:
    """Dossiers in the order of their last changes; `upto`: after which to go on; `more`: whether
    there are others already."""

    cases: list[Case]
    upto: int
    more: bool


def page(
    db: Session,
    after: int,
    most: int,
    agency_id: int | None = None,
    since: datetime | None = None,
) -> Page:
    """Dossiers whose last event comes after this id: of one agency, changed since then, where that
    is given. One that changes while somebody reads comes again, at its new place."""
    query = (
        select(Case, CaseEvent.id)
        .join(
            CaseEvent,
            and_(col(CaseEvent.case_id) == Case.id, col(CaseEvent.version) == Case.version),
        )
        .where(*_between(db, after))
        .order_by(col(CaseEvent.id))
        .limit(most + 1)
    )
    if agency_id is not None:
        query = query.where(Case.agency_id == agency_id)
    if since is not None:
        query = query.where(Case.changed_at >= since)
    rows = db.exec(query).all()
    shown = rows[:most]
    upto = shown[-1][1] if shown else after
    return Page([case for case, _ in shown], upto or after, len(rows) > most)


def events_after(
    db: Session, after: int, most: int, agency_id: int | None
) -> list[tuple[CaseEvent, Case]]:
    """All events after this id, each with its dossier as it is now."""
    query = (
        select(CaseEvent, Case)
        .join(Case, col(Case.id) == col(CaseEvent.case_id))
        .where(*_between(db, after))
        .order_by(col(CaseEvent.id))
        .limit(most)
    )
    if agency_id is not None:
        query = query.where(Case.agency_id == agency_id)
    return list(db.exec(query).all())


def _between(db: Session, after: int) -> list[ColumnElement[bool]]:
    end = settled(db)
    upto = [] if end is None else [col(CaseEvent.id) <= end]
    return [col(CaseEvent.id) > after, *upto]
