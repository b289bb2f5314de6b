"""Agencies, their offices, services and counters, when these are open, and people's tickets."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment
from queues.moves import AT_A_COUNTER, LIVE, WAITING


def _in(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"


# Not as a parameter: PostgreSQL would not know that it is the index's own condition.
IS_LIVE = text(_in(LIVE))
_WAITING = text(_in((WAITING,)))
_AT_A_COUNTER = text(_in(AT_A_COUNTER))


class Agency(SQLModel, table=True):
    """An authority with offices: a commune, a ministry."""

    __tablename__ = "agency"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True)
    name: str = Field(max_length=60)


class Office(SQLModel, table=True):
    """`zone`: of the IANA list, empty for the setting's; `country`: whose public holidays it keeps
    (ISO 3166), empty for none; `languages`: of its board, by commas. Who missed the call may come
    back within `grace_minutes`; who is late goes back `late_places`, once."""

    __tablename__ = "office"

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int | None = None  # SQLite can add no reference to a table that is there
    code: str = Field(max_length=20, unique=True)
    name: str = Field(max_length=22)
    address: str = Field(max_length=60)
    phone: str = Field(default="", max_length=16)
    zone: str = Field(default="", max_length=40)
    country: str = Field(default="", max_length=2)
    languages: str = Field(default="fr", max_length=40)
    grace_minutes: int = Field(default=30)
    late_places: int = Field(default=3)
    position: int = Field(default=0)


class Service(SQLModel, table=True):
    """What people queue for at an office; `prefix` is the letter on its tickets.

    `minutes`: expected at the counter, until enough were served to know. `documents`: to bring.
    `quota`: tickets a day, None for any number, 0 for a service that is given up. `head_start`: how
    many minutes earlier those of a priority class count as having come. `slot_places`: appointments
    each `slot_minutes`, 0 for none, up to `horizon_days` ahead.
    """

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("office_id", "prefix"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    prefix: str = Field(max_length=1)
    name: str = Field(max_length=22)
    minutes: int = Field(default=10)
    documents: str = Field(default="", max_length=80)
    quota: int | None = None
    head_start: int = Field(default=30)
    slot_minutes: int = Field(default=30)
    slot_places: int = Field(default=0)
    horizon_days: int = Field(default=14)
    position: int = Field(default=0)


class Opening(SQLModel, table=True):
    """A stretch of a weekday (0 is Monday) in which the office is open, in minutes of the day."""

    __tablename__ = "opening"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    weekday: int = Field(ge=0, le=6)
    opens: int = Field(ge=0, le=1440)
    closes: int = Field(ge=0, le=1440)


class SpecialDay(SQLModel, table=True):
    """A day unlike its weekday or, for a public holiday, unlike one: `hours` such as
    `08:00-12:00 15:00-17:00`, empty for closed all day. `announced_at`: when those who hold
    tickets were told."""

    __tablename__ = "special_day"
    __table_args__ = (UniqueConstraint("office_id", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    day: date
    hours: str = Field(default="", max_length=60)
    reason: str = Field(default="", max_length=40)
    announced_at: datetime | None = Field(default=None, sa_type=Moment)


class Counter(SQLModel, table=True):
    """A counter of an office: open while one of the staff is at it; nobody is at two."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("office_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    number: int
    staff_id: int | None = Field(default=None, unique=True)
    opened_at: datetime | None = Field(default=None, sa_type=Moment)


class CounterService(SQLModel, table=True):
    """Which services a counter serves."""

    __tablename__ = "counter_service"

    counter_id: int = Field(foreign_key="counter.id", primary_key=True)
    service_id: int = Field(foreign_key="service.id", primary_key=True)


class RosterLine(SQLModel, table=True):
    """When a counter is planned to be open on a weekday, in minutes of the day."""

    __tablename__ = "roster"

    id: int | None = Field(default=None, primary_key=True)
    counter_id: int = Field(foreign_key="counter.id", index=True)
    weekday: int = Field(ge=0, le=6)
    opens: int = Field(ge=0, le=1440)
    closes: int = Field(ge=0, le=1440)


