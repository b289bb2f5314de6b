"""After a visit, how it went is asked: by SMS, or at the next dial."""

from sqlmodel import Session

from insights import surveys
from queues.events import follows
from queues.letters import contact
from queues.models import Ticket, TicketEvent
from settings import current


@follows("done")
def ask(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    """The last leg's own `ticket:<id>` is the subject: it knows service and counter."""
    person = contact(db, ticket)
    if person is None:
        return
    surveys.ask(
        db,
        person.phone,
        person.language or current().default_language,
        subject=f"ticket:{ticket.id}",
        scale=10,
        now=event.at,
        office=ticket.office_id,
    )
