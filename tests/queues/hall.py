"""The town hall as tests want it, at any hour of the day: its counters, quotas, hours, calls."""

from datetime import datetime, timedelta

from sqlmodel import delete, select

import moment
from citizens.directory import find
from database import reading, writing
from queues import calling, places
from queues.models import (
    Counter,
    CounterService,
    Office,
    Opening,
    Pace,
    Service,
    SpecialDay,
    Ticket,
)
from queues.waiting import Model

STAFF = "staff:1"


def service(prefix: str = "A", office: str = "mairie") -> Service:
    with reading() as db:
        query = select(Service).join(Office).where(Office.code == office, Service.prefix == prefix)
        return db.exec(query).one()


def open_counter(number: int = 7, prefix: str = "A", minutes: float = 10.0) -> int:
    """A counter that serves one service now, whose usual minutes are known well enough to be
    said."""
    of = service(prefix)
    with writing() as db:
        counter = Counter(
            office_id=of.office_id, number=number, staff_id=1000 + number, opened_at=moment.now()
        )
        db.add(counter)
        db.flush()
        db.add(CounterService(counter_id=counter.id, service_id=of.id))
        known = Model(minutes={of.id: minutes}, served={of.id: 100})
        written = places.model_written(known)
        db.exec(delete(Pace).where(Pace.office_id == of.office_id))
        db.add(Pace(office_id=of.office_id, model=written, fitted_at=moment.now()))
        return counter.id


def change(prefix: str = "A", **values: object) -> None:
    """Columns of a service."""
    with writing() as db:
        row = db.get(Service, service(prefix).id)
        for name, value in values.items():
            setattr(row, name, value)
        db.add(row)


def closed_today() -> None:
    """And open tomorrow, from midnight."""
    with writing() as db:
        office = db.exec(select(Office).where(Office.code == "mairie")).one()
        db.add(SpecialDay(office_id=office.id, day=moment.now().date(), reason="Essai"))


def never_open() -> None:
    with writing() as db:
        office = db.exec(select(Office).where(Office.code == "mairie")).one()
        db.exec(delete(Opening).where(Opening.office_id == office.id))


def ticket_of(number: str) -> Ticket:
    """The latest ticket of this person's."""
    with reading() as db:
        citizen = find(db, number)
        query = select(Ticket).where(Ticket.citizen_id == citizen.id).order_by(Ticket.id.desc())
        return db.exec(query).first()


def call(counter_id: int) -> None:
    """The next in the queue."""
    with writing() as db:
        assert calling.call_next(db, counter_id, STAFF, moment.now()) is not None


def at_counter(what: str, counter_id: int) -> None:
    """What an agent does with the one who is called: `no_show`, `start`, `hold`."""
    with writing() as db:
        getattr(calling, what)(db, counter_id, STAFF, moment.now())


def later(ticket: Ticket, minutes: int) -> None:
    """Lets time pass since the ticket came to its end."""
    with writing() as db:
        row = db.get(Ticket, ticket.id)
        row.ended_at = row.ended_at - timedelta(minutes=minutes)
        db.add(row)


def tickets() -> list[Ticket]:
    with reading() as db:
        return list(db.exec(select(Ticket).order_by(Ticket.id)))


def tomorrow() -> datetime:
    return moment.now() + timedelta(days=1)
