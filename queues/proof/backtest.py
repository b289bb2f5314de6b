"""What would have been announced in the past, and how true it would have been. Pure.

Feed it what a queue left behind, a `queues.fitting.Visit` for each person or call, in any order:

    Visit(service=1, joined=..., called=..., freed=..., counter=7)     was served
    Visit(service=1, joined=..., left=...)                             gave up, or hung up

with datetimes (all aware of a zone, or none) and numbers for services and counters (agents):
`joined` when they entered the queue, `called` when an agent took them, `freed` when the agent was
done. Those that may overtake others have a `head_start`, in minutes. Then

    replayed = replay(visits)
    print(score([one.judged for one in replayed if one.judged]))

`replay` goes through the history once, in order of time. At each joining it knows what was known
then and no more: who waited, who was being served and since when, and, where there is no roster,
which counters had been at work lately (`queues.proof.agents`). The model is fitted again every
midnight, to the days gone by. Nobody is judged on the first day, nor before 30 were served.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from heapq import heappop, heappush

from queues.fitting import Visit, fit, minutes
from queues.proof.agents import AT_ONCE, Agents
from queues.proof.scoring import HourMeans, Judged, Score, judge, score
from queues.waiting import Counter, Model, Person, Wait, forecast

__all__ = ["Replayed", "Roster", "Score", "Visit", "replay", "score"]

WINDOW = timedelta(days=28)  # the past that the model is fitted to

# For each day, from when to when each counter was planned to call people.
Roster = Mapping[date, Mapping[int, tuple[tuple[datetime, datetime], ...]]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A visit with what would have been said; `judged` if minutes were said and it was called."""

    visit: Visit
    wait: Wait
    judged: Judged | None


def replay(visits: Iterable[Visit], roster: Roster | None = None) -> list[Replayed]:
    """All visits, in order of joining."""
    history = _with_counters(sorted(visits, key=lambda visit: visit.joined))
    past = _Past(history, roster or {})
    for moment, _, at, happens in sorted(_happenings(history, past), key=lambda one: one[:3]):
        past.turn_to(moment.date())
        happens(moment, at)
    return [past.replayed(at) for at in range(len(history))]


def _with_counters(history: list[Visit]) -> list[Visit]:
    """Where it is not known who served, as few counters as could have done it."""
    nameless = [at for at, one in enumerate(history) if one.called and one.counter is None]
    busy: list[tuple[datetime, int]] = []
    for at in sorted(nameless, key=lambda at: history[at].called or history[at].joined):
        visit = history[at]
        assert visit.called is not None
        counter = -1 - len(busy)
        if busy and busy[0][0] <= visit.called:
            _, counter = heappop(busy)
        heappush(busy, (max(visit.called, visit.freed or visit.called), counter))
        history[at] = replace(visit, counter=counter)
    return history


_Happens = Callable[[datetime, int], None]


def _happenings(
    history: Sequence[Visit], past: "_Past"
) -> Iterator[tuple[datetime, int, int, _Happens]]:
    """Of several at one moment, those that make room come first."""
    for at, visit in enumerate(history):
        joined = visit.joined
        yield joined, 2, at, past.join
        if visit.called is not None:
            called = max(visit.called, joined)
            freed = called if visit.freed is None else max(visit.freed, called)
            yield called, 3, at, past.call
            yield freed, (0 if freed > called else 4), at, past.free
        else:
            left = max(visit.left or joined, joined)  # what became of it is not known: not counted
            yield left, (1 if left > joined else 3), at, past.leave


class _Past:
    """The queue as it stands at the moment that the replay has come to."""

    def __init__(self, history: Sequence[Visit], roster: Roster) -> None:
        self._history = history
        self._roster = roster
        self._agents = Agents()
        self._queue: list[tuple[datetime, int]] = []
        self._model = Model()
        self._hours = HourMeans()
        self._day: date | None = None
        self._judges = False
        self._may_judge: dict[int, bool] = {}
        self._called: list[Visit] = []  # today
        self._done: dict[int, Visit] = {}
        self._serving: dict[int, int] = {}
        self._latest: dict[int, int] = {}  # of each counter, the call that ended last
        self._last: dict[int, float] = {}  # of each service, the wait of the last one called
        self._rests: dict[int, int] = {}
        self._said: dict[int, tuple[Wait, float, float]] = {}

    def turn_to(self, day: date) -> None:
        """On a new day, fits the model to what is over."""
        if day == self._day:
            return
        self._judges = self._day is not None
        self._day = day
        first = day - WINDOW
        self._done = {at: one for at, one in self._done.items() if one.joined.date() >= first}
        self._model = fit(self._done.values())
        self._hours.learn(self._called)
        self._called = []
        self._agents.new_day()

    def join(self, now: datetime, at: int) -> None:
        visit = self._history[at]
        people = [Person(other, self._history[other].service) for _, other in self._queue]
        counters = self._counters(now, {person.service for person in people})
        if visit.service not in {person.service for person in people}:
            rest = self._agents.rest(visit.service, now)
            if rest is not None:
                self._rests[at] = rest
        order = (visit.joined - timedelta(minutes=visit.head_start), at)
        people.insert(bisect_left(self._queue, order), Person(at, visit.service))
        insort(self._queue, order)
        wait = forecast(counters, people, self._model).waits[at]
        self._said[at] = (wait, self._hours.at(now.hour), self._last.get(visit.service, 0.0))
        self._may_judge[at] = self._judges

    def call(self, now: datetime, at: int) -> None:
        visit = self._history[at]
        self._unqueue(at)
        waited = minutes(visit.joined, now)
        self._last[visit.service] = waited
        self._called.append(visit)
        if at in self._rests:
            self._agents.proved(self._rests.pop(at), waited <= AT_ONCE)
        assert visit.counter is not None
        self._serving[visit.counter] = at
        wrote = self._agents.called(visit.counter, visit.service, now)
        before = self._latest.pop(visit.counter, -1)
        if wrote is not None and before in self._done:
            self._done[before] = replace(self._done[before], freed=now)

    def free(self, now: datetime, at: int) -> None:
        visit = self._history[at]
        self._over(at)
        assert visit.counter is not None
        if self._serving.get(visit.counter) == at:  # else it has taken another one meanwhile
            self._latest[visit.counter] = at
            waiting = {self._history[other].service for _, other in self._queue}
            self._agents.freed(visit.counter, now, waiting)

    def leave(self, now: datetime, at: int) -> None:
        self._unqueue(at)
        self._rests.pop(at, None)
        self._over(at)

    def replayed(self, at: int) -> Replayed:
        wait, hour_mean, last = self._said[at]
        visit = self._as_said(at)
        judged = judge(visit, wait, hour_mean, last) if self._may_judge[at] else None
        return Replayed(visit, wait, judged)

    def _counters(self, now: datetime, waiting: set[int]) -> list[Counter]:
        planned = self._roster.get(now.date())
        if planned is None:
            return self._agents.at_work(now, waiting)
        ahead = {
            counter: tuple((minutes(now, begins), minutes(now, ends)) for begins, ends in stretches)
            for counter, stretches in planned.items()
        }
        return self._agents.planned(now, ahead)

    def _as_said(self, at: int) -> Visit:
        wait = self._said[at][0]
        return replace(self._history[at], ahead=wait.ahead, raw=wait.raw)

    def _over(self, at: int) -> None:
        self._done[at] = self._as_said(at)

    def _unqueue(self, at: int) -> None:
        visit = self._history[at]
        order = (visit.joined - timedelta(minutes=visit.head_start), at)
        del self._queue[bisect_left(self._queue, order)]
