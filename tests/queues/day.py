"""A day at the town hall, for tests: who takes tickets, who sits at which counter, what is told."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from citizens.directory import find_or_add
from database import reading, writing
from queues import calling, events, tickets
from queues.models import Counter, CounterService, Office, Service, Ticket
from sms.models import Message

MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def service_id(prefix: str = "A", office: str = "mairie") -> int:
    with reading() as db:
        query = select(Service).join(Office).where(Office.code == office, Service.prefix == prefix)
        return db.exec(query).one().id


def counters(
    count: int, prefixes: str = "ABCD", office: str = "mairie", first: int = 1
) -> list[int]:
    """So many counters with these services and no other, whatever the demo has; their ids."""
    made = []
    with writing() as db:
        place = db.exec(select(Office).where(Office.code == office)).one()
        for link in db.exec(select(CounterService)):
            counter = db.get(Counter, link.counter_id)
            if counter.office_id == place.id and first <= counter.number < first + count:
                db.delete(link)
        db.flush()
        for number in range(first, first + count):
            query = select(Counter).where(Counter.office_id == place.id, Counter.number == number)
            counter = db.exec(query).first() or Counter(office_id=place.id, number=number)
            db.add(counter)
            db.flush()
            for prefix in prefixes:
                service = db.exec(
                    select(Service).where(Service.office_id == place.id, Service.prefix == prefix)
                ).one()
                db.add(CounterService(counter_id=counter.id, service_id=service.id))
            made.append(counter.id)
    return made


def sit(counter: int, staff: int, now: datetime = MORNING) -> None:
    with writing() as db:
        calling.open_counter(db, counter, staff, now)


def take(number: str | None, minutes: float = 0, prefix: str = "A", **more: object) -> Ticket:
    service = more.pop("service", None) or service_id(prefix)
    with writing() as db:
        citizen = find_or_add(db, number).id if number else None
        request = tickets.Request(service, citizen_id=citizen, **more)
        return tickets.take(db, request, at(minutes))


def call(counter: int, minutes: float = 0, who: str = "staff:1") -> str | None:
    """The label that is called."""
    with writing() as db:
        ticket = calling.call_next(db, counter, who, at(minutes))
        return None if ticket is None else ticket.label


def doing(what, *arguments, minutes: float = 0, who: str = "staff:1", **more):
    """One of queues.calling's deeds, in a transaction of its own."""
    with writing() as db:
        return what(db, *arguments, who, at(minutes), **more)


def state(ticket: Ticket) -> str:
    with reading() as db:
        return db.get(Ticket, ticket.id).state


def kinds(ticket: Ticket) -> list[str]:
    with reading() as db:
        return [event.kind for event in events.history(db, ticket.id)]


def told(ticket: Ticket) -> list[str]:
    """What its holder was told, by the names of the texts."""
    with reading() as db:
        query = select(Message.kind).where(Message.key.startswith(f"ticket:{ticket.id}:"))
        return list(db.exec(query.order_by(Message.id)))
