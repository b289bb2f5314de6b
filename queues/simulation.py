"""A day at an office, from a seed. Pure.

`plan` says who comes, when, what for and how patient they are; `attendance`, when the agents are
really there; `run` lets that day happen. The plan knows nothing of the running: whoever drives the
real application takes the same one. `run` asks `announce` at each joining what to tell that
person, from what is known at that moment and no more.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import heapify, heappop, heappush
from itertools import accumulate
from math import log
from random import Random

from queues.waiting import Counter, Newcomer, Person, Stretches, from_now


@dataclass(frozen=True, slots=True)
class Offered:
    """A service: its share of the visits; minutes at the counter, in the mean, and the standard
    deviation of their logarithm."""

    id: int
    share: float
    minutes: float
    spread: float = 0.5


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter as planned, in minutes after the opening."""

    id: int
    services: frozenset[int]
    stretches: Stretches


@dataclass(frozen=True, slots=True)
class Office:
    """Shares are of all visits, times are minutes; `profile`: how many come in each half hour, up
    to a scale."""

    services: tuple[Offered, ...]
    desks: tuple[Desk, ...]
    closes: float
    profile: tuple[float, ...]
    crowd: float = 0.12  # stand at the door at the opening
    remote: float = 0.4  # take their ticket by phone
    absent_remote: float = 0.1  # are not there when called
    absent: float = 0.03  # the same, of those who came
    recalls: float = 2.0  # what that costs the counter
    patience: float = 100.0  # the median
    says_so: float = 0.5  # of those who give up, cancel; the others just go
    priority: float = 0.05
    head_start: float = 20.0
    lateness: float = 4.0  # an agent's, in the mean
    overtime: float = 45.0  # after closing, for those who hold a ticket


def _mairie() -> Office:
    early, late = ((0.0, 240.0), (285.0, 420.0)), ((0.0, 285.0), (330.0, 420.0))
    return Office(
        services=(
            Offered(1, 0.50, 5.0),
            Offered(2, 0.15, 6.0),
            Offered(3, 0.20, 12.0, 0.6),
            Offered(4, 0.15, 7.0),
        ),
        desks=(
            Desk(1, frozenset({1, 2, 4}), early),
            Desk(2, frozenset({1, 2, 4}), late),
            Desk(3, frozenset({1, 2, 3, 4}), early),
            Desk(4, frozenset({1, 3}), late),
        ),
        closes=420.0,
        profile=(1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.5, 0.6, 0.9, 0.9, 0.6, 0.3),
    )


