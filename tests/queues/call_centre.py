"""A call centre that is nasty to predict, from a seed.

Types of calls with lives of their own, some of which overtake; callers who hang up; agents who come
and go by shifts, pause when they like and write things down after a call, none of which is on
record. Times are minutes of the day.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from math import log
from random import Random

from queues.fitting import Visit

FIRST = datetime(1999, 1, 4, tzinfo=UTC)
TYPES = ((0.6, 3.0, 1.0), (0.25, 2.0, 0.8), (0.15, 5.0, 1.1))  # share, minutes, spread


@dataclass
class Call:
    at: float
    kind: int
    takes: float
    patience: float
    head_start: float


@dataclass
class Agent:
    number: int
    begins: float
    ends: float
    kinds: frozenset
    free_from: float = 0.0


def month(seed, days=20, agents=8, load=0.85, priority=0.3, **options):
    return [
        visit
        for number in range(days)
        for visit in day(Random(f"{seed} {number}"), number, agents, load, priority, **options)
    ]


def day(random, number, agents, load, priority, pauses=0.06, patience=6.0):
    staff = _staff(random, agents)
    calls = _calls(random, staff, load, priority, patience)
    return [_visit(number, *one) for one in _run(random, staff, calls, pauses)]


def _staff(random, agents):
    """Two shifts that overlap at noon; some agents take one type only."""
    staff = []
    for number in range(agents):
        begins = (480 if number % 3 else 600) + random.uniform(0, 15)
        kinds = frozenset({0, 1, 2}) if number % 4 else frozenset({0, 1})
        staff.append(Agent(number, begins, begins + random.uniform(400, 500), kinds))
    return staff


def _calls(random, staff, load, priority, patience):
    calls, at = [], 480.0
    mean = sum(share * minutes for share, minutes, _ in TYPES)
    while at < 1000:
        there = sum(agent.begins <= at < agent.ends for agent in staff)
        wave = 1.0 + (0.25 if 600 < at < 720 else -0.1)
        at += random.expovariate(max(0.2, load * wave * max(1, there) / mean))
        kind = random.choices((0, 1, 2), [share for share, _, _ in TYPES])[0]
        _, minutes, spread = TYPES[kind]
        takes = random.lognormvariate(log(minutes) - spread**2 / 2, spread)
        early = 1.5 if random.random() < priority else 0.0
        calls.append(Call(at, kind, takes, random.expovariate(1 / patience), early))
    return calls


def _run(random, staff, calls, pauses):
    """(call, called, ended, agent), or (call, None, left, None)."""
    coming, count, waiting = [], 0, []

    def later(at, what, subject):
        nonlocal count
        count += 1
        heappush(coming, (at, count, what, subject))

    for call in calls:
        later(call.at, "call", call)
    for agent in staff:
        later(agent.begins, "free", agent)
    idle = []
    while coming:
        now, _, what, subject = heappop(coming)
        if what == "free":
            if now >= subject.ends:
                continue
            if subject.free_from == 0.0 and random.random() < pauses:
                subject.free_from = now + random.uniform(3, 20)
                later(subject.free_from, "free", subject)
                continue
            subject.free_from = 0.0
            idle.append(subject)
        else:
            waiting.append(subject)
        for call in [one for one in waiting if one.at + one.patience < now]:
            waiting.remove(call)
            yield call, None, call.at + call.patience, None
        idle = [agent for agent in idle if now < agent.ends]
        for call in sorted(waiting, key=lambda one: one.at - one.head_start):
            able = [agent for agent in idle if call.kind in agent.kinds]
            if able:
                waiting.remove(call)
                idle.remove(able[0])
                yield call, now, now + call.takes, able[0]
                later(now + call.takes + random.expovariate(4), "free", able[0])
    for call in waiting:
        yield call, None, call.at + call.patience, None


def _visit(number, call, called, ended, agent):
    def at(minutes):
        moment = FIRST + timedelta(days=number, minutes=minutes)
        return moment.replace(microsecond=0)  # such records have seconds only

    if called is None:
        return Visit(call.kind, at(call.at), left=at(ended), head_start=call.head_start)
    return Visit(
        call.kind,
        at(call.at),
        called=at(called),
        freed=at(ended),
        counter=agent.number,
        head_start=call.head_start,
    )
