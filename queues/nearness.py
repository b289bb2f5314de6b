"""When one's turn is near: the low end of the wait is within the way to the office. Pure."""

from typing import Final

from queues.waiting import Kind, Wait

NEAR: Final = 1  # bits of what a holder was told
NEXT: Final = 2
TRAVEL: Final = 30  # minutes, of those who have not said
_AT_LEAST = 0.6  # of the expected wait, where too few were served to know its range


def least(wait: Wait) -> float | None:
    """The low end of what remains, in minutes; None where nobody serves."""
    if wait.kind is Kind.RANGE:
        return wait.low
    return None if wait.start is None else wait.start * _AT_LEAST


def is_near(wait: Wait, travel: int | None) -> bool:
    low = least(wait)
    return low is not None and low <= (TRAVEL if travel is None else travel)


def told_at_once(wait: Wait, travel: int | None) -> int:
    """What the confirmation of a ticket says by itself, as bits: nothing is said twice."""
    if least(wait) is None:
        return 0
    if wait.ahead == 0:
        return NEAR | NEXT
    return NEAR if is_near(wait, travel) else 0
