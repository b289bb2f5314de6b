"""How true announced waits were. Pure: pairs of announced and realised in, figures out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from queues.fitting import Visit


@dataclass(frozen=True, slots=True)
class Judged:
    """One who was called: minutes waited and minutes expected, the announced range if there was
    one, and what two simple rules would have said at that moment."""

    waited: float
    expected: float
    low: float | None
    high: float | None
    hour_mean: float
    last_entered: float


@dataclass(frozen=True, slots=True)
class Score:
    """`wape`: sum of absolute errors over sum of waits; `bias`: mean minutes announced too much;
    `covered`: the share of waits within their announced range."""

    count: int
    wape: float
    bias: float
    covered: float
    hour_mean_wape: float
    last_entered_wape: float


def score(judged: Sequence[Judged]) -> Score:
    """Raises ValueError for nothing to judge."""
    if not judged:
        raise ValueError("nobody was both told a wait and called")
    ranges = [one for one in judged if one.low is not None and one.high is not None]
    held = [one.low <= one.waited <= one.high for one in ranges]  # type: ignore[operator]
    return Score(
        count=len(judged),
        wape=_wape(judged, [one.expected for one in judged]),
        bias=fmean(one.expected - one.waited for one in judged),
        covered=fmean(held) if held else 0.0,
        hour_mean_wape=_wape(judged, [one.hour_mean for one in judged]),
        last_entered_wape=_wape(judged, [one.last_entered for one in judged]),
    )


def _wape(judged: Sequence[Judged], said: Sequence[float]) -> float:
    waited = sum(one.waited for one in judged)
    if waited == 0:
        return 0.0
    return sum(abs(a.waited - b) for a, b in zip(judged, said, strict=True)) / waited


class HourMeans:
    """The mean wait of each hour of the day, on the days it was shown."""

    def __init__(self, visits: Iterable[Visit] = ()) -> None:
        self._sums: dict[int, float] = defaultdict(float)
        self._counts: dict[int, int] = defaultdict(int)
        self.learn(visits)

    def learn(self, visits: Iterable[Visit]) -> None:
        for visit in visits:
            if visit.waited is not None:
                self._sums[visit.joined.hour] += visit.waited
                self._counts[visit.joined.hour] += 1

    def at(self, hour: int) -> float:
        if self._counts[hour]:
            return self._sums[hour] / self._counts[hour]
        count = sum(self._counts.values())
        return sum(self._sums.values()) / count if count else 0.0


def last_entered(visits: Iterable[Visit]) -> Mapping[int, float]:
    """For each visit of one day (by its place), the wait of the last one of the same service who
    had been called when it joined; 0 before the first call."""
    visits = list(visits)
    happens = [(visit.joined, 1, at) for at, visit in enumerate(visits)]
    happens += [(visit.called, 0, at) for at, visit in enumerate(visits) if visit.called]
    last: dict[int, float] = {}
    said: dict[int, float] = {}
    for moment, joins, at in sorted(happens):
        visit = visits[at]
        if joins or moment == visit.joined:
            said.setdefault(at, last.get(visit.service, 0.0))
        if not joins:
            last[visit.service] = visit.waited or 0.0
    return said
