"""How long people still wait. Pure: counters, people and a model in; minutes from now out.

One walk answers for all: whoever waits, and a newcomer to each service. Each counter, when it is
free, takes the first person in call order whom it can serve, keeps them for the mean counter time
of their service, and goes on while its stretches last. That is what counters do, so the number of
counters, lunch and closing need no formula. What the walk can't see (who gives up, who is let
through, who comes late) is in the model, which is fitted to the past every night.

Call order is the caller's. A newcomer comes last; one with a head start is put among the people.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import heapify, heappop, heappush
from math import floor

STEP = 5  # minutes to which a range is rounded
ENOUGH = 30  # served, before minutes are said at all
SOFT = 2.0  # minutes added to both sides of a ratio: a wait of nothing has none
USUAL = 8.0  # minutes at a counter, before anything is known

Stretches = tuple[tuple[float, float], ...]


class Kind(StrEnum):
    """What can be said of a wait."""

    RANGE = "range"
    PLACE_ONLY = "place only"  # too few were served yet to speak of minutes
    TOO_LATE = "too late"  # the counters close before this person's turn
    NO_COUNTER = "no counter"  # none serves this now, and none is planned to today


@dataclass(frozen=True, slots=True)
class Counter:
    """From when to when it calls people, in minutes from now (a stretch that has begun may start
    below 0); what it does now, and for how many minutes it has done that."""

    id: int
    services: frozenset[int]
    stretches: Stretches
    busy_with: int | None = None
    busy_for: float = 0.0


@dataclass(frozen=True, slots=True)
class Person:
    """Who waits; `not_before`: an appointment, in minutes from now."""

    key: Hashable
    service: int
    not_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Minutes until the call. `low` to `high` is for people, `expected` for comparisons, `raw` (the
    walk's own) is what the nightly fit wants to be given back; all four, or none of them. `start`
    is the walk's own also where too few were served to say minutes: good enough to tell whether
    somebody should set out."""

    ahead: int
    low: int | None
    high: int | None
    expected: float | None
    kind: Kind
    raw: float | None = None
    start: float | None = None

    @property
    def at_once(self) -> bool:
        """A counter is free."""
        return self.raw == 0


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody who joins now would get; `ends`: when they would leave the counter."""

    wait: Wait
    ends: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The waits of those who are here, by key, and of newcomers, by service."""

    waits: Mapping[Hashable, Wait]
    newcomers: Mapping[int, Newcomer]

    @property
    def starts(self) -> Mapping[Hashable, float | None]:
        """When the walk puts each one's turn, in minutes from now; None: not today."""
        return {key: wait.start for key, wait in self.waits.items()}


@dataclass(frozen=True, slots=True)
class Bucket:
    """How waits turned out, from this many people ahead: the tenth, the middle and the ninetieth
    of a hundred ratios of realised to expected. `ahead` is -1 where a counter was free."""

    ahead: int
    low: float
    middle: float
    high: float


# Before there is data: from a simulated office with three kinds of load.
SPREAD = (
    Bucket(-1, 1.0, 1.0, 1.5),
    Bucket(0, 0.6, 1.0, 1.6),
    Bucket(1, 0.6, 1.0, 1.6),
    Bucket(2, 0.6, 1.0, 1.5),
    Bucket(4, 0.65, 1.0, 1.45),
    Bucket(7, 0.7, 1.0, 1.35),
    Bucket(12, 0.75, 1.0, 1.3),
    Bucket(20, 0.8, 1.0, 1.25),
    Bucket(28, 0.8, 1.0, 1.2),
    Bucket(36, 0.8, 1.0, 1.2),
    Bucket(46, 0.8, 1.0, 1.2),
)
# Minutes still to go, as a share of the mean, after 0, 0.5, 1, ... times the mean.
REMAINING = (1.0, 0.68, 0.58, 0.56, 0.58, 0.62, 0.66)
_BY = 0.5


