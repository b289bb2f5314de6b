"""Taking a ticket, for now or for later; giving it up, being late, coming back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Date, Integer, bindparam, func, literal, or_
from sqlalchemy import insert as sql_insert
from sqlalchemy import select as sql_select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from queues import events, slots
from queues.events import CITIZEN, CLOCK
from queues.hours import next_opening
from queues.models import IS_LIVE, Service, Ticket, TicketCounter
from queues.moves import CANCELLED, LIVE, NO_SHOW, WAITING, Bar, NotPossible
from queues.nearness import told_at_once
from queues.overview import Live, overview
from queues.places import Place
from queues.waiting import Kind, Wait

CLASSES: Final = ("elderly", "pregnant", "disabled")
APPOINTMENT_HEAD_START: Final = 60  # minutes
MOST_FOR_OTHERS: Final = 5  # live tickets that one phone may hold for people without one


class Why(StrEnum):
    """Why no ticket was given."""

    CLOSED = "closed"
    FULL = "full"
    TOO_LATE = "too_late"  # the office would close before it is their turn to leave
    TAKEN = "taken"  # that time is
    TOO_MANY = "too_many"  # for others


class Refused(Exception):
    """`next`: the next time to come or to book, in the office's zone, if any is known."""

    def __init__(self, why: Why, live: Live, next: datetime | None = None) -> None:
        super().__init__(why)
        self.why, self.live, self.next = why, live, next


class AlreadyHeld(Exception):
    """The person has a live ticket for this service."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.label)
        self.ticket = ticket


@dataclass(frozen=True, slots=True)
class Request:
    """`citizen_id`: the person, if their number is known; `taken_by_id`: the citizen who takes it
    for another. `slot`: an appointment. `note` goes with the event: why a class was given."""

    service_id: int
    citizen_id: int | None = None
    taken_by_id: int | None = None
    priority: str = ""
    slot: datetime | None = None
    travel_minutes: int | None = None
    who: str = CITIZEN
    note: str = ""


def take(db: Session, request: Request, now: datetime) -> Ticket:
    """Gives the next number of the service's day. Call it in a write transaction: the counter
    moves with the ticket or not at all, so numbers have no gap and no double. What is returned is
    the row as it was written; a change to it is not. Raises LookupError, AlreadyHeld, Refused."""
    live = overview(now).of_service(request.service_id)
    place, service = live.place, live.place.service(request.service_id)
    _refuse_too_many(db, request, live)
    try:
        day = _day(db, request, live, service, now)
    except Refused:
        _refuse_second(db, request, live, now)
        raise
    number = _next_number(db, request, day)
    if number is None:
        _refuse_second(db, request, live, now)
        number = _next_number(db, request, day)
    assert number is not None
    wait = live.newcomer(request.service_id).wait if request.slot is None else None
    assert place.office.id is not None
    ticket = Ticket(
        office_id=place.office.id,
        service_id=request.service_id,
        citizen_id=request.citizen_id,
        taken_by_id=request.taken_by_id,
        day=day,
        number=number,
        label=f"{service.prefix}{number:03d}",
        priority=request.priority,
        rank=_rank(request, service, now),
        callable_from=request.slot or now,
        appointment=request.slot is not None,
        travel_minutes=request.travel_minutes,
        told=told_at_once(wait, request.travel_minutes) if wait else 0,
        announced_low=wait.low if wait else None,
        announced_high=wait.high if wait else None,
        ahead=wait.ahead if wait else None,
        predicted=wait.raw if wait else None,
        created_at=now,
    )
    row = ticket.model_dump(exclude_none=True)
    ticket.id = db.connection().execute(_INSERT, row).scalar_one()
    events.joined(db, ticket, request.who, request.note, now)
    return ticket


def live_one(db: Session, citizen_id: int, service_id: int) -> Ticket | None:
    """The live ticket that this person has for the service, by whomever it was taken."""
    held = db.connection().execute(_HELD, {"citizen": citizen_id, "service": service_id}).first()
    return None if held is None else db.get_one(Ticket, held.id)


def held_by(db: Session, citizen_id: int, now: datetime) -> list[Ticket]:
    """The live tickets of this person, and those that they took for others, the latest first; and
    those that were called in vain and may still come back."""
    rows = db.exec(_HELD_BY, params={"person": citizen_id, "since": now - _LONGEST_GRACE})
    return [one for one in rows if one.state != NO_SHOW or may_return(one, now)]


_LONGEST_GRACE = timedelta(hours=4)


def may_return(ticket: Ticket, now: datetime) -> bool:
    """Whether who missed the call is still within the office's grace period."""
    if ticket.state != NO_SHOW or ticket.ended_at is None:
        return False
    grace = overview(now).office(ticket.office_id).place.office.grace_minutes
    return now <= ticket.ended_at + timedelta(minutes=grace)


def missed(db: Session, office_id: int, now: datetime) -> list[Ticket]:
    """Who was called in vain and may still come back, the latest first."""
    rows = db.exec(
        select(Ticket)
        .where(
            Ticket.office_id == office_id,
            col(Ticket.day) >= (now - timedelta(days=2)).date(),
            Ticket.state == NO_SHOW,
            col(Ticket.ended_at) >= now - _LONGEST_GRACE,
        )
        .order_by(col(Ticket.ended_at).desc())
    )
    return [one for one in rows if may_return(one, now)]


