"""Where a message goes after a call: pure, from the result and the tables of sms/retrying.py."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sms.gateways import Accepted, Refused, Result
from sms.retrying import Then, rule, wait
from sms.states import (
    ACCEPTED,
    FAILED_PERMANENT,
    FAILED_TEMPORARY,
    HELD,
    OPTED_OUT,
    QUEUED,
    UNCERTAIN,
)

MOST_ATTEMPTS: Final = 8
_ENDS: Final = {
    Then.GIVE_UP: FAILED_PERMANENT,
    Then.MARK_NUMBER: FAILED_PERMANENT,
    Then.OPT_OUT: OPTED_OUT,
    Then.HOLD: HELD,
}
_SOON: Final = "~"  # before the name of a gateway that is left out for this round only


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried: the `attempts` so far, this one included; whom it `avoids`; by which
    `gateway`, of all the `ways` that lead to its country."""

    attempts: int
    avoids: str
    gateway: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """`due_at` is None for an end."""

    state: str
    reason: str | None = None
    due_at: datetime | None = None
    avoids: str = ""


def after(
    result: Result, tried: Tried, now: datetime, doubt: timedelta, chance: random.Random
) -> Move:
    """`doubt`: how long an uncertain message waits for news of itself."""
    if isinstance(result, Accepted):
        return Move(ACCEPTED, avoids=tried.avoids)
    if isinstance(result, Refused):
        return _refused(result.reason, tried, now, chance)
    return Move(UNCERTAIN, result.reason, now + doubt, tried.avoids)


def _refused(reason: str, tried: Tried, now: datetime, chance: random.Random) -> Move:
    then = rule(reason).then
    if then in _ENDS:
        return Move(_ENDS[then], reason)
    # What ails the gateway as a whole is not the message's fault: it waits until it is useless.
    if then is not Then.WAIT and tried.attempts >= MOST_ATTEMPTS:
        return Move(FAILED_TEMPORARY, reason)
    if then is Then.AGAIN:
        return Move(QUEUED, reason, _later(reason, tried, now, chance), tried.avoids)
    mark = _SOON if then is Then.WAIT else ""
    avoids = ",".join(filter(None, (tried.avoids, mark + tried.gateway)))
    if set(tried.ways) - avoided(avoids):
        return Move(QUEUED, reason, now, avoids)
    for_good = ",".join(one for one in avoids.split(",") if not one.startswith(_SOON))
    if set(tried.ways) <= avoided(for_good):
        return Move(FAILED_PERMANENT, reason)
    return Move(QUEUED, reason, _later(reason, tried, now, chance), for_good)


def avoided(avoids: str) -> set[str]:
    """The gateways' names."""
    return {one.removeprefix(_SOON) for one in avoids.split(",") if one}


def _later(reason: str, tried: Tried, now: datetime, chance: random.Random) -> datetime:
    return now + wait(rule(reason), tried.attempts, chance)