@dataclass(frozen=True, slots=True)
class Model:
    """What is known of an office. Services that it does not know are taken as usual."""

    minutes: Mapping[int, float] = field(default_factory=dict)  # mean counter time
    factors: Mapping[int, float] = field(default_factory=dict)
    served: Mapping[int, int] = field(default_factory=dict)
    spread: tuple[Bucket, ...] = SPREAD
    remaining: tuple[float, ...] = REMAINING
    uneven: float = 0.6  # standard deviation of counter times, as a share of the mean

    def mean(self, service: int) -> float:
        return self.minutes.get(service, USUAL)

    def left(self, service: int, elapsed: float) -> float:
        """The mean of what a call still takes that has lasted so long."""
        mean = self.mean(service)
        place = max(0.0, elapsed) / mean / _BY
        at = floor(place)
        if at >= len(self.remaining) - 1:
            return mean * self.remaining[-1]
        before, after = self.remaining[at], self.remaining[at + 1]
        return mean * (before + (after - before) * (place - at))

    def bucket(self, ahead: int) -> Bucket:
        """In between two buckets, something in between: nobody's wait leaps at a border."""
        at = max(0, bisect_right(self.spread, ahead, key=lambda one: one.ahead) - 1)
        own, middle = self.spread[at], self._middle(at)
        other = at + (1 if ahead > middle else -1)
        if own.ahead < 0 or not 0 <= other < len(self.spread) or self.spread[other].ahead < 0:
            return own
        near, share = self.spread[other], abs(ahead - middle) / abs(self._middle(other) - middle)
        return Bucket(
            own.ahead,
            own.low + (near.low - own.low) * share,
            own.middle + (near.middle - own.middle) * share,
            own.high + (near.high - own.high) * share,
        )

    def _middle(self, at: int) -> float:
        """The middle of a bucket's numbers of people; of the last one, its first."""
        if at + 1 == len(self.spread):
            return self.spread[at].ahead
        return (self.spread[at].ahead + self.spread[at + 1].ahead - 1) / 2


def forecast(
    counters: Sequence[Counter],
    people: Sequence[Person],
    model: Model,
    services: Iterable[int] = (),
) -> Forecast:
    """Walks the day once. `services`: also those that no counter serves, to be told so."""
    starts, idle = _walk(counters, people, model)
    beside = _beside(counters)
    ahead = dict.fromkeys(beside, 0)
    waits: dict[Hashable, Wait] = {}
    for person, start in zip(people, starts, strict=True):
        others = beside.get(person.service)
        if others is None:
            waits[person.key] = _NOBODY
            continue
        waits[person.key] = told(model, person.service, ahead[person.service], start)
        if person.not_before <= 0:  # an appointment of later is ahead of nobody yet
            for other in others:
                ahead[other] += 1
    newcomers = {
        service: _newcomer(model, service, ahead.get(service), idle)
        for service in beside.keys() | set(services)
    }
    return Forecast(waits, newcomers)


def told(model: Model, service: int, ahead: int, raw: float | None) -> Wait:
    """What is said of a turn that the walk puts so many minutes from now; None: not today."""
    if raw is None:
        return Wait(ahead, None, None, None, Kind.TOO_LATE)
    if model.served.get(service, 0) < ENOUGH:
        return Wait(ahead, None, None, None, Kind.PLACE_ONLY, start=raw)
    scaled = raw * model.factors.get(service, 1.0) + SOFT
    bucket = model.bucket(ahead if raw > 0 else -1)
    low, high = rounded(scaled * bucket.low - SOFT, scaled * bucket.high - SOFT)
    expected = max(0.0, scaled * bucket.middle - SOFT)
    return Wait(ahead, low, high, expected, Kind.RANGE, raw, raw)


def rounded(low: float, high: float) -> tuple[int, int]:
    """To the nearest multiples of five, never the same one twice."""
    first = max(0, floor(low / STEP + 0.5)) * STEP
    return first, max(first + STEP, floor(high / STEP + 0.5) * STEP)