class TicketCounter(SQLModel, table=True):
    """The last number given by a service on a day: raised in the ticket's own transaction."""

    __tablename__ = "ticket_counter"

    service_id: int = Field(foreign_key="service.id", primary_key=True)
    day: date = Field(primary_key=True)
    last: int


class Ticket(SQLModel, table=True):
    """A place in a queue: one leg of a visit. At most one live one per person and service.

    `citizen_id`: the person, where the number is known; `taken_by_id`: the citizen who took it, if
    that is another. `rank`: the order of calls, milliseconds since 1970: when one came, less the
    head start of one's class, or the time of the appointment. `callable_from`: an appointment's
    time. `reserved_id`: the counter to which it was handed over. `number` is None on a later leg
    (`previous_id`), which keeps the label. `state`, `counter_id` and the moments repeat the events.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("service_id", "day", "number"),
        Index(
            "ticket_one_live_per_person",
            *("citizen_id", "service_id"),
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
        Index(
            "ticket_one_at_a_counter",
            "counter_id",
            unique=True,
            sqlite_where=_AT_A_COUNTER,
            postgresql_where=_AT_A_COUNTER,
        ),
        Index(
            "ticket_queue",
            *("service_id", "rank", "id"),
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ticket_of_day", "office_id", "day", "state"),
        Index("ticket_citizen", "citizen_id"),
        Index("ticket_taken_by", "taken_by_id"),
        Index("ticket_previous", "previous_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    service_id: int = Field(foreign_key="service.id")
    citizen_id: int | None = Field(default=None, foreign_key="citizen.id")
    taken_by_id: int | None = Field(default=None, foreign_key="citizen.id")
    previous_id: int | None = None
    day: date
    number: int | None = None
    label: str = Field(max_length=5)
    state: str = Field(default=WAITING, max_length=12)
    priority: str = Field(default="", max_length=12)
    rank: int = Field(sa_type=BigInteger)
    callable_from: datetime = Field(sa_type=Moment)
    appointment: bool = Field(default=False)
    reserved_id: int | None = Field(default=None, foreign_key="counter.id")
    counter_id: int | None = Field(default=None, foreign_key="counter.id")
    travel_minutes: int | None = None
    announced_low: int | None = None  # minutes, as told when it was taken
    announced_high: int | None = None
    ahead: int | None = None  # people ahead when it was taken
    predicted: float | None = None  # minutes, before the factor: what the refit compares with
    told: int = Field(default=0)  # which notices were posted: bits of queues.notices
    moved_back: bool = Field(default=False)
    recalls: int = Field(default=0)
    steps: int = Field(default=1)  # events so far
    outcome: str = Field(default="", max_length=20)
    called_at: datetime | None = Field(default=None, sa_type=Moment)
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class TicketEvent(SQLModel, table=True):
    """What happened to a ticket, in order (`step` 1, 2, …); rows are added, never changed. `state`:
    where it led; `who`: `citizen`, `staff:<id>`, `operator` or `clock`; `note`: the reason, or what
    was said."""

    __tablename__ = "ticket_event"
    __table_args__ = (UniqueConstraint("ticket_id", "step"), Index("ticket_event_at", "at"))

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    step: int
    kind: str = Field(max_length=12)
    state: str = Field(max_length=12)
    who: str = Field(default="citizen", max_length=20)
    counter_id: int | None = None
    note: str = Field(default="", max_length=200)
    at: datetime = Field(sa_type=Moment)


class Pace(SQLModel, table=True):
    """What the nightly refit knows of an office's waits: a model of queues/waiting.py, as JSON."""

    __tablename__ = "pace"

    office_id: int = Field(foreign_key="office.id", primary_key=True)
    model: str
    fitted_at: datetime = Field(sa_type=Moment)
