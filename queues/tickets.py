"""Taking a ticket, and one's place in the queue."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from database.upserts import insert
from queues.hours import Stretch, is_open, next_opening
from queues.models import (
    CANCELLED,
    LIVE,
    WAITING,
    Office,
    Opening,
    Service,
    Ticket,
    TicketCounter,
    TicketEvent,
)
from settings import current


@dataclass(frozen=True, slots=True)
class Desk:
    """A service at its office, as seen now (local time)."""

    service: Service
    office: Office
    local: datetime
    opens: datetime | None  # when it is closed now: the next opening, if any is known
    is_open: bool


def desk(db: Session, service_id: int, now: datetime) -> Desk:
    """Raises LookupError for a service that is no more."""
    row = db.exec(select(Service, Office).join(Office).where(Service.id == service_id)).first()
    if row is None:
        raise LookupError(f"no service {service_id}")
    service, office = row
    openings = db.exec(select(Opening).where(Opening.office_id == office.id))
    stretches = [Stretch(one.weekday, one.opens, one.closes) for one in openings]
    local = now.astimezone(current().zone)
    open_now = is_open(stretches, local)
    opens = None if open_now else next_opening(stretches, local)
    return Desk(service, office, local, opens, open_now)


def live_ticket(db: Session, citizen_id: int, at: Desk) -> Ticket | None:
    """The ticket that this person holds today for this service."""
    return db.exec(
        select(Ticket).where(
            Ticket.citizen_id == citizen_id,
            Ticket.service_id == at.service.id,
            Ticket.day == at.local.date(),
            col(Ticket.state).in_(LIVE),
        )
    ).first()


def held_by(db: Session, citizen_id: int, now: datetime) -> list[tuple[Ticket, Service]]:
    """The live tickets of this person today, the latest first."""
    rows = db.exec(
        select(Ticket, Service)
        .join(Service)
        .where(
            Ticket.citizen_id == citizen_id,
            Ticket.day == now.astimezone(current().zone).date(),
            col(Ticket.state).in_(LIVE),
        )
        .order_by(col(Ticket.id).desc())
    )
    return [(ticket, service) for ticket, service in rows]


def waiting(db: Session, at: Desk, before: int | None = None) -> int:
    """How many people wait today for this service; with `before`, ahead of that number."""
    query = select(func.count()).where(
        Ticket.service_id == at.service.id,
        Ticket.day == at.local.date(),
        Ticket.state == WAITING,
    )
    if before is not None:
        query = query.where(Ticket.number < before)
    return db.exec(query).one()


def issue(db: Session, citizen_id: int, at: Desk, now: datetime) -> Ticket:
    """Gives the next number of the service's day. Call it in a write transaction: the counter
    moves with the ticket or not at all, so numbers have no gap and no double."""
    assert at.service.id is not None
    day = at.local.date()
    number = _next_number(db, at.service.id, day)
    ticket = Ticket(
        service_id=at.service.id,
        citizen_id=citizen_id,
        day=day,
        number=number,
        label=f"{at.service.prefix}{number:03d}",
        created_at=now,
    )
    db.add(ticket)
    db.flush()
    assert ticket.id is not None
    db.add(TicketEvent(ticket_id=ticket.id, kind="joined", at=now))
    return ticket


def cancel(db: Session, ticket: Ticket, now: datetime) -> bool:
    """Its holder gives it up: those behind move up. False where it was not live any more."""
    given_up = db.execute(
        update(Ticket)
        .where(col(Ticket.id) == ticket.id, col(Ticket.state).in_(LIVE))
        .values(state=CANCELLED)
        .returning(col(Ticket.id))
    ).first()
    if given_up is None:
        return False
    assert ticket.id is not None
    db.add(TicketEvent(ticket_id=ticket.id, kind=CANCELLED, at=now))
    return True


def _next_number(db: Session, service_id: int, day: object) -> int:
    raised = (
        insert(db, TicketCounter)
        .values(service_id=service_id, day=day, last=1)
        .on_conflict_do_update(
            index_elements=["service_id", "day"], set_={"last": TicketCounter.last + 1}
        )
        .returning(col(TicketCounter.last))
    )
    return int(db.execute(raised).scalar_one())