def from_now(stretches: Stretches, now: float, is_open: bool, late: float = 5.0) -> Stretches:
    """A counter's planned stretches as seen at `now`. One that should be open, and is not, is
    believed to open soon; one that is open without a plan to be finishes what it is at."""
    ahead = []
    for begins, ends in stretches:
        if ends <= now:
            continue
        if begins <= now and not is_open:
            begins = now + late
        if begins < ends:
            ahead.append((begins - now, ends - now))
    return tuple(ahead)


_NOBODY = Wait(0, None, None, None, Kind.NO_COUNTER)


def _newcomer(model: Model, service: int, ahead: int | None, idle: Mapping[int, float]) -> Newcomer:
    if ahead is None:
        return Newcomer(_NOBODY, None)
    start = idle.get(service)
    wait = told(model, service, ahead, start)
    if start is None:
        return Newcomer(wait, None)
    expected = start if wait.expected is None else wait.expected
    return Newcomer(wait, expected + model.mean(service))


def _walk(
    counters: Sequence[Counter], people: Sequence[Person], model: Model
) -> tuple[list[float | None], dict[int, float]]:
    """When each person starts (None: not today), and when first a counter of a service has nobody
    left to take: a newcomer's turn."""
    starts: list[float | None] = [None] * len(people)
    queues: dict[int, list[int]] = {}
    later: list[tuple[float, int]] = []
    for at, person in enumerate(people):
        if person.not_before > 0:
            later.append((person.not_before, at))
        else:
            queues.setdefault(person.service, []).append(at)  # in order: a heap already
    heapify(later)
    idle: dict[int, float] = {}
    free = _free(counters, model)
    while free:
        now, at = heappop(free)
        counter = counters[at]
        while later and later[0][0] <= now:
            _, due = heappop(later)
            heappush(queues.setdefault(people[due].service, []), due)
        first = _first(counter, queues)
        if first is None:
            for service in counter.services:
                idle.setdefault(service, now)
            again = _next(counter.stretches, later[0][0]) if later else None
        else:
            service = people[first].service
            heappop(queues[service])
            starts[first] = now
            again = _next(counter.stretches, now + model.mean(service))
        if again is not None:
            heappush(free, (again, at))
    return starts, idle


def _first(counter: Counter, queues: Mapping[int, list[int]]) -> int | None:
    first: int | None = None
    for service in counter.services:
        queue = queues.get(service)
        if queue and (first is None or queue[0] < first):
            first = queue[0]
    return first


def _free(counters: Sequence[Counter], model: Model) -> list[tuple[float, int]]:
    """When each counter may call next, as a heap.

    Calls that have begun don't end together, each after its mean: the first of four ends after a
    quarter of that. So what is left of them is spread out, as much as counter times are uneven."""
    busy = sorted(
        (model.left(counter.busy_with, counter.busy_for), at)
        for at, counter in enumerate(counters)
        if counter.busy_with is not None
    )
    left = {}
    share = 0.0
    for rank, (minutes, at) in enumerate(busy):
        share += 1 / (len(busy) - rank)
        left[at] = minutes * max(0.0, 1 + (share - 1) * (1 + model.uneven) / 2)
    free = []
    for at, counter in enumerate(counters):
        again = _next(counter.stretches, left.get(at, 0.0))
        if again is not None:
            free.append((again, at))
    heapify(free)
    return free


def _next(stretches: Stretches, now: float) -> float | None:
    """When a counter may call, at `now` or later."""
    for begins, ends in stretches:
        if now < ends:
            return max(now, begins)
    return None


def _beside(counters: Sequence[Counter]) -> dict[int, frozenset[int]]:
    """For each service that is served today, the services it shares a counter with."""
    beside: dict[int, frozenset[int]] = {}
    for counter in counters:
        if _next(counter.stretches, 0.0) is not None:
            for service in counter.services:
                beside[service] = beside.get(service, frozenset()) | counter.services
    return beside
