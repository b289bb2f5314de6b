"""What an agent does at a counter: call, recall, serve, hold, hand over, take back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from queues import events
from queues.models import Counter, CounterService, Service, Ticket
from queues.moves import AT_A_COUNTER, HELD, MOST_RECALLS, UNDONE, WAITING, Bar, NotPossible
from queues.nearness import NEAR, NEXT

UNDO_WITHIN = timedelta(minutes=15)


def open_counter(db: Session, counter_id: int, staff_id: int, now: datetime) -> Counter:
    """This person sits down at a counter, and leaves the one where they were. Raises NotPossible
    where somebody else is at it, or somebody stands at the one that is left."""
    counter = db.get_one(Counter, counter_id)
    if counter.staff_id == staff_id:
        return counter
    if counter.staff_id is not None:
        raise NotPossible(Bar.COUNTER_TAKEN)
    close_counter(db, staff_id)
    db.flush()
    taken = db.execute(
        update(Counter)
        .where(col(Counter.id) == counter_id, col(Counter.staff_id).is_(None))
        .values(staff_id=staff_id, opened_at=now)
        .returning(col(Counter.id))
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise NotPossible(Bar.COUNTER_TAKEN)
    db.refresh(counter)
    return counter


def close_counter(db: Session, staff_id: int) -> None:
    """Raises NotPossible while somebody is called to it or served at it."""
    counter = counter_of(db, staff_id)
    if counter is None:
        return
    assert counter.id is not None
    if at_counter(db, counter.id) is not None:
        raise NotPossible(Bar.COUNTER_BUSY)
    counter.staff_id = counter.opened_at = None


def counter_of(db: Session, staff_id: int) -> Counter | None:
    return db.exec(select(Counter).where(Counter.staff_id == staff_id)).first()


def at_counter(db: Session, counter_id: int) -> Ticket | None:
    """Who is called to it or served at it."""
    return db.exec(
        select(Ticket).where(Ticket.counter_id == counter_id, col(Ticket.state).in_(AT_A_COUNTER))
    ).first()


def call_next(db: Session, counter_id: int, who: str, now: datetime) -> Ticket | None:
    """The first in rank whom this counter serves, and who may be called by now; None where nobody
    waits. One statement finds and takes, so no two counters get the same person. Raises NotPossible
    while somebody is at the counter."""
    services = select(CounterService.service_id).where(CounterService.counter_id == counter_id)
    first = (
        select(Ticket.id)
        .where(
            Ticket.state == WAITING,
            col(Ticket.service_id).in_(services),
            col(Ticket.callable_from) <= now,
            col(Ticket.reserved_id).is_(None) | (col(Ticket.reserved_id) == counter_id),
        )
        .order_by(col(Ticket.rank), col(Ticket.id))
        .limit(1)
    )
    if db.get_bind().dialect.name == "postgresql":
        first = first.with_for_update(skip_locked=True)
    return _call(db, col(Ticket.id) == first.scalar_subquery(), counter_id, who, now)


def call_this(db: Session, ticket_id: int, counter_id: int, who: str, now: datetime) -> Ticket:
    """Out of turn: the event says who did it. Raises NotPossible."""
    called = _call(db, col(Ticket.id) == ticket_id, counter_id, who, now, note="out of turn")
    if called is None:
        raise NotPossible(Bar.MOVED_ON)
    return called


def recall(db: Session, counter_id: int, who: str, now: datetime) -> Ticket:
    """Calls once more. Raises NotPossible, also after the second time."""
    ticket = _here(db, counter_id)
    if ticket.recalls >= MOST_RECALLS:
        raise NotPossible(Bar.RECALLED_ENOUGH)
    return events.move(db, _id(ticket), "recalled", now, who=who, recalls=ticket.recalls + 1)


def start(db: Session, counter_id: int, who: str, now: datetime) -> Ticket:
    """The person is there. Raises NotPossible."""
    return events.move(db, _id(_here(db, counter_id)), "started", now, who=who, started_at=now)


def hold(db: Session, counter_id: int, who: str, now: datetime, note: str = "") -> Ticket:
    """The person steps aside, to fill in a form; the counter is free. Raises NotPossible."""
    return events.move(db, _id(_here(db, counter_id)), "held", now, who=who, note=note)


def resume(db: Session, ticket_id: int, counter_id: int, who: str, now: datetime) -> Ticket:
    """Goes on with one who was held. Raises NotPossible, also while somebody is at the counter."""
    return _at_free_counter(
        db,
        lambda: events.move(db, ticket_id, "resumed", now, who=who, counter_id=counter_id),
        ticket_id,
        counter_id,
    )


def done(
    db: Session, counter_id: int, who: str, now: datetime, outcome: str = "", note: str = ""
) -> Ticket:
    """Raises NotPossible. Who was called, and never said to be there, has been."""
    ticket = _here(db, counter_id)
    if ticket.started_at is None:
        events.move(db, _id(ticket), "started", now, who=who, started_at=ticket.called_at)
    return events.move(db, _id(ticket), "done", now, who=who, note=note, outcome=outcome[:20])


def no_show(db: Session, counter_id: int, who: str, now: datetime) -> Ticket:
    """Called in vain. Raises NotPossible."""
    return events.move(db, _id(_here(db, counter_id)), "no_show", now, who=who)


def transfer(
    db: Session,
    ticket_id: int,
    who: str,
    now: datetime,
    *,
    service_id: int | None = None,
    counter_id: int | None = None,
    note: str = "",
) -> Ticket:
    """Ends this leg and begins the next one: for another service, or at one counter. It keeps label
    and rank, so that nobody waits twice. Raises NotPossible, LookupError."""
    before = events.move(db, ticket_id, "transferred", now, who=who, note=note)
    service = db.get_one(Service, service_id or before.service_id)
    if service.office_id != before.office_id:
        raise LookupError("a service of this office")
    if counter_id is not None and db.get_one(Counter, counter_id).office_id != before.office_id:
        raise LookupError("a counter of this office")
    assert service.id is not None
    leg = Ticket(
        office_id=before.office_id,
        service_id=service.id,
        citizen_id=before.citizen_id,
        taken_by_id=before.taken_by_id,
        previous_id=before.id,
        day=before.day,
        label=before.label,
        priority=before.priority,
        rank=before.rank,
        callable_from=now,
        reserved_id=counter_id,
        travel_minutes=0,
        told=NEAR | NEXT,  # the person is in the building
        created_at=now,
    )
    db.add(leg)
    db.flush()
    events.joined(db, leg, who, note, now)
    return leg


def undo(db: Session, ticket_id: int, who: str, now: datetime) -> Ticket:
    """Takes the agent's own last step back, within a quarter of an hour. Raises NotPossible."""
    ticket = db.get_one(Ticket, ticket_id)
    last, state = events.before_last(events.history(db, ticket_id))
    if last.who != who or now > last.at + UNDO_WITHIN:
        raise NotPossible(Bar.NOT_YOURS)
    if last.kind == "transferred":
        _take_leg_back(db, ticket, who, now)
    values: dict[str, Any] = {"state": state, "steps": Ticket.steps + 1, "ended_at": None}
    if last.kind == "called":
        values |= {"counter_id": None, "called_at": None}
    elif last.kind == "recalled":
        values["recalls"] = ticket.recalls - 1
    elif last.kind == "started":
        values["started_at"] = None

    def back() -> Ticket:
        moved = db.execute(
            update(Ticket)
            .where(col(Ticket.id) == ticket_id, col(Ticket.steps) == ticket.steps)
            .values(values)
            .returning(col(Ticket.steps))
            .execution_options(synchronize_session=False)
        ).first()
        if moved is None:
            raise NotPossible(Bar.MOVED_ON)
        return events.noted(
            db, ticket_id, UNDONE, moved.steps, now, who=who, counter_id=last.counter_id
        )

    if state not in AT_A_COUNTER or ticket.counter_id is None:
        return back()
    return _at_free_counter(db, back, ticket_id, ticket.counter_id)


