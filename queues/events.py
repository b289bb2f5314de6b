"""What happens to tickets: one event moves one ticket, and others follow in the same transaction.

@follows("called")
def tell(db: Session, ticket: Ticket, event: TicketEvent) -> None: ...
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from queues.models import Ticket, TicketEvent
from queues.moves import FINAL, MOVES, UNDONE, Bar, NotPossible, replay

_INSERT = insert(TicketEvent)  # made once: everyone who takes a ticket has one

Follower = Callable[[Session, Ticket, TicketEvent], None]

CITIZEN = "citizen"
CLOCK = "clock"
OPERATOR = "operator"  # who types a command

_followers: dict[str, list[Follower]] = defaultdict(list)


def follows(*kinds: str) -> Callable[[Follower], Follower]:
    """Has a function called with each event of these kinds, in its transaction."""

    def register(follower: Follower) -> Follower:
        for kind in kinds:
            _followers[kind].append(follower)
        return follower

    return register


def staff(staff_id: int) -> str:
    """Who did it, as events name one of the staff."""
    return f"staff:{staff_id}"


def joined(db: Session, ticket: Ticket, who: str, note: str, now: datetime) -> None:
    """The first event of a leg, whose row is new."""
    assert ticket.id is not None
    row: dict[str, Any] = {
        "ticket_id": ticket.id,
        "step": 1,
        "kind": "joined",
        "state": ticket.state,
        "who": who,
        "counter_id": ticket.reserved_id,
        "note": note[:200],
        "at": now,
    }
    db.connection().execute(_INSERT, row)
    if _followers["joined"]:
        _tell(db, ticket, TicketEvent(**row))


def move(
    db: Session,
    ticket_id: int,
    kind: str,
    now: datetime,
    *,
    who: str,
    note: str = "",
    **changes: Any,
) -> Ticket:
    """Moves a ticket, if its state allows it: one statement, so of two who try only one does.
    `changes` are columns of the ticket. Raises NotPossible."""
    to = MOVES[kind]
    values: dict[str, Any] = {"state": to.to, "steps": Ticket.steps + 1, **changes}
    if to.to in FINAL:
        values["ended_at"] = now
    moved = db.execute(
        update(Ticket)
        .where(col(Ticket.id) == ticket_id, col(Ticket.state).in_(to.of))
        .values(values)
        .returning(col(Ticket.steps))
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        raise NotPossible(Bar.MOVED_ON, f"{kind} is not possible any more")
    return noted(db, ticket_id, kind, moved.steps, now, who=who, note=note)


def noted(
    db: Session,
    ticket_id: int,
    kind: str,
    step: int,
    now: datetime,
    *,
    who: str,
    counter_id: int | None = None,
    note: str = "",
) -> Ticket:
    """The event of a move that was made, and what follows from it."""
    ticket = db.exec(
        select(Ticket).where(Ticket.id == ticket_id).execution_options(populate_existing=True)
    ).one()
    event = TicketEvent(
        ticket_id=ticket_id,
        step=step,
        kind=kind,
        state=ticket.state,
        who=who,
        counter_id=counter_id if counter_id is not None else ticket.counter_id,
        note=note[:200],
        at=now,
    )
    db.add(event)
    _tell(db, ticket, event)
    return ticket


def history(db: Session, ticket_id: int) -> list[TicketEvent]:
    """In order."""
    return list(
        db.exec(
            select(TicketEvent)
            .where(TicketEvent.ticket_id == ticket_id)
            .order_by(col(TicketEvent.step))
        )
    )


def before_last(events: list[TicketEvent]) -> tuple[TicketEvent, str]:
    """The event that `undone` would take back, and the state to go back to. Raises NotPossible."""
    standing: list[TicketEvent] = []
    for event in events:
        if event.kind == UNDONE:
            standing.pop()
        else:
            standing.append(event)
    replay([*(event.kind for event in events), UNDONE])
    return standing[-1], standing[-2].state


def _tell(db: Session, ticket: Ticket, event: TicketEvent) -> None:
    for follower in _followers[event.kind]:
        follower(db, ticket, event)
