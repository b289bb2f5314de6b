"""What is seen from a counter, read from the database as it is now. Only the announced ranges come
from the overview, which may be a second old."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.models import Case
from citizens.models import Citizen
from queues import calling, tickets
from queues.events import history, staff
from queues.models import Counter, Ticket, TicketEvent
from queues.moves import AT_A_COUNTER, UNDOABLE, UNDONE, WAITING
from queues.overview import Live, overview
from queues.places import Desk as Planned
from queues.waiting import Wait

MOST_SHOWN: Final = 25  # of those who wait: what follows is said as a number
_TODAY: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Person:
    """A ticket as the desk shows it. `tail`: the last two digits of a number, or nothing. Of who is
    at the counter: `citizen_id`, where the number is theirs, and how many `dossiers` they have at
    this office."""

    id: int
    step: int
    label: str
    service: str
    priority: str
    since: datetime
    state: str
    tail: str = ""
    language: str = ""
    appointment: datetime | None = None
    wait: Wait | None = None
    recalls: int = 0
    note: str = ""
    citizen_id: int | None = None
    dossiers: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One's own last step, which can be taken back until then."""

    ticket_id: int
    step: int
    label: str
    kind: str
    until: datetime


@dataclass(frozen=True, slots=True)
class View:
    """`drawn`: the last call of this counter, by which a page that has grown old is known."""

    counter: Counter
    live: Live
    here: Person | None
    waiting: list[Person]
    later: list[Person]  # who has an appointment today, and may not be called yet
    elsewhere: int  # who waits for other counters
    held: list[Person]
    missed: list[Person]
    last: Step | None
    drawn: int
    more: int = field(default=0)

    @property
    def services(self) -> list[str]:
        served = planned(self.live, self.counter).services
        return [one.name for one in self.live.place.services if one.id in served]

    @property
    def mark(self) -> str:
        """Another one when what is at the counter has changed."""
        here = f"{self.here.id}.{self.here.step}" if self.here else ""
        return f"{self.counter.id}.{self.drawn}.{here}"


def planned(live: Live, counter: Counter) -> Planned:
    """The counter as it is set up; serving nothing where it is newer than the overview."""
    for desk in live.place.desks:
        if desk.id == counter.id:
            return desk
    return Planned(counter.id or 0, counter.number, frozenset(), {})


def view(db: Session, counter: Counter, staff_id: int, now: datetime) -> View:
    assert counter.id is not None
    live = overview(now).office(counter.office_id)
    at_it = calling.at_counter(db, counter.id)
    served = planned(live, counter).services
    everyone = list(
        db.exec(
            select(Ticket)
            .where(
                Ticket.office_id == counter.office_id,
                Ticket.state == WAITING,
                col(Ticket.callable_from) <= now + _TODAY,
            )
            .order_by(col(Ticket.rank), col(Ticket.id))
        )
    )
    mine = [
        one
        for one in everyone
        if one.service_id in served and one.reserved_id in (None, counter.id)
    ]
    due = [one for one in mine if one.callable_from <= now]
    later = sorted(
        (one for one in mine if one.callable_from > now), key=lambda one: one.callable_from
    )
    return View(
        counter=counter,
        live=live,
        here=_known(db, at_it, _noted(db, _persons(db, live, [at_it])[0])) if at_it else None,
        waiting=_persons(db, live, due[:MOST_SHOWN]),
        later=_persons(db, live, later[:MOST_SHOWN]),
        elsewhere=len(everyone) - len(mine),
        held=_persons(db, live, calling.held_at(db, counter.office_id)),
        missed=_persons(db, live, tickets.missed(db, counter.office_id, now)),
        last=last_step(db, staff_id, now),
        drawn=last_call(db, counter),
        more=max(0, len(due) - MOST_SHOWN),
    )


def last_call(db: Session, counter: Counter) -> int:
    """The last call of a counter since it was opened, as the number of its event."""
    found = db.exec(
        select(func.max(TicketEvent.id)).where(
            TicketEvent.kind == "called",
            TicketEvent.counter_id == counter.id,
            col(TicketEvent.at) >= counter.opened_at,
        )
    ).one()
    return found or 0


def last_step(db: Session, staff_id: int, now: datetime) -> Step | None:
    """One's own last step, if it can be taken back and nothing has happened since."""
    event = db.exec(
        select(TicketEvent)
        .where(
            col(TicketEvent.at) >= now - calling.UNDO_WITHIN,
            TicketEvent.who == staff(staff_id),
            col(TicketEvent.kind).in_((*UNDOABLE, UNDONE)),
        )
        .order_by(col(TicketEvent.id).desc())
        .limit(1)
    ).first()
    if event is None or event.kind == UNDONE:
        return None
    ticket = db.get_one(Ticket, event.ticket_id)
    if ticket.steps != event.step:
        return None
    until = event.at + calling.UNDO_WITHIN
    return Step(event.ticket_id, event.step, ticket.label, event.kind, until)


def _persons(db: Session, live: Live, of: Iterable[Ticket]) -> list[Person]:
    found = list(of)
    citizens = {one.citizen_id or one.taken_by_id for one in found}
    rows = db.exec(select(Citizen).where(col(Citizen.id).in_(citizens)))
    by_id = {one.id: one for one in rows}
    services = {one.id: one.name for one in live.place.services}
    persons = []
    for ticket in found:
        assert ticket.id is not None
        citizen = by_id.get(ticket.citizen_id or ticket.taken_by_id)
        waits = ticket.state == WAITING
        persons.append(
            Person(
                id=ticket.id,
                step=ticket.steps,
                label=ticket.label,
                service=services.get(ticket.service_id, ""),
                priority=ticket.priority,
                since=_since(ticket),
                state=ticket.state,
                tail=citizen.phone[-2:] if citizen else "",
                language=(citizen.language or "") if citizen else "",
                appointment=ticket.callable_from if ticket.appointment else None,
                wait=live.wait(ticket.id, ticket.service_id) if waits else None,
                recalls=ticket.recalls,
            )
        )
    return persons


def _since(ticket: Ticket) -> datetime:
    """Of who is at a counter, since when; of others, when they came."""
    if ticket.state in AT_A_COUNTER:
        return ticket.started_at or ticket.called_at or ticket.created_at
    return ticket.ended_at or (ticket.callable_from if ticket.appointment else ticket.created_at)


def _noted(db: Session, person: Person) -> Person:
    """With what was said when the ticket was taken or handed over, and when it was put aside."""
    said = [
        one.note for one in history(db, person.id) if one.note and one.kind in ("joined", "held")
    ]
    return replace(person, note=" · ".join(said))


def _known(db: Session, ticket: Ticket, person: Person) -> Person:
    """With what leads to their own page; whose number is a helper's has none."""
    if ticket.citizen_id is None:
        return person
    of_theirs = select(func.count()).where(
        Case.citizen_id == ticket.citizen_id, Case.office_id == ticket.office_id
    )
    return replace(person, citizen_id=ticket.citizen_id, dossiers=db.exec(of_theirs).one())