def held_at(db: Session, office_id: int) -> list[Ticket]:
    """Who was asked to step aside, in order."""
    return list(
        db.exec(
            select(Ticket)
            .where(Ticket.office_id == office_id, Ticket.state == HELD)
            .order_by(col(Ticket.rank))
        )
    )


def _call(
    db: Session, which: Any, counter_id: int, who: str, now: datetime, note: str = ""
) -> Ticket | None:
    values = {
        "state": "called",
        "counter_id": counter_id,
        "called_at": now,
        "started_at": None,
        "recalls": 0,
        "steps": Ticket.steps + 1,
    }
    if at_counter(db, counter_id) is not None:
        raise NotPossible(Bar.COUNTER_BUSY)
    taken = (
        update(Ticket)
        .where(which, col(Ticket.state) == WAITING)
        .values(values)
        .returning(col(Ticket.id), col(Ticket.steps))
        .execution_options(synchronize_session=False)
    )
    try:
        with db.begin_nested():
            row = db.execute(taken).first()
    except IntegrityError:  # two calls for one counter at once: the index lets one through
        raise NotPossible(Bar.COUNTER_BUSY) from None
    if row is None:
        return None
    return events.noted(
        db, row.id, "called", row.steps, now, who=who, counter_id=counter_id, note=note
    )


def _at_free_counter(db: Session, move: Any, ticket_id: int, counter_id: int) -> Ticket:
    """A move that puts somebody at a counter, if nobody is at it."""
    here = at_counter(db, counter_id)
    if here is not None and here.id != ticket_id:
        raise NotPossible(Bar.COUNTER_BUSY)
    try:
        with db.begin_nested():
            ticket: Ticket = move()
    except IntegrityError:
        raise NotPossible(Bar.COUNTER_BUSY) from None
    return ticket


def _take_leg_back(db: Session, ticket: Ticket, who: str, now: datetime) -> None:
    """The next leg goes, if nobody has taken it up."""
    leg = db.exec(select(Ticket).where(Ticket.previous_id == ticket.id, Ticket.state == WAITING))
    following = leg.first()
    if following is None or following.id is None:
        raise NotPossible(Bar.TAKEN_UP)
    events.move(db, following.id, "cancelled", now, who=who, note=UNDONE)


def _here(db: Session, counter_id: int) -> Ticket:
    ticket = at_counter(db, counter_id)
    if ticket is None:
        raise NotPossible(Bar.NOBODY_HERE)
    return ticket


def _id(ticket: Ticket) -> int:
    assert ticket.id is not None
    return ticket.id
