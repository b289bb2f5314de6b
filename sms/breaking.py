"""When a gateway is left alone: a circuit breaker as a plain record; pure, with the time passed in.

Closed, it counts what goes wrong in a row, each by its weight; at LIMIT it opens. Open, nothing may
pass for a while. Then one call may, the probe: if it goes well the breaker closes, else it opens
for twice as long. (Nygard, Release It!, "Circuit Breaker".) One that a person opened stays so until
a person closes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sms.gateways import Accepted, Refused, Result, Unknown
from sms.retrying import rule

LIMIT: Final = 30
AT_ONCE, NOT_REACHED, UNSURE = LIMIT, LIMIT // 3, LIMIT // 10  # one, three or ten in a row
FIRST_SECONDS, MOST_SECONDS = 30.0, 600.0
PROBE_SECONDS: Final = 40.0  # after which a probe that brought no news is made again
BY_HAND: Final = "by_hand"  # the reason of one that a person opened
_FOR_GOOD: Final = 250_000_000_000.0  # in some eight thousand years


@dataclass(frozen=True, slots=True)
class Breaker:
    """Times are seconds since 1970. `opened` is how often in a row it opened, `since` when it first
    did, `until` how long nothing may pass, `probed` when the probe was let through."""

    weight: int = 0
    opened: int = 0
    since: float = 0.0
    until: float = 0.0
    probed: float = 0.0
    reason: str = ""


CLOSED: Final = Breaker()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one call says of the gateway: `weight` 0 is well; None is nothing."""

    weight: int | None = None
    reason: str = ""


def verdict(results: Sequence[Result]) -> Verdict:
    """The worst that stops all, else whether it works for anyone, else the worst."""
    found = [_one(result) for result in results]
    worst = max(found, key=lambda one: -1 if one.weight is None else one.weight, default=Verdict())
    if worst.weight != AT_ONCE and any(one.weight == 0 for one in found):
        return Verdict(0)
    return worst


def _one(result: Result) -> Verdict:
    if isinstance(result, Accepted):
        return Verdict(0)
    if isinstance(result, Unknown):
        return Verdict(UNSURE, result.reason)
    if rule(result.reason).breaks:
        weight = NOT_REACHED if result.reason == "no_connection" else AT_ONCE
        return Verdict(weight, result.reason)
    if result.reason == "gateway_error":
        return Verdict(UNSURE, result.reason)
    # A refusal of this message or number shows that the gateway works, if it was asked at all.
    return Verdict(0 if _asked(result) else None)


def _asked(result: Refused) -> bool:
    return result.phase == "answered" and result.reason != "too_fast"


def is_open(breaker: Breaker) -> bool:
    return breaker.opened > 0


def may_probe(breaker: Breaker, now: float) -> bool:
    return is_open(breaker) and now >= max(breaker.until, breaker.probed + PROBE_SECONDS)


def paused(now: float) -> Breaker:
    """Opened by a person."""
    return Breaker(opened=1, since=now, until=_FOR_GOOD, reason=BY_HAND)


def probing(breaker: Breaker, now: float) -> Breaker:
    """One call is let through."""
    return replace(breaker, probed=now)


def after(breaker: Breaker, said: Verdict, now: float) -> Breaker:
    """What a call's outcome makes of it. While it is open, calls that began before say nothing."""
    if said.weight is None or (is_open(breaker) and now < breaker.until):
        return breaker
    if said.weight == 0:
        return CLOSED
    if is_open(breaker):
        return _open(breaker, said.reason, now)
    weight = breaker.weight + said.weight
    if weight < LIMIT:
        return replace(breaker, weight=weight)
    return _open(breaker, said.reason, now)


def _open(breaker: Breaker, reason: str, now: float) -> Breaker:
    opened = breaker.opened + 1
    seconds = min(FIRST_SECONDS * 2 ** min(opened - 1, 20), MOST_SECONDS)
    since = breaker.since if is_open(breaker) else now
    return Breaker(opened=opened, since=since, until=now + seconds, reason=reason)
