"""How all queues stand: who waits, which counters are open, what one who joins now would get.

Read from the database at once for every office, at most once per `QUEUE_SECONDS` and process: a
thousand people who dial look at the same queue.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlmodel import Session, col, select

import moment
from database import engine, reading
from queues import places
from queues.hours import at_minute, closing, is_open, next_opening
from queues.models import Counter, Ticket
from queues.moves import AT_A_COUNTER, WAITING
from queues.places import Desk, Place
from queues.waiting import Counter as Calling
from queues.waiting import Forecast, Newcomer, Person, Stretches, Wait, forecast, from_now
from settings import current

_SOON = timedelta(hours=12)  # appointments that are part of today's queue
_NOT_COMING = 15.0  # minutes after which a counter that was planned is given up
_GOES_ON = 8 * 60.0  # an open counter of an office that doesn't close
_AFTER_CLOSING = 60.0  # an open counter goes on so long with those who wait


@dataclass(frozen=True, slots=True)
class Waiting:
    """One who waits; `since` when they may be called."""

    ticket_id: int
    office_id: int
    service_id: int
    rank: int
    since: datetime


@dataclass(frozen=True, slots=True)
class AtCounter:
    """Who is at a counter, and since when."""

    counter_id: int
    service_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Live:
    """An office now; `local` in its own zone. `opens`: when it is closed, the next opening."""

    place: Place
    local: datetime
    is_open: bool
    opens: datetime | None
    closes: datetime | None
    open_counters: tuple[int, ...]  # their ids
    ranks: Mapping[int, list[tuple[int, int]]]  # by service: rank and ticket, in order
    forecast: Forecast

    def waiting(self, service_id: int) -> int:
        return len(self.ranks.get(service_id, ()))

    def ahead(self, service_id: int, rank: int, ticket_id: int) -> int:
        """How many wait for this service and are called before this ticket."""
        return bisect_left(self.ranks.get(service_id, []), (rank, ticket_id))

    def newcomer(self, service_id: int) -> Newcomer:
        return self.forecast.newcomers[service_id]

    def wait(self, ticket_id: int, service_id: int) -> Wait:
        """What this ticket still waits; one that we have not seen yet, as a newcomer."""
        return self.forecast.waits.get(ticket_id) or self.newcomer(service_id).wait


@dataclass(frozen=True, slots=True)
class Overview:
    """Every office, in order."""

    at: datetime
    offices: tuple[Live, ...]

    def office(self, office_id: int) -> Live:
        """Raises LookupError for one that is no more."""
        for live in self.offices:
            if live.place.office.id == office_id:
                return live
        raise LookupError(f"no office {office_id}")

    def by_code(self, code: str) -> Live:
        """Raises LookupError."""
        wanted = code.casefold()
        for live in self.offices:
            if live.place.office.code.casefold() == wanted:
                return live
        raise LookupError(f"no office {code}")

    def of_service(self, service_id: int) -> Live:
        """Raises LookupError for a service that is no more."""
        for live in self.offices:
            if any(service.id == service_id for service in live.place.services):
                return live
        raise LookupError(f"no service {service_id}")


_lock = Lock()
_kept: tuple[Any, Overview] | None = None


def overview(now: datetime) -> Overview:
    """As fresh as `QUEUE_SECONDS` wants it. While one thread looks, others go on with what is
    known."""
    good = _still_good(now)
    if good is not None:
        return good
    kept = _kept
    stale = kept[1] if kept is not None and kept[0] is engine() else None
    if not _lock.acquire(blocking=stale is None or not current().queue_seconds):
        assert stale is not None
        return stale
    try:
        return _still_good(now) or _look(now)
    finally:
        _lock.release()


def forget() -> None:
    """What was changed here is seen at once by the next who looks."""
    global _kept
    _kept = None


def _still_good(now: datetime) -> Overview | None:
    kept = _kept
    if kept is None or kept[0] is not engine():
        return None
    age = abs(now - kept[1].at).total_seconds() / moment.speed()
    return kept[1] if age < current().queue_seconds else None


def _look(now: datetime) -> Overview:
    global _kept
    with reading() as db:
        seen = look(db, now)
    _kept = (engine(), seen)
    return seen


def look(db: Session, now: datetime) -> Overview:
    """Reads all of it."""
    found = places.read(db, now.date())
    waiting: dict[int, list[Waiting]] = defaultdict(list)
    for one in _waiting(db, now):
        waiting[one.office_id].append(one)
    open_now = set(db.exec(select(Counter.id).where(col(Counter.staff_id).is_not(None))))
    busy = {one.counter_id: one for one in _at_counters(db)}
    return Overview(
        now,
        tuple(_live(place, waiting[place.office.id or 0], open_now, busy, now) for place in found),
    )


def _waiting(db: Session, now: datetime) -> Iterable[Waiting]:
    of_it: Any = (
        *(Ticket.id, Ticket.office_id, Ticket.service_id, Ticket.rank, Ticket.callable_from),
    )
    query: Any = (
        select(*of_it)
        .where(Ticket.state == WAITING, Ticket.callable_from <= now + _SOON)
        .order_by(col(Ticket.rank), col(Ticket.id))
    )
    return (Waiting(*row) for row in db.exec(query))


def _at_counters(db: Session) -> Iterable[AtCounter]:
    query: Any = select(Ticket.counter_id, Ticket.service_id, Ticket.called_at).where(
        col(Ticket.state).in_(AT_A_COUNTER)
    )
    return (AtCounter(*row) for row in db.exec(query))


def _live(
    place: Place,
    waiting: list[Waiting],
    open_now: set[int | None],
    busy: Mapping[int, AtCounter],
    now: datetime,
) -> Live:
    local = place.local(now)
    office_open = is_open(place.calendar, local)
    closes = closing(place.calendar, local)
    counters = [
        _calling(desk, place, local, closes, desk.id in open_now, busy.get(desk.id))
        for desk in place.desks
    ]
    people = [
        Person(one.ticket_id, one.service_id, max(0.0, _minutes(now, one.since))) for one in waiting
    ]
    ranks: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in waiting:
        if one.since <= now:  # an appointment of later waits at home
            ranks[one.service_id].append((one.rank, one.ticket_id))
    services = [service.id for service in place.services if service.id is not None]
    return Live(
        place=place,
        local=local,
        is_open=office_open,
        opens=None if office_open else next_opening(place.calendar, local),
        closes=closes,
        open_counters=tuple(desk.id for desk in place.desks if desk.id in open_now),
        ranks=ranks,
        forecast=forecast(counters, people, place.model, services),
    )


def _calling(
    desk: Desk,
    place: Place,
    local: datetime,
    closes: datetime | None,
    is_open_now: bool,
    busy: AtCounter | None,
) -> Calling:
    return Calling(
        id=desk.id,
        services=desk.services,
        stretches=_stretches(desk, place, local, closes, is_open_now),
        busy_with=None if busy is None else busy.service_id,
        busy_for=0.0 if busy is None else max(0.0, _minutes(busy.since, local)),
    )


def _stretches(
    desk: Desk, place: Place, local: datetime, closes: datetime | None, is_open_now: bool
) -> Stretches:
    """When this counter calls today, in minutes from now: as planned, within the office's hours;
    one that is open without being planned, until the office closes."""
    day = local.date()
    planned = [
        (
            _minutes(local, at_minute(day, begins, local)),
            _minutes(local, at_minute(day, ends, local)),
        )
        for begins, ends in _within(desk.roster.get(day.weekday(), ()), place.calendar.spans(day))
    ]
    if not is_open_now:
        planned = [(begins, ends) for begins, ends in planned if begins > -_NOT_COMING]
    elif not any(begins <= 0 < ends for begins, ends in planned):
        until = _AFTER_CLOSING if closes is None else _minutes(local, closes)
        if closes is None and is_open(place.calendar, local):
            until = _GOES_ON
        next_begins = min((begins for begins, _ in planned if begins > 0), default=until)
        planned.insert(0, (0.0, min(until, next_begins)))
    return from_now(tuple(planned), 0.0, is_open_now)


def _within(
    planned: Iterable[tuple[int, int]], spans: Iterable[tuple[int, int]]
) -> Iterable[tuple[int, int]]:
    """What of the plan lies within the opening hours."""
    for begins, ends in planned:
        for opens, closes in spans:
            if max(begins, opens) < min(ends, closes):
                yield max(begins, opens), min(ends, closes)


def _minutes(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 60
