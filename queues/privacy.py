"""Tickets, as what is held of a person: listed, unlinked when the person is erased, and some time
after they ended in any case. The tickets themselves stay, and name nobody."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

import moment
from background.clock import every
from background.work import stopping
from citizens.privacy import Held, Person, erases, hinders, holds
from database import writing
from queues import tickets
from queues.models import Office, Ticket
from queues.moves import LIVE
from settings import current

LIVE_TICKET = "live_ticket"
_BATCH = 500


def _of(citizen_id: int) -> Any:
    return or_(col(Ticket.citizen_id) == citizen_id, col(Ticket.taken_by_id) == citizen_id)


@holds("tickets")
def _tickets(db: Session, of: Person) -> list[Held]:
    if of.id is None:
        return []
    query = select(Ticket, Office).join(Office, col(Office.id) == col(Ticket.office_id))
    return [
        {
            "ticket": ticket.label,
            "office": office.name,
            "day": ticket.day.isoformat(),
            "for": "oneself" if ticket.citizen_id == of.id else "another",
            "state": ticket.state,
        }
        for ticket, office in db.exec(query.where(_of(of.id)).order_by(col(Ticket.id)))
    ]


@hinders
def _live(db: Session, of: Person, now: datetime) -> str | None:
    """Who waits is called by this phone: first that ends."""
    return LIVE_TICKET if of.id is not None and tickets.held_by(db, of.id, now) else None


@erases
def _unlink(db: Session, of: Person, now: datetime) -> None:
    if of.id is None:
        return
    for column in (col(Ticket.citizen_id), col(Ticket.taken_by_id)):
        db.execute(
            update(Ticket)
            .where(column == of.id)
            .values({column: None, col(Ticket.travel_minutes): None})
            .execution_options(synchronize_session=False)
        )


@every(seconds=3600)
def forget() -> None:
    """Runs as a job."""
    while not stopping() and _forget() == _BATCH:
        pass


def _forget() -> int:
    before = moment.now().date() - timedelta(days=current().tickets_keep_days)
    with writing() as db:
        ids = db.exec(
            select(Ticket.id)
            .where(
                Ticket.day < before,
                col(Ticket.state).not_in(LIVE),
                or_(col(Ticket.citizen_id).is_not(None), col(Ticket.taken_by_id).is_not(None)),
            )
            .order_by(col(Ticket.id))
            .limit(_BATCH)
        ).all()
        db.execute(
            update(Ticket)
            .where(col(Ticket.id).in_(ids))
            .values(citizen_id=None, taken_by_id=None, travel_minutes=None)
            .execution_options(synchronize_session=False)
        )
    return len(ids)