MAIRIE = _mairie()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who joins the queue `at` minutes after the opening, and what they would do."""

    at: float
    service: int
    remote: bool
    comes: bool  # is there when called
    patience: float
    says_so: bool  # cancels on giving up
    takes: float  # at the counter, if they come
    head_start: float = 0.0

    @property
    def order(self) -> float:
        """People are called in this order."""
        return self.at - self.head_start


class Outcome(StrEnum):
    SERVED = "served"
    NO_SHOW = "no show"
    GAVE_UP = "gave up"
    REFUSED = "refused"  # got no ticket: their turn would come after closing
    SENT_AWAY = "sent away"  # still waited when the last counter closed


@dataclass(frozen=True, slots=True)
class Stay:
    """How it went for one arrival. `ended`: the counter is free again, or they gave up."""

    arrival: Arrival
    outcome: Outcome
    ended: float
    called: float | None = None
    counter: int | None = None
    told: Newcomer | None = None


@dataclass(frozen=True, slots=True)
class Event:
    at: float
    kind: str  # joined, called, or an outcome
    visit: int  # its place in the plan
    counter: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """`stays` has the order of the plan; `events`, that of time."""

    stays: tuple[Stay, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Joining:
    """What the office knows when somebody joins: `people` in call order, the newcomer left out,
    and where the newcomer would stand among them."""

    now: float
    counters: tuple[Counter, ...]
    people: tuple[Person, ...]
    service: int
    place: int


Announce = Callable[[Joining], Newcomer | None]


def plan(office: Office, load: float, seed: int) -> list[Arrival]:
    """Who comes on that day. A `load` of 1 is as much work as the planned counters can do."""
    random = Random(f"plan {seed}")  # noqa: S311  (the same every time, on purpose)
    expected = load * _capacity(office) / _mean(office)
    moments = [random.uniform(0.0, 3.0) for _ in range(_poisson(random, expected * office.crowd))]
    length = office.closes / len(office.profile)
    edges = [0.0, *accumulate(office.profile)]
    for _ in range(_poisson(random, expected * (1 - office.crowd))):
        place = random.uniform(0.0, edges[-1])
        slot = max(0, bisect_left(edges, place) - 1)
        moments.append((slot + (place - edges[slot]) / office.profile[slot]) * length)
    return [_arrival(random, office, moment) for moment in sorted(moments)]


def attendance(office: Office, seed: int) -> dict[int, Stretches]:
    """When the agents are really at their counters: a little late, from lunch as well."""
    random = Random(f"attendance {seed}")  # noqa: S311
    there = {}
    for desk in office.desks:
        late = [min(30.0, random.expovariate(1 / office.lateness)) for _ in desk.stretches]
        there[desk.id] = tuple(
            (min(begins + by, ends), ends)
            for (begins, ends), by in zip(desk.stretches, late, strict=True)
        )
    return there


def run(
    office: Office,
    arrivals: Sequence[Arrival],
    there: Mapping[int, Stretches],
    announce: Announce | None = None,
) -> Day:
    """The day as it happens. Whoever `announce` says would leave after closing gets no ticket."""
    running = _Running(office, arrivals, there, announce)
    while running.coming:
        at, _, happens, subject = heappop(running.coming)
        happens(at, subject)
    return Day(tuple(running.stays[visit] for visit in range(len(arrivals))), tuple(running.events))


def day(office: Office, load: float, seed: int, announce: Announce | None = None) -> Day:
    """A planned day, run."""
    return run(office, plan(office, load, seed), attendance(office, seed), announce)


def _capacity(office: Office) -> float:
    return sum(ends - begins for desk in office.desks for begins, ends in desk.stretches)


def _mean(office: Office) -> float:
    """Minutes that a visit costs a counter."""
    absent = office.remote * office.absent_remote + (1 - office.remote) * office.absent
    shares = sum(service.share for service in office.services)
    served = sum(service.share * service.minutes for service in office.services) / shares
    return (1 - absent) * served + absent * office.recalls


def _poisson(random: Random, mean: float) -> int:
    count, sum_of_gaps = 0, random.expovariate(1.0)
    while sum_of_gaps < mean:
        count += 1
        sum_of_gaps += random.expovariate(1.0)
    return count


def _arrival(random: Random, office: Office, at: float) -> Arrival:
    [service] = random.choices(office.services, [one.share for one in office.services])
    remote = at > 3.0 and random.random() < office.remote
    absent = office.absent_remote if remote else office.absent
    middle = log(service.minutes) - service.spread**2 / 2
    return Arrival(
        at=at,
        service=service.id,
        remote=remote,
        comes=random.random() >= absent,
        patience=random.lognormvariate(log(office.patience), 0.6),
        says_so=random.random() < office.says_so,
        takes=random.lognormvariate(middle, service.spread),
        head_start=office.head_start if random.random() < office.priority else 0.0,
    )


@dataclass(slots=True)
class _Seat:
    """A counter at work: whom it has, and since when."""

    desk: Desk
    there: Stretches
    visit: int | None = None
    since: float = 0.0


_Happens = Callable[[float, int], object]
_Coming = tuple[float, int, _Happens, int]


@dataclass(slots=True)
class _Running:
    """The office at the moment that the day has come to, and what is coming."""

    office: Office
    arrivals: Sequence[Arrival]
    there: Mapping[int, Stretches]
    announce: Announce | None
    seats: dict[int, _Seat] = field(init=False)
    coming: list[_Coming] = field(init=False)
    waiting: list[tuple[float, int]] = field(init=False, default_factory=list)
    joined: dict[int, Newcomer | None] = field(init=False, default_factory=dict)
    stays: dict[int, Stay] = field(init=False, default_factory=dict)
    events: list[Event] = field(init=False, default_factory=list)
    count: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.seats = {desk.id: _Seat(desk, self.there[desk.id]) for desk in self.office.desks}
        self.coming = []
        for visit, arrival in enumerate(self.arrivals):
            self._later(arrival.at, self._join, visit)
        for desk, stretches in self.there.items():
            for begins, _ in stretches:
                self._later(begins, self._call, desk)
        self._later(self.office.closes + self.office.overtime, self._send_away, 0)
        heapify(self.coming)

    def _later(self, at: float, happens: _Happens, subject: int) -> None:
        self.count += 1  # of two things at the same time, the first that was known comes first
        heappush(self.coming, (at, self.count, happens, subject))

    def _join(self, now: float, visit: int) -> None:
        arrival = self.arrivals[visit]
        place = bisect_left(self.waiting, (arrival.order, visit))
        told = self.announce(self._seen(now, arrival, place)) if self.announce else None
        if told is not None and (told.ends is None or now + told.ends > self.office.closes):
            self._end(now, visit, Outcome.REFUSED, told=told)
            return
        self.events.append(Event(now, "joined", visit))
        self.joined[visit] = told
        insort(self.waiting, (arrival.order, visit))
        if arrival.says_so:
            self._later(now + arrival.patience, self._give_up, visit)
        for desk in self.seats:
            if self._call(now, desk) == visit:
                return

    def _seen(self, now: float, arrival: Arrival, place: int) -> Joining:
        counters = []
        for seat in self.seats.values():
            visit = seat.visit
            open_now = _is_in(seat.there, now)
            counters.append(
                Counter(
                    seat.desk.id,
                    seat.desk.services,
                    from_now(seat.desk.stretches, now, open_now),
                    None if visit is None else self.arrivals[visit].service,
                    now - seat.since if visit is not None else 0.0,
                )
            )
        people = tuple(Person(visit, self.arrivals[visit].service) for _, visit in self.waiting)
        return Joining(now, tuple(counters), people, arrival.service, place)

    def _call(self, now: float, desk: int) -> int | None:
        """The first in order whom this counter serves, if it may call now."""
        seat = self.seats[desk]
        if seat.visit is not None or not self._may_call(now, seat):
            return None
        for at, (_, visit) in enumerate(self.waiting):
            if self.arrivals[visit].service in seat.desk.services:
                del self.waiting[at]
                self._take(now, seat, visit)
                return visit
        return None

    def _may_call(self, now: float, seat: _Seat) -> bool:
        """Also after closing, at the counters that were open until then."""
        closes = self.office.closes
        over = now >= closes and seat.there[-1][1] >= closes
        return over or _is_in(seat.there, now)

    def _take(self, now: float, seat: _Seat, visit: int) -> None:
        arrival = self.arrivals[visit]
        comes = self._comes(now, arrival)
        seat.visit, seat.since = visit, now
        self.events.append(Event(now, "called", visit, seat.desk.id))
        self._later(now + (arrival.takes if comes else self.office.recalls), self._free, visit)
        self.stays[visit] = Stay(  # completed when the counter is free again
            arrival,
            Outcome.SERVED if comes else Outcome.NO_SHOW,
            ended=now,
            called=now,
            counter=seat.desk.id,
            told=self.joined[visit],
        )

    @staticmethod
    def _comes(now: float, arrival: Arrival) -> bool:
        return arrival.comes and now - arrival.at <= arrival.patience

    def _free(self, now: float, visit: int) -> None:
        stay = self.stays[visit]
        assert stay.counter is not None
        self._end(now, visit, stay.outcome, stay.called, stay.counter, stay.told)
        self.seats[stay.counter].visit = None
        self._call(now, stay.counter)

    def _give_up(self, now: float, visit: int) -> None:
        if visit not in self.stays:
            self.waiting.remove((self.arrivals[visit].order, visit))
            self._end(now, visit, Outcome.GAVE_UP, told=self.joined[visit])

    def _send_away(self, now: float, subject: int) -> None:
        for _, visit in self.waiting:
            self._end(now, visit, Outcome.SENT_AWAY, told=self.joined[visit])
        self.waiting.clear()

    def _end(
        self,
        now: float,
        visit: int,
        outcome: Outcome,
        called: float | None = None,
        counter: int | None = None,
        told: Newcomer | None = None,
    ) -> None:
        self.stays[visit] = Stay(self.arrivals[visit], outcome, now, called, counter, told)
        self.events.append(Event(now, outcome.value, visit, counter))


def _is_in(stretches: Stretches, now: float) -> bool:
    return any(begins <= now < ends for begins, ends in stretches)
