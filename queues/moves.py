"""The states of a ticket and what moves it. Pure.

    waiting -> called -> recalled -> serving -> held -> done
                                  no_show | cancelled | transferred | expired

A ticket's history is a list of events, added to and never changed; its state follows from them
(`replay`). An event takes the last one back if its kind is `undone`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

WAITING: Final = "waiting"
CALLED: Final = "called"
RECALLED: Final = "recalled"
SERVING: Final = "serving"
HELD: Final = "held"
DONE: Final = "done"
NO_SHOW: Final = "no_show"
CANCELLED: Final = "cancelled"  # given up by its holder, or refused by whom it was taken for
TRANSFERRED: Final = "transferred"  # this leg is over: the next one goes on
EXPIRED: Final = "expired"  # the office closed

AT_A_COUNTER: Final = (CALLED, RECALLED, SERVING)  # one a counter
LIVE: Final = (WAITING, *AT_A_COUNTER, HELD)
FINAL: Final = (DONE, NO_SHOW, CANCELLED, TRANSFERRED, EXPIRED)
STATES: Final = LIVE + FINAL

UNDONE: Final = "undone"
MOST_RECALLS: Final = 2


@dataclass(frozen=True, slots=True)
class Move:
    """From one of these states to that one."""

    of: tuple[str, ...]
    to: str


# An event's kind -> where it leads.
MOVES: Final = {
    "joined": Move((), WAITING),
    "called": Move((WAITING,), CALLED),
    "recalled": Move((CALLED, RECALLED), RECALLED),
    "started": Move((CALLED, RECALLED), SERVING),
    "held": Move((SERVING,), HELD),
    "resumed": Move((HELD,), SERVING),
    "done": Move((SERVING,), DONE),
    "no_show": Move((CALLED, RECALLED), NO_SHOW),
    "returned": Move((NO_SHOW,), WAITING),  # within the grace period
    "moved_back": Move((WAITING,), WAITING),  # "I'm late"
    "cancelled": Move((WAITING, CALLED, RECALLED, HELD), CANCELLED),
    "transferred": Move((CALLED, RECALLED, SERVING, HELD), TRANSFERRED),
    "expired": Move((WAITING, CALLED, RECALLED, SERVING, HELD), EXPIRED),
}
# What an agent may take back.
UNDOABLE: Final = (
    *("called", "recalled", "started", "held", "resumed", "done", "no_show", "transferred"),
)


class Bar(StrEnum):
    """Why something is not possible."""

    COUNTER_TAKEN = "somebody else is at this counter"
    COUNTER_BUSY = "somebody is called to this counter or served at it"
    NOBODY_HERE = "nobody is at this counter"
    RECALLED_ENOUGH = "recalled as often as it may be"
    NOT_YOURS = "only one's own last step can be taken back, and soon"
    TAKEN_UP = "it was taken up elsewhere already"
    NOWHERE = "to no service and no counter"
    TOO_LATE = "the time to come back is over"
    ONCE_ONLY = "moved back once already"
    MOVED_ON = "the ticket has moved on"


class NotPossible(Exception):
    """A move that is not possible, or not any more."""

    def __init__(self, why: Bar, detail: str = "") -> None:
        super().__init__(detail or str(why))
        self.why = why


def replay(kinds: Iterable[str]) -> str:
    """The state that follows from these events, in order. Raises NotPossible, naming the event."""
    states: list[str] = []
    kinds_so_far: list[str] = []
    for kind in kinds:
        if kind == UNDONE:
            if not kinds_so_far or kinds_so_far[-1] not in UNDOABLE:
                raise NotPossible(Bar.MOVED_ON, f"{kind} after {kinds_so_far[-1:] or 'nothing'}")
            kinds_so_far.pop()
            states.pop()
            continue
        move = MOVES.get(kind)
        before = states[-1] if states else None
        if move is None or (before not in move.of if move.of else before is not None):
            raise NotPossible(Bar.MOVED_ON, f"{kind} of a ticket that is {before or 'not there'}")
        kinds_so_far.append(kind)
        states.append(move.to)
    if not states:
        raise NotPossible(Bar.MOVED_ON, "no event at all")
    return states[-1]
