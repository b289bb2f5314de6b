"""What the past says of an office: past visits in, a `Model` for `queues.waiting` out. Pure.

Call `fit` every night with some weeks of one office's visits. Each figure is drawn towards what is
believed without data, as if that had been seen a stated number of times: little data moves it
little. Ranges are set so that, rounded as people see them, eight of ten held true.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import fmean, median, pstdev

from queues.waiting import REMAINING, SOFT, SPREAD, USUAL, Bucket, Model, rounded

# How many visits the belief is worth.
MINUTES_WORTH = 10
FACTOR_WORTH = 40
MIDDLE_WORTH = 25
SPREAD_WORTH = 150
REMAINING_WORTH = 50

FACTORS = (0.4, 2.5)  # beyond that, something else is wrong
LONGEST = 8.0  # times the median: a call that lasts longer was forgotten, and counts as this
COVERED = 0.8
NEARER = 0.97
_Turned = tuple[float, float]  # realised to expected, and minutes expected
_TAILS = tuple(step / 200 for step in range(4, 47, 2))  # 2 % to 23 % on each side


@dataclass(frozen=True, slots=True)
class Visit:
    """One person, from joining the queue. `called`: first called; `freed`: when that counter could
    call again, whatever came of the call (`came` is False where nobody did); `left`: gave up
    before any call. `ahead` and `raw` are what `Wait` said when they joined, if it was kept."""

    service: int
    joined: datetime
    called: datetime | None = None
    freed: datetime | None = None
    counter: int | None = None
    left: datetime | None = None
    came: bool = True
    head_start: float = 0.0
    ahead: int | None = None
    raw: float | None = None

    @property
    def waited(self) -> float | None:
        """Minutes until the call."""
        return None if self.called is None else minutes(self.joined, self.called)

    @property
    def took(self) -> float | None:
        """Minutes that the call cost its counter."""
        if self.called is None or self.freed is None:
            return None
        return minutes(self.called, self.freed)


def minutes(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 60


def fit(visits: Iterable[Visit], expected: Mapping[int, float] | None = None) -> Model:
    """The model of the office whose visits these are. `expected`: minutes by service, where the
    office has said what it believes."""
    visits = list(visits)
    took = _counter_times(visits)
    means = _means(took, expected or {})
    factors = _factors(visits)
    shares = [one / means[service] for service, times in took.items() for one in times]
    return Model(
        minutes=means,
        factors=factors,
        served=_served(visits),
        spread=_spread(visits, factors),
        remaining=_remaining(shares),
        uneven=min(1.5, max(0.3, pstdev(shares))) if len(shares) >= REMAINING_WORTH else 0.6,
    )


def _counter_times(visits: Sequence[Visit]) -> dict[int, list[float]]:
    took: dict[int, list[float]] = defaultdict(list)
    for visit in visits:
        if visit.took is not None and visit.took >= 0:
            took[visit.service].append(visit.took)
    return {service: _capped(times) for service, times in took.items()}


def _capped(times: list[float]) -> list[float]:
    longest = median(times) * LONGEST
    return [min(one, longest) for one in times] if longest > 0 else times


def _means(took: Mapping[int, Sequence[float]], expected: Mapping[int, float]) -> dict[int, float]:
    """Towards what is expected, or the office's own mean, itself drawn towards the usual."""
    every = [one for times in took.values() for one in times]
    office = drawn(sum(every), len(every), USUAL, MINUTES_WORTH)
    return {
        service: max(
            0.1, drawn(sum(times), len(times), expected.get(service, office), MINUTES_WORTH)
        )
        for service, times in took.items()
    }


def _served(visits: Sequence[Visit]) -> dict[int, int]:
    served: dict[int, int] = defaultdict(int)
    for visit in visits:
        if visit.called is not None and visit.came:
            served[visit.service] += 1
    return dict(served)


def _factors(visits: Sequence[Visit]) -> dict[int, float]:
    """Sum of waits over sum of what the walk had said; a ratio of sums, for short waits say
    little."""
    judged: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for visit in visits:
        if visit.waited is not None and visit.raw is not None:
            judged[visit.service].append((visit.waited, visit.raw))
    factors = {}
    for service, pairs in judged.items():
        belief = FACTOR_WORTH * max(1.0, fmean(raw for _, raw in pairs))
        ratio = (sum(waited for waited, _ in pairs) + belief) / (
            sum(raw for _, raw in pairs) + belief
        )
        factors[service] = min(FACTORS[1], max(FACTORS[0], ratio))
    return factors


