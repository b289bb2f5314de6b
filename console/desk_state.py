"""What an agent's desk shows: who is at the counter, who waits for it, what can be taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from citizens.models import Citizen
from queues import calling, events, overview, tickets
from queues.models import Counter, Ticket
from queues.moves import NO_SHOW, WAITING
from queues.overview import Live
from queues.waiting import Wait
from staff.models import Staff

SHOWN: Final = 40  # of those who wait
_RECENT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Row:
    """One who waits, was asked to step aside, or missed the call."""

    ticket: Ticket
    service: str
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page shows. `here`: who is called or served; `last`: what can be taken back."""

    counter: Counter
    live: Live
    here: Ticket | None
    citizen: Citizen | None
    waiting: list[Row]
    more: int
    held: list[Row]
    missed: list[Row]
    last: Ticket | None
    counters: list[Counter]

    def service(self, ticket: Ticket) -> str:
        return self.live.place.service(ticket.service_id).name


def desk_of(db: Session, staff: Staff, now: datetime) -> Desk | None:
    """None for one who is at no counter."""
    counter = calling.counter_of(db, staff.id or 0)
    if counter is None or counter.id is None:
        return None
    live = overview.look(db, now).office(counter.office_id)
    served = next(desk.services for desk in live.place.desks if desk.id == counter.id)
    here = calling.at_counter(db, counter.id)
    citizen = db.get(Citizen, here.citizen_id) if here and here.citizen_id else None
    of_mine = (col(Ticket.service_id).in_(served), Ticket.state == WAITING)
    soon = col(Ticket.callable_from) <= now + timedelta(hours=12)
    every = list(
        db.exec(select(Ticket).where(*of_mine, soon).order_by(col(Ticket.rank), col(Ticket.id)))
    )
    missed = [
        ticket
        for ticket in db.exec(
            select(Ticket).where(
                Ticket.office_id == counter.office_id,
                Ticket.state == NO_SHOW,
                col(Ticket.ended_at) > now - _RECENT,
            )
        )
        if tickets.may_return(ticket, now)
    ]
    others = select(Counter).where(Counter.office_id == counter.office_id, Counter.id != counter.id)
    return Desk(
        counter=counter,
        live=live,
        here=here,
        citizen=citizen,
        waiting=[_row(live, ticket) for ticket in every[:SHOWN]],
        more=max(0, len(every) - SHOWN),
        held=[_row(live, ticket) for ticket in calling.held_at(db, counter.office_id)],
        missed=[_row(live, ticket) for ticket in missed],
        last=_undoable(db, counter, staff, now),
        counters=list(db.exec(others.order_by(col(Counter.number)))),
    )


def _row(live: Live, ticket: Ticket) -> Row:
    assert ticket.id is not None
    name = live.place.service(ticket.service_id).name
    return Row(ticket, name, live.forecast.waits.get(ticket.id))


def _undoable(db: Session, counter: Counter, staff: Staff, now: datetime) -> Ticket | None:
    """The ticket of this agent's last step, while it can be taken back."""
    last = calling.last_step(db, events.staff(staff.id or 0), now)
    if last is None or last.office_id != counter.office_id:
        return None
    return last
