"""What holders of tickets are told by SMS: come now, you are next, counter n, missed, put aside,
too late.

Each once, in the transaction that notes it on the ticket; nothing to one who was called meanwhile.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

import moment
from background import work
from background.clock import every
from citizens import news
from citizens.models import Citizen
from database import after_commit, reading, writing
from queues import letters, overview
from queues.events import follows, history
from queues.models import Counter, Ticket, TicketEvent
from queues.moves import UNDONE, WAITING
from queues.nearness import NEAR, NEXT, is_near, least
from queues.overview import Live
from queues.waiting import Kind
from sms import outbox

_SOON = timedelta(hours=12)
_COMING = ("ticket_near", "ticket_near_place", "ticket_next")


@every(seconds=20)
def look_ahead() -> None:
    """Tells those whose turn is near. Runs as a job, on a clock and after each call."""
    work.awake(look_ahead)
    now = moment.now()
    with reading() as db:
        seen = overview.look(db, now)
        waiting = list(_untold(db, now))
    due = [
        (ticket, text)
        for ticket in waiting
        for text in _due(ticket, seen.office(ticket.office_id), now)
    ]
    for ticket, text in due:
        if work.stopping():
            return
        with writing() as db:
            _tell_once(db, ticket, text, seen.office(ticket.office_id), now)


@follows("called", "no_show", "done", "cancelled", "transferred", "held")
def _others_move_up(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    after_commit(db, "queues", lambda: work.wake(look_ahead))


@follows("called", "cancelled", "transferred", "expired")
def _take_back(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    """What was to say that the turn is near, and has not left, comes too late."""
    outbox.withdraw(db, [_key(ticket, text) for text in _COMING], event.at)


@follows("called")
def _called(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    counter = db.get_one(Counter, event.counter_id)
    tell(db, ticket, "ticket_called", event.at, step=event.step, counter=counter.number)


@follows("no_show")
def _missed(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    minutes = overview.overview(event.at).office(ticket.office_id).place.office.grace_minutes
    tell(db, ticket, "ticket_missed", event.at, step=event.step, minutes=minutes)


@follows("held")
def _put_aside(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    tell(db, ticket, "ticket_held", event.at, step=event.step)


@follows("resumed", "cancelled", "transferred", "expired", UNDONE)
def _taken_up_again(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    """Who is back before it has left knows what was missing."""
    held = [one.step for one in history(db, event.ticket_id) if one.kind == "held"]
    if held:
        outbox.withdraw(db, [_key(ticket, "ticket_held", step) for step in held], event.at)


@follows("expired")
def _closed(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.day == overview.overview(event.at).office(ticket.office_id).local.date():
        tell(db, ticket, "ticket_expired", event.at, step=event.step)


@follows("called", "no_show", "done", "cancelled", "transferred", "expired", "returned")
def _phone_forgets(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    """Whether "my ticket" is on the menu is asked again at the next dial."""
    for citizen_id in {ticket.citizen_id, ticket.taken_by_id} - {None}:
        news.changed(db, db.get_one(Citizen, citizen_id).phone)


def tell(
    db: Session, ticket: Ticket, text: str, now: datetime, step: int = 0, **values: int | str
) -> None:
    """Posts a text about a ticket, if somebody can be told."""
    letters.to_holder(db, ticket, _key(ticket, text, step), text, values, now)


def _key(ticket: Ticket, text: str, step: int = 0) -> str:
    return letters.key(ticket, text.removeprefix("ticket_"), step)


def _untold(db: Session, now: datetime) -> Iterable[Ticket]:
    """Those who wait, can be told, and were not told all."""
    return db.exec(
        select(Ticket).where(
            Ticket.state == WAITING,
            col(Ticket.told) != NEAR | NEXT,
            col(Ticket.callable_from) <= now + _SOON,
            col(Ticket.citizen_id).is_not(None) | col(Ticket.taken_by_id).is_not(None),
        )
    )


def _due(ticket: Ticket, live: Live, now: datetime) -> Iterable[str]:
    """What is to be said now: the nearer of the two, if both are due."""
    assert ticket.id is not None
    wait = live.forecast.waits.get(ticket.id)
    if wait is None or least(wait) is None:
        return
    if wait.ahead == 0 and not ticket.told & NEXT and ticket.callable_from <= now:
        yield "ticket_next"
    elif not ticket.told & NEAR and is_near(wait, ticket.travel_minutes):
        yield "ticket_near"


def _tell_once(db: Session, ticket: Ticket, text: str, live: Live, now: datetime) -> None:
    assert ticket.id is not None
    bit = NEXT if text == "ticket_next" else NEAR
    told = col(Ticket.told)
    noted = db.execute(
        update(Ticket)
        .where(col(Ticket.id) == ticket.id, col(Ticket.state) == WAITING, told.op("&")(bit) == 0)
        .values(told=told.op("|")(bit | NEAR))
        .returning(col(Ticket.id))
        .execution_options(synchronize_session=False)
    ).first()
    if noted is None:  # called, or told by another, since we looked
        return
    wait = live.forecast.waits[ticket.id]
    ahead = live.ahead(ticket.service_id, ticket.rank, ticket.id)
    if text == "ticket_near" and wait.kind is not Kind.RANGE:
        tell(db, ticket, "ticket_near_place", now, ahead=ahead)
    else:
        tell(db, ticket, text, now, ahead=ahead, low=wait.low or 0, high=wait.high or 0)
