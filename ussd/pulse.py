"""Dials a minute, and how many of them went wrong: from two looks at what processes count.

Each look is kept in Redis for the next one, whichever process takes it; nothing is added to a dial.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from redis.exceptions import RedisError

from background import work
from telemetry import metrics

_KEY: Final = "guichet:live:dials"
_KEPT, _OLDEST = 60, 600.0  # looks; seconds
_SPAN: Final = 60.0  # seconds that are looked back, where there is a look so old
_APART: Final = 5.0  # seconds between two looks that are kept
BAD: Final = ("error", "unavailable", "bad_request")


@dataclass(frozen=True, slots=True)
class Pulse:
    """Within the last `seconds`: dials a minute by outcome."""

    seconds: float
    a_minute: Mapping[str, float]

    @property
    def dials(self) -> float:
        return sum(self.a_minute.values())

    @property
    def wrong(self) -> float:
        return sum(self.a_minute.get(outcome, 0) for outcome in BAD)


def pulse() -> Pulse | None:
    """None before there was a first look; one is taken now."""
    now, counts = time.time(), metrics.dials()
    try:
        looks = _looks(now)
        if not looks or now - looks[0][0] >= _APART:
            _keep(now, counts)
    except RedisError:
        return None
    before = [look for look in looks if look[0] <= now - 1]
    if not before:
        return None
    then, was = next((look for look in before if look[0] <= now - _SPAN), before[-1])
    if any(counts.get(outcome, 0) < number for outcome, number in was.items()):
        return None  # processes began anew
    each = 60 / (now - then)
    return Pulse(
        now - then, {name: (count - was.get(name, 0)) * each for name, count in counts.items()}
    )


def _looks(now: float) -> list[tuple[float, dict[str, float]]]:
    """The newest first."""
    kept = cast(list[bytes], work.connection().lrange(_KEY, 0, _KEPT))
    looks = [cast(tuple[float, dict[str, float]], tuple(json.loads(look))) for look in kept]
    return [look for look in looks if look[0] > now - _OLDEST]


def _keep(now: float, counts: Mapping[str, float]) -> None:
    redis = work.connection()
    redis.lpush(_KEY, json.dumps([now, counts]))
    redis.ltrim(_KEY, 0, _KEPT)
