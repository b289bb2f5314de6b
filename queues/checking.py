"""Whether what the database says of tickets holds together: `flask queues check`."""

from collections import Counter as Count
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from sqlmodel import Session, col, select

from queues.models import Ticket, TicketEvent
from queues.moves import AT_A_COUNTER, FINAL, NotPossible, replay
from sms.models import Message

# What is told of an event, if there is a phone: kind -> the message's key.
_TOLD = {"called": "called", "no_show": "missed"}


def problems(db: Session, day: date | None = None, over: bool = False) -> Iterator[str]:
    """What is wrong, one sentence each. `over`: the day is over, so every ticket has to be."""
    query = select(Ticket).order_by(col(Ticket.id))
    tickets = list(db.exec(query if day is None else query.where(Ticket.day == day)))
    events: dict[int, list[TicketEvent]] = defaultdict(list)
    known = {ticket.id for ticket in tickets}
    for event in db.exec(select(TicketEvent).order_by(col(TicketEvent.id))):
        if event.ticket_id in known:
            events[event.ticket_id].append(event)
    keys = Count(db.exec(select(Message.key).where(col(Message.key).like("ticket:%"))).all())
    for ticket in tickets:
        assert ticket.id is not None
        history = sorted(events[ticket.id], key=lambda event: event.step)
        yield from _of_one(ticket, history, over)
        yield from _of_notices(ticket, history, keys)
    yield from _of_counters(event for of in events.values() for event in of)


def _of_one(ticket: Ticket, history: list[TicketEvent], over: bool) -> Iterator[str]:
    name = f"ticket {ticket.id} ({ticket.label})"
    if [event.step for event in history] != list(range(1, ticket.steps + 1)):
        yield f"{name}: its events are not 1 to {ticket.steps}"
    try:
        state = replay(event.kind for event in history)
    except NotPossible as problem:
        yield f"{name}: {problem}"
        return
    if state != ticket.state or state != history[-1].state:
        yield f"{name}: its events lead to {state}, it says {ticket.state}"
    if any(later.at < earlier.at for earlier, later in pairwise(history)):
        yield f"{name}: an event is older than the one before it"
    if over and ticket.state not in FINAL:
        yield f"{name}: it is {ticket.state} when the day is over"


def _of_notices(ticket: Ticket, history: list[TicketEvent], keys: Count[str]) -> Iterator[str]:
    """Whoever has a phone is told of each call and each call missed, once."""
    if ticket.citizen_id is None and ticket.taken_by_id is None:
        return
    for event in history:
        told = _TOLD.get(event.kind)
        if told and keys[f"ticket:{ticket.id}:{told}:{event.step}"] != 1:
            yield f"ticket {ticket.id} ({ticket.label}): {event.kind} was not told"


def _of_counters(events: Iterable[TicketEvent]) -> Iterator[str]:
    """At a counter one is served after the other."""
    by_counter: dict[int, list[TicketEvent]] = defaultdict(list)
    for event in events:
        if event.counter_id is not None:
            by_counter[event.counter_id].append(event)
    for counter, of in by_counter.items():
        here: int | None = None
        for event in sorted(of, key=lambda event: (event.at, event.id or 0)):
            if event.state in AT_A_COUNTER:
                if here not in (None, event.ticket_id):
                    yield f"counter {counter}: ticket {event.ticket_id} while {here} was there"
                here = event.ticket_id
            elif here == event.ticket_id:
                here = None
