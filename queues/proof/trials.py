"""How well waits are announced at a simulated office. Pure.

`trial` lets days pass as at a real office: each night the model is fitted to the days gone by, each
day waits are announced from what is known at the moment. After some weeks of that, it judges them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import fmean

from queues.fitting import Visit, fit, quantile
from queues.proof.scoring import HourMeans, Judged, judge, last_entered
from queues.simulation import Announce, Day, Joining, Office, Outcome, Stay, day
from queues.waiting import Model, Newcomer, Person, forecast

TRAINING = 30  # days: six weeks
WINDOW = 40  # days: eight weeks, to which the model is fitted every night
FIRST = date(2026, 1, 5)
OPENS = 8


@dataclass(frozen=True, slots=True)
class Trial:
    """The judged days of an office at a load."""

    stays: tuple[Stay, ...]
    judged: tuple[Judged, ...]

    def count(self, outcome: Outcome) -> int:
        return sum(stay.outcome is outcome for stay in self.stays)

    @property
    def waits(self) -> list[float]:
        """Of those who were called, in order of length."""
        called = [stay for stay in self.stays if stay.called is not None]
        return sorted(stay.called - stay.arrival.at for stay in called)  # type: ignore[operator]

    @property
    def mean(self) -> float:
        return fmean(self.waits) if self.waits else 0.0

    @property
    def p90(self) -> float:
        return quantile(self.waits, 0.9) if self.waits else 0.0


def trial(office: Office, load: float, days: int, seed: int, training: int = TRAINING) -> Trial:
    """Days drawn from the seed: `training` only to learn from, then `days` to be judged."""
    past: list[list[Visit]] = []
    stays: list[Stay] = []
    judged: list[Judged] = []
    for number in range(training + days):
        model = fit(visit for one in past for visit in one)
        today = day(office, load, _drawn(seed, number), announcing(model))
        visits = visits_of(today, number)
        if number >= training:
            stays += today.stays
            judged += _judged(today, visits, HourMeans(visit for one in past for visit in one))
        past = [*past, visits][-WINDOW:]
    return Trial(tuple(stays), tuple(judged))


def announcing(model: Model) -> Announce:
    """Tells what `queues.waiting` says, from what is known at the joining."""

    def announce(joining: Joining) -> Newcomer | None:
        if joining.place == len(joining.people):
            said = forecast(joining.counters, joining.people, model, (joining.service,))
            return said.newcomers[joining.service]
        me = Person("newcomer", joining.service)
        people = (*joining.people[: joining.place], me, *joining.people[joining.place :])
        said = forecast(joining.counters, people, model)
        wait = said.waits["newcomer"]
        start = said.starts["newcomer"] if wait.expected is None else wait.expected
        return Newcomer(wait, None if start is None else start + model.mean(joining.service))

    return announce


def visits_of(one: Day, number: int) -> list[Visit]:
    """The day as its office would have kept it; those who got no ticket left nothing."""
    opens = datetime.combine(FIRST + timedelta(days=number), time(OPENS))
    return [_visit(stay, opens) for stay in one.stays if stay.outcome is not Outcome.REFUSED]


def _visit(stay: Stay, opens: datetime) -> Visit:
    visit = Visit(
        service=stay.arrival.service,
        joined=_at(opens, stay.arrival.at),
        came=stay.outcome is Outcome.SERVED,
        head_start=stay.arrival.head_start,
    )
    if stay.told is not None:
        visit = replace(visit, ahead=stay.told.wait.ahead, raw=stay.told.wait.raw)
    if stay.called is None:
        return replace(visit, left=_at(opens, stay.ended))
    called, freed = _at(opens, stay.called), _at(opens, stay.ended)
    return replace(visit, called=called, freed=freed, counter=stay.counter)


def _at(opens: datetime, minutes: float) -> datetime:
    return opens + timedelta(minutes=minutes)


def _judged(one: Day, visits: Sequence[Visit], means: HourMeans) -> Iterator[Judged]:
    last = last_entered(visits)
    held = [stay for stay in one.stays if stay.outcome is not Outcome.REFUSED]
    for place, (stay, visit) in enumerate(zip(held, visits, strict=True)):
        wait = None if stay.told is None else stay.told.wait
        found = judge(visit, wait, means.at(visit.joined.hour), last[place])
        if found is not None:
            yield found


def _drawn(seed: int, number: int) -> int:
    return seed * 1000 + number
