"""An appointment to collect a ready paper: a ticket of the office's queue, noted on the dossier."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from cases import events, reading, standing
from cases.events import CITIZEN, CLOCK, Sender
from cases.history import APPOINTMENT, Change
from cases.models import Case
from cases.reading import Readable
from cases.statuses import READY
from locales.values import REFERENCE
from menus.actions import ACTIONS, Context, Outcome, action, chosen
from queues import actions as queueing
from queues.events import follows
from queues.models import Ticket, TicketEvent

_SERVICE = {"service": chosen("queues.services")}
_BOOKING = ACTIONS["queues.book"]


@action(
    "cases.collect",
    parameters={"reference": REFERENCE},
    outcomes={"book": _SERVICE, "walk_in": {}, "elsewhere": {}},
    writes=False,
)
def collect(context: Context, reference: str) -> Outcome:
    """Where a ready paper is collected by appointment: the service of its office that its type
    names. `walk_in`: none is needed, or possible."""
    one = _ready(context, reference)
    if one is None:
        return Outcome("elsewhere")
    seen = standing.see(context.db, one.case, context.language, context.now)
    services = seen.live.place.services
    found = [service.id for service in services if service.prefix == seen.kind.collect]
    return Outcome("book", {"service": str(found[0])}) if found else Outcome("walk_in")


@action(
    "cases.book",
    parameters={"reference": REFERENCE, **_BOOKING.parameters},
    outcomes={**_BOOKING.outcomes, "elsewhere": {}},
    binding=True,
)
def book(context: Context, reference: str, service: str, slot: str) -> Outcome:
    """As `queues.book`; the appointment is noted on the dossier."""
    one = _ready(context, reference)
    if one is None:
        return Outcome("elsewhere")
    outcome = queueing.book(context, service, slot)
    if outcome.name == "booked":
        when = datetime.fromisoformat(slot).astimezone(UTC)
        who = CITIZEN if one.own else "mandate"
        change = Change(APPOINTMENT, appointment=when)
        events.add(context.db, one.case.id or 0, change, Sender(who), context.now)
    return outcome


def _ready(context: Context, reference: str) -> Readable | None:
    one = reading.opened(context.db, context.phone, reference, context.now)
    return one if one is not None and one.case.status == READY else None


@follows("cancelled", "expired")
def no_appointment(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    """A ticket that was given up or has lapsed is no appointment any more, nor on the dossier."""
    if not ticket.appointment:
        return
    for_it = select(Case.id).where(
        Case.citizen_id == ticket.citizen_id,
        Case.office_id == ticket.office_id,
        col(Case.appointment_at) == ticket.callable_from,
        Case.status == READY,
    )
    for case_id in db.exec(for_it).all():
        sender = Sender(event.who if event.who == CITIZEN else CLOCK)
        events.add(db, case_id or 0, Change(APPOINTMENT), sender, event.at)