def ahead(ticket: Ticket, now: datetime) -> int:
    """How many wait for this service and are called before this ticket."""
    assert ticket.id is not None
    return overview(now).office(ticket.office_id).ahead(ticket.service_id, ticket.rank, ticket.id)


def wait_of(ticket: Ticket, now: datetime) -> Wait:
    assert ticket.id is not None
    return overview(now).office(ticket.office_id).wait(ticket.id, ticket.service_id)


def cancel(db: Session, ticket: Ticket, now: datetime, note: str = "", who: str = CITIZEN) -> bool:
    """Its holder gives it up: those behind move up. False where that is not possible any more."""
    assert ticket.id is not None
    try:
        events.move(db, ticket.id, "cancelled", now, who=who, note=note)
    except NotPossible:
        return False
    return True


def move_back(db: Session, ticket: Ticket, now: datetime, who: str = CITIZEN) -> Ticket:
    """ "I'm late": some places back, once. Raises NotPossible."""
    assert ticket.id is not None
    if ticket.moved_back:
        raise NotPossible(Bar.ONCE_ONLY)
    places = overview(now).office(ticket.office_id).place.office.late_places
    behind = db.exec(
        select(Ticket.rank)
        .where(
            Ticket.service_id == ticket.service_id,
            Ticket.state == WAITING,
            Ticket.rank > ticket.rank,
            col(Ticket.callable_from) <= now,
        )
        .order_by(col(Ticket.rank))
        .limit(places)
    ).all()
    rank = max(behind[-1] + 1 if behind else ticket.rank, ticket.rank)
    return events.move(
        db, ticket.id, "moved_back", now, who=who, moved_back=True, rank=rank, told=0
    )


def come_back(db: Session, ticket: Ticket, now: datetime, who: str = CITIZEN) -> Ticket:
    """Who missed the call is there, within the grace period, and is called next. Raises
    NotPossible."""
    assert ticket.id is not None
    if not may_return(ticket, now):
        raise NotPossible(Bar.TOO_LATE)
    return events.move(
        db, ticket.id, "returned", now, who=who, counter_id=None, recalls=0, ended_at=None
    )


def booking_days(
    db: Session, service_id: int, now: datetime, without: Ticket | None = None
) -> list[date]:
    """The days on which this service can be booked, as if the ticket `without` were not there."""
    live = overview(now).of_service(service_id)
    service = live.place.service(service_id)
    taken = _taken(db, live.place, service, now, without)
    return slots.free_days(live.place.calendar, _offer(service), taken, live.local)


def booking_times(
    db: Session, service_id: int, day: date, now: datetime, without: Ticket | None = None
) -> list[datetime]:
    """The times of that day that are free, in the office's zone."""
    live = overview(now).of_service(service_id)
    service = live.place.service(service_id)
    taken = _taken(db, live.place, service, now, without)
    return slots.free_times(live.place.calendar, _offer(service), taken, day, live.local)


def expire_stale(db: Session, tickets: Sequence[Ticket], now: datetime) -> None:
    """Tickets of former days that nothing has ended yet."""
    for ticket in tickets:
        assert ticket.id is not None
        events.move(db, ticket.id, "expired", now, who=CLOCK)


def _refuse_second(db: Session, request: Request, live: Live, now: datetime) -> None:
    """One live ticket per person and service. Raises AlreadyHeld; one of a former day expires."""
    if request.citizen_id is None:
        return
    held = live_one(db, request.citizen_id, request.service_id)
    if held is not None and _is_over(held, live):
        expire_stale(db, [held], now)
    elif held is not None:
        raise AlreadyHeld(held)


def _refuse_too_many(db: Session, request: Request, live: Live) -> None:
    """So many per phone for people without one. Raises Refused."""
    if request.citizen_id is None and request.taken_by_id is not None:
        count = db.exec(
            select(func.count()).where(
                Ticket.taken_by_id == request.taken_by_id,
                col(Ticket.citizen_id).is_(None),
                col(Ticket.state).in_(LIVE),
                Ticket.day >= live.local.date(),
            )
        ).one()
        if count >= MOST_FOR_OTHERS:
            raise Refused(Why.TOO_MANY, live)


def _is_over(ticket: Ticket, live: Live) -> bool:
    """Of a day that is past, at an office that has closed since."""
    if ticket.state != WAITING or ticket.day >= live.local.date():
        return False
    return live.closes is not None or not live.is_open