def _spread(visits: Sequence[Visit], factors: Mapping[int, float]) -> tuple[Bucket, ...]:
    starts = [bucket.ahead for bucket in SPREAD]
    seen: list[list[_Turned]] = [[] for _ in SPREAD]
    for visit in visits:
        if visit.waited is None or visit.raw is None or visit.ahead is None:
            continue
        scaled = visit.raw * factors.get(visit.service, 1.0) + SOFT
        place = visit.ahead if visit.raw > 0 else -1
        at = bisect_right(starts, place) - 1
        seen[at].append(((visit.waited + SOFT) / scaled, scaled))
    return tuple(
        _bucket(belief, ratios) for belief, ratios in zip(_beliefs(seen), seen, strict=True)
    )


def _beliefs(seen: Sequence[Sequence[_Turned]]) -> Iterator[Bucket]:
    """What to think of a bucket by what all show: errors grow as the square root of the wait. One
    bad day fills a bucket with waits that all went wrong together, so its own word is not enough.
    """
    errors = sorted((ratio - 1) * sqrt(scaled) for one in seen[1:] for ratio, scaled in one)
    for shipped, ratios in zip(SPREAD, seen, strict=True):
        if shipped.ahead < 0 or not ratios:
            yield shipped
            continue
        share = 1 / sqrt(fmean(scaled for _, scaled in ratios))
        low, high = (
            drawn(
                (1 + quantile(errors, tail) * share) * len(errors),
                len(errors),
                believed,
                SPREAD_WORTH,
            )
            for tail, believed in ((0.1, shipped.low), (0.9, shipped.high))
        )
        yield Bucket(shipped.ahead, low, shipped.middle, high)


def _bucket(belief: Bucket, seen: list[_Turned]) -> Bucket:
    if not seen:
        return belief
    seen = sorted(seen)
    ratios = [ratio for ratio, _ in seen]
    tail = _tail(ratios, seen)
    count = len(ratios)
    return Bucket(
        belief.ahead,
        drawn(quantile(ratios, tail) * count, count, belief.low, SPREAD_WORTH),
        drawn(_middle(seen) * count, count, belief.middle, MIDDLE_WORTH),
        drawn(quantile(ratios, 1 - tail) * count, count, belief.high, SPREAD_WORTH),
    )


def _tail(ratios: Sequence[float], seen: Sequence[_Turned]) -> float:
    """The tail on each side whose rounded ranges come nearest to what they should cover."""
    found: dict[float, float] = {}

    def uncovered(share: float) -> float:
        found[share] = COVERED - _covered(ratios, seen, share)
        return found[share]

    bisect_left(_TAILS, 0.0, key=uncovered)
    return min(found, key=lambda share: abs(found[share]))


def _covered(ratios: Sequence[float], seen: Sequence[_Turned], tail: float) -> float:
    """The share of waits within the ranges that this tail on each side would have announced."""
    below, above = quantile(ratios, tail), quantile(ratios, 1 - tail)
    held = 0
    for ratio, scaled in seen:
        low, high = rounded(scaled * below - SOFT, scaled * above - SOFT)
        held += low <= ratio * scaled - SOFT <= high
    return held / len(seen)


def _middle(seen: Sequence[_Turned]) -> float:
    """The ratio that takes out the bias; or, where that is plainly nearer to most waits (short
    ones, of which many are none), the one with the smallest sum of absolute errors, in minutes."""
    mean = sum(ratio * weight for ratio, weight in seen) / sum(weight for _, weight in seen)
    middle = _weighted_median(seen)
    return middle if _errors(seen, middle) < NEARER * _errors(seen, mean) else mean


def _errors(seen: Sequence[_Turned], said: float) -> float:
    return sum(abs(ratio - said) * weight for ratio, weight in seen)


def _weighted_median(seen: Sequence[_Turned]) -> float:
    half = sum(weight for _, weight in seen) / 2
    for ratio, weight in seen:
        half -= weight
        if half <= 0:
            return ratio
    return seen[-1][0]


def _remaining(shares: Sequence[float]) -> tuple[float, ...]:
    """What calls still took that had lasted 0, 0.5, 1, ... times their mean."""
    left = []
    for step, believed in enumerate(REMAINING):
        longer = [share - step / 2 for share in shares if share > step / 2]
        left.append(drawn(sum(longer), len(longer), believed, REMAINING_WORTH))
    return tuple(left)


def drawn(total: float, count: float, belief: float, worth: float) -> float:
    """A mean, as if the belief had been seen `worth` times as well."""
    return (total + belief * worth) / (count + worth)


def quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    at = int(place)
    if at + 1 >= len(ordered):
        return ordered[-1]
    return ordered[at] + (ordered[at + 1] - ordered[at]) * (place - at)
