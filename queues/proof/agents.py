"""Which counters are at work, told from their calls alone, where no roster says so. Pure.

A counter belongs to the day from its first call on. While it serves, it is there. When it does not,
and somebody waits whom it could serve, then it is not free, whatever it seems: it still writes
something down, or has gone for a pause. With nobody waiting, it is believed to be free as often as
such counters proved to be, by the time since their last call.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf

from queues.fitting import drawn, minutes
from queues.waiting import Counter, Stretches, from_now

GONE = 30.0  # minutes after its last call, a counter is not expected back
PAUSE = 5.0  # minutes between two calls while people wait: more than that is no writing down
AT_ONCE = 0.1  # minutes: a wait of less is none
RESTS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, inf)  # minutes since the last call, in classes
RARE = 0.1  # a service of which a counter has less than this part of its due is none of its own
TELLING = 3.0  # calls of a service that are due to a counter, before having none says something
ALWAYS: Stretches = ((0.0, inf),)

_FREE, _FREE_WORTH = 0.9, 10.0  # how often a counter at rest is free, before anything is known
_WRITES, _WRITES_WORTH = 0.25, 20.0  # minutes


@dataclass(slots=True)
class _Counter:
    """`busy_with`: a service; `seen`: its last call began or ended; `writes`: its last call ended
    while somebody waited."""

    calls: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    busy_with: int | None = None
    seen: datetime | None = None
    writes: bool = False


class Agents:
    """What the calls of some days tell of the counters, up to a moment."""

    def __init__(self) -> None:
        self._counters: dict[int, _Counter] = defaultdict(_Counter)
        self._calls: dict[int, int] = defaultdict(int)
        self._free = [0] * len(RESTS)
        self._asked = [0] * len(RESTS)
        self._writing, self._written = 0.0, 0
        self._usual: dict[int, set[int]] = {}
        self._hours: dict[int, set[int]] = defaultdict(set)

    def new_day(self) -> None:
        """What a counter can serve is kept; that it is there is not."""
        self._usual.update(self._hours)
        self._hours = defaultdict(set)
        for counter in self._counters.values():
            if counter.busy_with is None:
                counter.seen = None

    def called(self, counter: int, service: int, now: datetime) -> float | None:
        """A call began. Minutes that the counter had been writing before, if it had."""
        one = self._counters[counter]
        wrote = None
        if one.writes and one.seen is not None and minutes(one.seen, now) <= PAUSE:
            wrote = minutes(one.seen, now)
            self._writing += wrote
            self._written += 1
        one.calls[service] += 1
        self._calls[service] += 1
        one.busy_with, one.seen, one.writes = service, now, False
        self._hours[now.hour].add(counter)
        return wrote

    def freed(self, counter: int, now: datetime, waiting: Collection[int]) -> None:
        """A call ended, while people waited for these services."""
        one = self._counters[counter]
        one.busy_with, one.seen = None, now
        one.writes = not self._takes(one).isdisjoint(waiting)

    def rest(self, service: int, now: datetime) -> int | None:
        """The class of the counter of this service that had the shortest rest; None if all are
        busy. To be given to `proved`, once it is known whether somebody was taken at once."""
        rests = [
            minutes(one.seen, now)
            for one in self._counters.values()
            if one.busy_with is None and one.seen is not None and service in self._takes(one)
        ]
        shortest = min(rests, default=inf)
        return _class(shortest) if shortest <= GONE else None

    def proved(self, rest: int, free: bool) -> None:
        self._asked[rest] += 1
        self._free[rest] += free

    def at_work(self, now: datetime, waiting: Collection[int]) -> list[Counter]:
        """The counters believed to be there, as seen while people wait for these services."""
        found = [
            Counter(number, self._serves(one), *self._state(one, now, waiting))
            for number, one in self._counters.items()
            if one.seen is not None
        ]
        there = [counter for counter in found if counter.stretches]
        return there or list(self._expected(now))

    def planned(self, now: datetime, ahead: Mapping[int, Stretches]) -> list[Counter]:
        """The counters of a roster, whose stretches are given in minutes from now."""
        found = []
        for number, stretches in ahead.items():
            one = self._counters[number]
            busy = one.seen is not None and one.busy_with is not None
            since = inf if one.seen is None else minutes(one.seen, now)
            found.append(
                Counter(
                    number,
                    self._serves(one),
                    from_now(stretches, 0.0, busy or since <= GONE),
                    one.busy_with,
                    since if busy else 0.0,
                )
            )
        return found

    def _state(
        self, one: _Counter, now: datetime, waiting: Collection[int]
    ) -> tuple[Stretches, int | None, float]:
        assert one.seen is not None
        since = minutes(one.seen, now)
        if one.busy_with is not None:
            return ALWAYS, one.busy_with, since
        if since > GONE:
            return (), None, 0.0
        if not self._takes(one).isdisjoint(waiting):
            if since > PAUSE:
                return (), None, 0.0
            writes = drawn(self._writing, self._written, _WRITES, _WRITES_WORTH)
            return ((max(AT_ONCE, writes - since), inf),), None, 0.0
        rest = _class(since)
        free = drawn(self._free[rest], self._asked[rest], _FREE, _FREE_WORTH)
        return (ALWAYS if free >= 0.5 else ()), None, 0.0

    def _takes(self, one: _Counter) -> frozenset[int]:
        """What it was seen to serve, and not by exception only."""
        due = self._due(one)
        return frozenset(
            service
            for service, count in one.calls.items()
            if count >= RARE * due * self._calls[service]
        )

    def _serves(self, one: _Counter) -> frozenset[int]:
        """The same, with what it had no occasion to serve yet."""
        due = self._due(one)
        unknown = (service for service, count in self._calls.items() if due * count < TELLING)
        return self._takes(one).union(unknown)

    def _due(self, one: _Counter) -> float:
        """Its part of all calls."""
        return sum(one.calls.values()) / max(1, sum(self._calls.values()))

    def _expected(self, now: datetime) -> Iterable[Counter]:
        """Nobody was seen yet: those who called in this hour of the day before, or ever."""
        for number in self._usual.get(now.hour) or self._counters.keys():
            yield Counter(number, self._serves(self._counters[number]), ALWAYS)


def _class(rest: float) -> int:
    return bisect_left(RESTS, rest)
