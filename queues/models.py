"""Offices and their services, when they are open, and the tickets people hold."""

from datetime import UTC, date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from database.columns import Moment

WAITING = "waiting"
CANCELLED = "cancelled"  # by its holder
LIVE = (WAITING,)  # states in which a ticket still counts as the person's ticket
_LIVE_SQL = text("state IN ('waiting')")


class Office(SQLModel, table=True):
    __tablename__ = "office"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True)
    name: str = Field(max_length=22)
    address: str = Field(max_length=60)
    position: int = Field(default=0)


class Service(SQLModel, table=True):
    """What people queue for at an office; `prefix` is the letter on its tickets."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("office_id", "prefix"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    prefix: str = Field(max_length=1)
    name: str = Field(max_length=22)
    position: int = Field(default=0)


class Opening(SQLModel, table=True):
    """A stretch of a weekday (0 is Monday) in which tickets are given, in minutes of the day."""

    __tablename__ = "opening"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
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
    """A place in a queue. At most one live ticket per person, service and day."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("service_id", "day", "number"),
        Index(
            "ticket_one_live_per_person",
            "citizen_id",
            "service_id",
            "day",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        Index("ticket_queue", "service_id", "day", "state", "number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    service_id: int = Field(foreign_key="service.id")
    citizen_id: int = Field(foreign_key="citizen.id")
    day: date
    number: int
    label: str = Field(max_length=5)
    state: str = Field(default=WAITING, max_length=12)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=Moment)


class TicketEvent(SQLModel, table=True):
    """What happened to a ticket, in order; rows are added, never changed."""

    __tablename__ = "ticket_event"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    kind: str = Field(max_length=12)
    at: datetime = Field(sa_type=Moment)
