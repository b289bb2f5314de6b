"""The end of the day: tickets that nobody was called for, and counters that were left open."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

import moment
from background.clock import every
from database import reading, writing
from queues import events, overview
from queues.hours import at_minute, closing
from queues.models import Counter, Ticket
from queues.moves import LIVE, SERVING, NotPossible
from queues.overview import Live

# After closing, counters may go on with those who are there; then it is over.
GO_ON = timedelta(hours=2)
WITHOUT_END = timedelta(hours=24)  # at an office that never closes


@every(seconds=60)
def close_day() -> None:
    """Runs as a job."""
    now = moment.now()
    with reading() as db:
        seen = overview.look(db, now)
        live = list(
            db.exec(
                select(Ticket).where(col(Ticket.state).in_(LIVE), col(Ticket.callable_from) <= now)
            )
        )
    for ticket in live:
        if is_over(ticket, seen.office(ticket.office_id), now):
            with writing() as db:
                _expire(db, ticket, now)
    for office in seen.offices:
        if _left_open(office):
            with writing() as db:
                _leave_counters(db, office)


def is_over(ticket: Ticket, live: Live, now: datetime) -> bool:
    """Whether the office has closed over this ticket: at once where nobody is at a counter any
    more, else two hours later; who is being served is given four."""
    since = ticket.callable_from.astimezone(live.place.zone)
    ended = closing(live.place.calendar, since)
    if ended is None and live.is_open:
        return now >= since + WITHOUT_END
    if ended is None:  # it had closed when this was taken
        ended = since
    if live.is_open and ended > now:
        return False
    if ticket.state == SERVING:
        return now >= ended + 2 * GO_ON
    return now >= (ended + GO_ON if live.open_counters else ended)


def _expire(db: Session, ticket: Ticket, now: datetime) -> None:
    assert ticket.id is not None
    try:
        events.move(db, ticket.id, "expired", now, who=events.CLOCK)
    except NotPossible:  # it went on meanwhile
        return


def _left_open(live: Live) -> bool:
    """Counters with nobody to call, long after closing."""
    if live.is_open or not live.open_counters:
        return False
    spans = live.place.calendar.spans(live.local.date())
    last = at_minute(live.local.date(), spans[-1][1] if spans else 0, live.local)
    return live.local >= last + 2 * GO_ON or live.local < last


def _leave_counters(db: Session, live: Live) -> None:
    at_work = select(Ticket.counter_id).where(
        Ticket.office_id == live.place.office.id, col(Ticket.state).in_(("called", "serving"))
    )
    for counter in db.exec(
        select(Counter).where(
            Counter.office_id == live.place.office.id,
            col(Counter.staff_id).is_not(None),
            col(Counter.id).not_in(at_work.where(col(Ticket.counter_id).is_not(None))),
        )
    ):
        counter.staff_id = counter.opened_at = None