def _day(db: Session, request: Request, live: Live, service: Service, now: datetime) -> date:
    """The day whose number is given. Raises Refused."""
    if request.slot is not None:
        # Of two who want the last place at a time, the second looks after the first.
        only_one = select(Service.id).where(Service.id == service.id)
        db.exec(only_one.with_for_update(key_share=True)).first()
        slot = request.slot.astimezone(live.place.zone)
        if slot not in booking_times(db, request.service_id, slot.date(), now):
            raise Refused(Why.TAKEN, live, _next_possible(db, live, service, now))
        return slot.date()
    today = live.local.date()
    if not live.is_open:
        raise Refused(Why.CLOSED, live, live.opens)
    if service.quota is not None and _given(db, service, today) >= service.quota:
        raise Refused(Why.FULL, live, _next_possible(db, live, service, now))
    if _ends_too_late(live, request.service_id):
        raise Refused(Why.TOO_LATE, live, _next_possible(db, live, service, now))
    return today


def refusal(db: Session, service_id: int, now: datetime) -> Refused | None:
    """Why nobody would get a ticket for now."""
    live = overview(now).of_service(service_id)
    service = live.place.service(service_id)
    try:
        _day(db, Request(service_id), live, service, now)
    except Refused as refused:
        return refused
    return None


def _ends_too_late(live: Live, service_id: int) -> bool:
    if live.closes is None:
        return False
    newcomer = live.newcomer(service_id)
    if newcomer.wait.kind is Kind.TOO_LATE:
        return True
    left = (live.closes - live.local).total_seconds() / 60
    return newcomer.ends is not None and newcomer.ends > left


def _next_possible(db: Session, live: Live, service: Service, now: datetime) -> datetime | None:
    """The first free appointment, else the next opening after today; none of a service that gives
    no tickets any more."""
    if service.quota == 0:
        return None
    taken = _taken(db, live.place, service, now)
    for day in slots.free_days(live.place.calendar, _offer(service), taken, live.local):
        return slots.free_times(live.place.calendar, _offer(service), taken, day, live.local)[0]
    return next_day_opening(live)


def next_day_opening(live: Live) -> datetime | None:
    """When it opens tomorrow or later."""
    tomorrow = live.local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return next_opening(live.place.calendar, tomorrow - timedelta(microseconds=1))


def _offer(service: Service) -> slots.Offer:
    return slots.Offer(
        service.slot_minutes, service.slot_places, service.horizon_days, service.quota
    )


def _taken(
    db: Session, place: Place, service: Service, now: datetime, without: Ticket | None = None
) -> slots.Taken:
    """What is booked already, in the office's zone."""
    today = place.local(now).date()
    of_it: list[Any] = [
        Ticket.service_id == service.id,
        Ticket.day >= today,
        Ticket.state != CANCELLED,
    ]
    if without is not None:
        of_it.append(Ticket.id != without.id)
    booked = db.exec(
        select(Ticket.callable_from, func.count())
        .where(*of_it, col(Ticket.appointment))
        .group_by(col(Ticket.callable_from))
    )
    by_slot = {time.astimezone(place.zone): count for time, count in booked}
    days: dict[date, int] = {}
    if service.quota is not None:
        rows = db.execute(
            select(col(Ticket.day), func.count()).where(*of_it).group_by(col(Ticket.day))
        )
        days = {row[0]: row[1] for row in rows}
    return slots.Taken(by_slot, days)


def _given(db: Session, service: Service, day: date) -> int:
    return db.exec(
        select(func.count()).where(
            Ticket.service_id == service.id, Ticket.day == day, Ticket.state != CANCELLED
        )
    ).one()


def _rank(request: Request, service: Service, now: datetime) -> int:
    came = now if request.slot is None else request.slot
    minutes = service.head_start if request.priority else 0
    if request.slot is not None:
        minutes = max(minutes, APPOINTMENT_HEAD_START)
    return int(came.timestamp() * 1000) - minutes * 60_000


def _next_number(db: Session, request: Request, day: date) -> int | None:
    """None for a person who holds a ticket: for them, no number is given."""
    connection = db.connection()
    row = {"service": request.service_id, "day": day, "citizen": request.citizen_id}
    number: int | None = connection.execute(_raise(connection.dialect.name), row).scalar()
    return number


# Made once, for the way from a dial to a ticket: SQLAlchemy takes longer to build a statement than
# to run it.

_INSERT = sql_insert(Ticket).returning(col(Ticket.id))
_HELD = select(col(Ticket.id)).where(
    Ticket.citizen_id == bindparam("citizen"),
    Ticket.service_id == bindparam("service"),
    IS_LIVE,
)
_RECENT = or_(
    col(Ticket.state).in_(LIVE),
    (col(Ticket.state) == NO_SHOW) & (col(Ticket.ended_at) > bindparam("since")),
)
_HELD_BY = (
    select(Ticket)
    .where(
        or_(
            col(Ticket.citizen_id) == bindparam("person"),
            col(Ticket.taken_by_id) == bindparam("person"),
        ),
        _RECENT,
    )
    .order_by(col(Ticket.id).desc())
)


@lru_cache
def _raise(dialect: str) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    first = sql_select(
        bindparam("service", type_=Integer), bindparam("day", type_=Date), literal(1)
    ).where(~_HELD.exists())
    return (
        insert(TicketCounter)
        .from_select(["service_id", "day", "last"], first)
        .on_conflict_do_update(
            index_elements=["service_id", "day"], set_={"last": TicketCounter.last + 1}
        )
        .returning(col(TicketCounter.last))
    )
