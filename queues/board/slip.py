"""The paper slip for somebody without a phone at hand: A6, black on white, on any office printer.

It has no address of its own, since it is printed at the counter: whoever serves it sees to it that
only agents of the office get it. It names no person.
"""

from dataclasses import dataclass
from datetime import datetime

from database import reading
from menus.codes import code_to_dial
from queues import tickets
from queues.board.looks import rendered
from queues.board.state import languages_of
from queues.models import Ticket
from queues.moves import WAITING
from queues.overview import Live, overview


@dataclass(frozen=True, slots=True)
class Slip:
    """`taken` and `appointment` are in the office's zone; `ahead` and the range are None where they
    say nothing: to one who has an appointment, or does not wait any more."""

    label: str
    office: str
    address: str
    service: str
    languages: tuple[str, ...]
    taken: datetime
    appointment: datetime | None
    ahead: int | None
    low: int | None
    high: int | None
    papers: str
    code: str


def slip_page(ticket_id: int, now: datetime) -> str | None:
    """The whole page; None for a ticket or an office that is not there. Call it in a request: its
    stylesheet and its script are the board's."""
    slip = _slip(ticket_id, now)
    return None if slip is None else rendered("slip.html", slip=slip)


def _slip(ticket_id: int, now: datetime) -> Slip | None:
    with reading() as db:
        ticket = db.get(Ticket, ticket_id)
        code = code_to_dial(db)
    if ticket is None:
        return None
    try:
        live = overview(now).office(ticket.office_id)
        service = live.place.service(ticket.service_id)
    except LookupError:
        return None
    ahead, low, high = _wait(live, ticket, now)
    return Slip(
        label=ticket.label,
        office=live.place.office.name,
        address=live.place.office.address,
        service=service.name,
        languages=languages_of(live.place.office)[:2],
        taken=live.place.local(ticket.created_at),
        appointment=live.place.local(ticket.callable_from) if ticket.appointment else None,
        ahead=ahead,
        low=low,
        high=high,
        papers=service.documents,
        code=code,
    )


def _wait(live: Live, ticket: Ticket, now: datetime) -> tuple[int | None, int | None, int | None]:
    if ticket.appointment or ticket.state != WAITING or ticket.id is None:
        return None, None, None
    wait = tickets.wait_of(ticket, now)
    ahead = live.ahead(ticket.service_id, ticket.rank, ticket.id)
    return ahead, wait.low, wait.high
