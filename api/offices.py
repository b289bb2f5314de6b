"""Offices, waits and the last calls: what hangs on the wall of an office anyway."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field
from sqlmodel import Session, select

import moment
from api.endpoints import Api
from api.problems import Problem
from database import reading
from queues.board import state
from queues.hours import Span, clock
from queues.models import Agency, Service
from queues.overview import Live, overview
from queues.setup.shape import DAYS
from queues.tickets import Why, refusal
from queues.waiting import Kind, Wait

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,19}$", examples=["mairie"])]


class Hours(BaseModel):
    """A stretch in which an office is open, on its own clock; it may end at 24:00."""

    opens: str = Field(pattern=r"^\d\d:\d\d$")
    closes: str = Field(pattern=r"^\d\d:\d\d$")


class Weekday(BaseModel):
    day: str = Field(description="mon to sun")
    hours: list[Hours]


class SpecialDay(BaseModel):
    """A day unlike its weekday; without hours it is closed."""

    day: date
    hours: list[Hours]


class ServiceInfo(BaseModel):
    prefix: str = Field(description="The letter on its tickets")
    name: str
    documents: str = Field(description="What to bring; empty where nothing is known")
    appointments: bool


class Office(BaseModel):
    """`opens_next` is null while it is open, `closes` while it is closed, or if it never closes."""

    code: Code
    name: str
    agency: str | None
    address: str
    phone: str
    time_zone: str
    open: bool
    opens_next: datetime | None
    closes: datetime | None
    services: list[ServiceInfo]


class OfficeDetail(Office):
    week: list[Weekday]
    special_days: list[SpecialDay]


class Offices(BaseModel):
    offices: list[Office]


class Reason(StrEnum):
    """Why no minutes are said."""

    CLOSED = "closed"
    FULL = "full"
    NO_COUNTER = "no_counter"
    TOO_LATE = "too_late"
    TOO_FEW_SERVED = "too_few_served"


class Minutes(BaseModel):
    """Eight of ten wait between the two."""

    low: int
    high: int


class ServiceWait(BaseModel):
    """What one who came now would find: `ahead` are called before them, on counters they share.
    `free`: a counter is, and calls them at once."""

    prefix: str
    name: str
    waiting: int
    ahead: int
    counters_open: int
    free: bool
    minutes: Minutes | None
    reason: Reason | None


class Waits(BaseModel):
    office: Code
    as_of: datetime
    open: bool
    opens_next: datetime | None
    closes: datetime | None
    counters_open: int
    services: list[ServiceWait]


class Call(BaseModel):
    label: str = Field(examples=["A042"])
    counter: int
    service: str
    called_at: datetime


class Queue(BaseModel):
    prefix: str
    name: str
    waiting: int


class Board(BaseModel):
    """The last calls: those who have not come to the counter yet first, then the latest."""

    office: Code
    as_of: datetime
    calls: list[Call] = Field(max_length=state.SHOWN)
    waiting: list[Queue]


def add_to(api: Api) -> None:
    api.endpoint("GET", "/offices")(list_offices)
    api.endpoint("GET", "/offices/{code}")(get_office)
    api.endpoint("GET", "/offices/{code}/waits")(get_waits)
    api.endpoint("GET", "/offices/{code}/board")(get_board)


def list_offices() -> Offices:
    """All offices, in order."""
    seen = overview(moment.now())
    agencies = _agencies()
    return Offices(offices=[Office(**_office(live, agencies)) for live in seen.offices])


def get_office(code: Code) -> OfficeDetail:
    """One office: its services, hours and special days."""
    live = _live(code)
    calendar, today = live.place.calendar, live.local.date()
    return OfficeDetail(
        **_office(live, _agencies()),
        week=[
            Weekday(
                day=name,
                hours=_hours(
                    sorted((one.opens, one.closes) for one in calendar.week if one.weekday == day)
                ),
            )
            for day, name in enumerate(DAYS)
        ],
        special_days=[
            SpecialDay(day=day, hours=_hours(spans))
            for day, spans in sorted(calendar.special.items())
            if day >= today
        ],
    )


def get_waits(code: Code) -> Waits:
    """How long one waits at an office, by service.

    `minutes` is a range; where there is none, `reason` says why."""
    live = _live(code)
    with reading() as db:
        services = [_wait(db, live, service) for service in live.place.services]
    return Waits(
        office=code,
        as_of=live.local,
        open=live.is_open,
        opens_next=live.opens,
        closes=live.closes if live.is_open else None,
        counters_open=len(live.open_counters),
        services=services,
    )


def get_board(code: Code) -> Board:
    """The last calls of an office, and how many wait."""
    board = state.board(code, moment.now())
    if board is None:
        raise _unknown(code)
    return Board(
        office=board.code,
        as_of=board.local,
        calls=[
            Call(label=one.label, counter=one.counter, service=one.service, called_at=one.at)
            for one in board.calls
        ],
        waiting=[
            Queue(prefix=one.prefix, name=one.name, waiting=one.waiting) for one in board.queues
        ],
    )


def _live(code: str) -> Live:
    try:
        return overview(moment.now()).by_code(code)
    except LookupError:
        raise _unknown(code) from None


def _unknown(code: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, f"No office {code}.")


def _agencies() -> dict[int | None, str]:
    with reading() as db:
        return {agency.id: agency.name for agency in db.exec(select(Agency))}


def _office(live: Live, agencies: dict[int | None, str]) -> dict[str, object]:
    office = live.place.office
    return {
        "code": office.code,
        "name": office.name,
        "agency": agencies.get(office.agency_id),
        "address": office.address,
        "phone": office.phone,
        "time_zone": live.place.zone.key,
        "open": live.is_open,
        "opens_next": live.opens,
        "closes": live.closes if live.is_open else None,
        "services": [
            ServiceInfo(
                prefix=service.prefix,
                name=service.name,
                documents=service.documents,
                appointments=service.slot_places > 0,
            )
            for service in live.place.services
        ],
    }


def _hours(spans: Sequence[Span]) -> list[Hours]:
    return [Hours(opens=clock(opens), closes=clock(closes)) for opens, closes in spans]


_REFUSALS = {Why.CLOSED: Reason.CLOSED, Why.FULL: Reason.FULL, Why.TOO_LATE: Reason.TOO_LATE}
_REASONS = {
    Kind.PLACE_ONLY: Reason.TOO_FEW_SERVED,
    Kind.TOO_LATE: Reason.TOO_LATE,
    Kind.NO_COUNTER: Reason.NO_COUNTER,
}


def _wait(db: Session, live: Live, service: Service) -> ServiceWait:
    assert service.id is not None
    wait = live.newcomer(service.id).wait
    open_here = [
        desk
        for desk in live.place.desks
        if desk.id in live.open_counters and service.id in desk.services
    ]
    reason, minutes = _reason(db, live, service.id, wait), None
    if reason is None and wait.low is not None and wait.high is not None:
        minutes = Minutes(low=wait.low, high=wait.high)
    return ServiceWait(
        prefix=service.prefix,
        name=service.name,
        waiting=live.waiting(service.id),
        ahead=wait.ahead,
        counters_open=len(open_here),
        free=reason is None and wait.at_once,
        minutes=minutes,
        reason=reason,
    )


def _reason(db: Session, live: Live, service_id: int, wait: Wait) -> Reason | None:
    """What a phone would be told in place of minutes: no ticket, or not how long."""
    if not live.is_open:
        return Reason.CLOSED
    refused = refusal(db, service_id, moment.now())
    if refused is not None and refused.why in _REFUSALS:
        return _REFUSALS[refused.why]
    return _REASONS.get(wait.kind)
