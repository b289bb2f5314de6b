"""What an office's board shows: who is called, who was, how many wait and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from database import reading
from database.columns import Moment
from locales.catalogues import SOURCE
from queues.models import Office, Service, Ticket, TicketEvent
from queues.moves import CALLED, CANCELLED, EXPIRED, RECALLED, SERVING, WAITING
from queues.overview import Live, overview
from queues.tickets import Why, refusal
from queues.waiting import Kind

SHOWN: Final = 4  # calls
_NOW: Final = (CALLED, RECALLED)
_NOT_SHOWN: Final = (WAITING, CANCELLED, EXPIRED)
_STILL_TODAY = timedelta(hours=12)  # an office that never closes has no morning


@dataclass(frozen=True, slots=True)
class Call:
    """`at`: the last time that it was called, in the office's zone; `recalls`: how often again;
    `is_now`: the person has not come yet; `is_over`: and is gone again, or did not come."""

    label: str
    counter: int
    service: str
    at: datetime
    recalls: int
    is_now: bool
    is_over: bool

    @property
    def key(self) -> str:
        """Another one for each time that it is called: what rings once."""
        return f"{self.label}-{int(self.at.timestamp())}-{self.recalls}"

    @property
    def spoken(self) -> str:
        """`A042` as it is said: A 42."""
        return f"{self.label[:1]} {self.label[1:].lstrip('0')}"


@dataclass(frozen=True, slots=True)
class Queue:
    """A service: who waits, and what somebody who comes now would be told. `refused`: that there is
    no ticket any more today; `is_served`: whether a counter is there for it, or planned."""

    prefix: str
    name: str
    waiting: int
    low: int | None
    high: int | None
    refused: bool
    is_served: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Times are in the office's zone. `reason`: why this day is special; `opens`: when it is
    closed, the next opening."""

    code: str
    name: str
    languages: tuple[str, ...]
    local: datetime
    is_open: bool
    reason: str
    opens: datetime | None
    calls: tuple[Call, ...]  # those who are called now first, then the latest
    queues: tuple[Queue, ...]
    open_counters: tuple[int, ...]

    @property
    def is_shut(self) -> bool:
        """Closed, with nobody at a counter any more."""
        return not self.is_open and all(call.is_over for call in self.calls)


@dataclass(frozen=True, slots=True)
class Listed:
    code: str
    name: str
    languages: tuple[str, ...]


def offices(now: datetime) -> list[Listed]:
    """All that have a board, in order."""
    return [
        Listed(office.code, office.name, languages_of(office))
        for office in (live.place.office for live in overview(now).offices)
    ]


def board(code: str, now: datetime) -> Board | None:
    """None for an office that we don't know."""
    try:
        live = overview(now).by_code(code)
    except LookupError:
        return None
    office = live.place.office
    with reading() as db:
        calls = _calls(db, live, now)
        queues = tuple(_queue(db, live, service, now) for service in live.place.services)
    return Board(
        code=office.code,
        name=office.name,
        languages=languages_of(office),
        local=live.place.local(now),
        is_open=live.is_open,
        reason=live.place.reasons.get(live.local.date(), ""),
        opens=live.opens,
        calls=calls,
        queues=queues,
        open_counters=tuple(
            desk.number for desk in live.place.desks if desk.id in live.open_counters
        ),
    )


def languages_of(office: Office) -> tuple[str, ...]:
    """The first is the one to show large."""
    written = (one.strip() for one in office.languages.split(","))
    return tuple(dict.fromkeys(one for one in written if one)) or (SOURCE,)


def _calls(db: Session, live: Live, now: datetime) -> tuple[Call, ...]:
    """Of one's own day by the office's index; yesterday's are looked at for what goes on past
    midnight."""
    today = live.local.date()
    rung = _rung()
    is_now = case((col(Ticket.state).in_(_NOW), 1), else_=0)
    columns: tuple[Any, ...] = (
        *(Ticket.label, Ticket.counter_id, Ticket.service_id, rung),
        *(Ticket.recalls, Ticket.state),
    )
    query: Any = (
        select(*columns)
        .where(
            Ticket.office_id == live.place.office.id,
            col(Ticket.day).in_((today, today - timedelta(days=1))),
            col(Ticket.state).not_in(_NOT_SHOWN),
            col(Ticket.called_at) > now - _STILL_TODAY,
            col(Ticket.counter_id).is_not(None),
        )
        .order_by(is_now.desc(), rung.desc(), col(Ticket.id).desc())
        .limit(SHOWN)
    )
    counters = {desk.id: desk.number for desk in live.place.desks}
    services = {service.id: service.name for service in live.place.services}
    return tuple(
        _call(row, counters, services, live)
        for row in db.exec(query)
        if row[1] in counters and row[2] in services
    )


def _rung() -> Any:
    """When a ticket was last called: a recall has its moment in its event only."""
    recalled = (
        select(func.max(TicketEvent.at, type_=Moment))
        .where(TicketEvent.ticket_id == Ticket.id, TicketEvent.kind == "recalled")
        .correlate(Ticket)
        .scalar_subquery()
    )
    return case((col(Ticket.state) == RECALLED, recalled), else_=col(Ticket.called_at))


def _call(
    row: Any, counters: Mapping[int, int], services: Mapping[int | None, str], live: Live
) -> Call:
    label, counter_id, service_id, at, recalls, state = row
    return Call(
        label=label,
        counter=counters[counter_id],
        service=services[service_id],
        at=live.place.local(at),
        recalls=recalls,
        is_now=state in _NOW,
        is_over=state not in (*_NOW, SERVING),
    )


def _queue(db: Session, live: Live, service: Service, now: datetime) -> Queue:
    assert service.id is not None
    wait = live.newcomer(service.id).wait
    refused = refusal(db, service.id, now) if live.is_open else None
    full = refused is not None and refused.why in (Why.FULL, Why.TOO_LATE)
    return Queue(
        prefix=service.prefix,
        name=service.name,
        waiting=live.waiting(service.id),
        low=None if full else wait.low,
        high=None if full else wait.high,
        refused=full,
        is_served=wait.kind is not Kind.NO_COUNTER,
    )
