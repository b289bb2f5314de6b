"""How true announced waits were. Pure: what was announced and what came of it in, figures out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from queues.fitting import Visit
from queues.waiting import Wait


@dataclass(frozen=True, slots=True)
class Judged:
    """One who was told a wait and was called: minutes waited, and what two simple rules would have
    said at that moment."""

    waited: float
    wait: Wait
    hour_mean: float
    last_entered: float

    @property
    def expected(self) -> float:
        return self.wait.expected or 0.0

    @property
    def held(self) -> bool:
        """The wait was within the range, as it was announced."""
        low, high = self.wait.low, self.wait.high
        return low is not None and high is not None and low <= self.waited <= high


@dataclass(frozen=True, slots=True)
class Score:
    """`wape`: sum of absolute errors over sum of waits; `bias`: mean minutes announced too much.

    `covered`: how often the range held, for those who had to wait by what they were told;
    `all_covered` counts those as well for whom a counter was free, where it holds nearly always."""

    count: int
    mean: float
    wape: float
    bias: float
    covered: float
    all_covered: float
    hour_mean_wape: float
    last_entered_wape: float


def judge(visit: Visit, wait: Wait | None, hour_mean: float, last: float) -> Judged | None:
    """None where no minutes were said, or where the call never came."""
    if wait is None or wait.expected is None or visit.waited is None:
        return None
    return Judged(visit.waited, wait, hour_mean, last)


def score(judged: Sequence[Judged]) -> Score:
    """Raises ValueError for nothing to judge."""
    if not judged:
        raise ValueError("nobody was both told a wait and called")
    to_wait = [one.held for one in judged if not one.wait.at_once]
    return Score(
        count=len(judged),
        mean=fmean(one.waited for one in judged),
        wape=_wape(judged, [one.expected for one in judged]),
        bias=fmean(one.expected - one.waited for one in judged),
        covered=fmean(to_wait) if to_wait else 1.0,
        all_covered=fmean(one.held for one in judged),
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
