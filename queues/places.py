"""The offices as they are set up: services, hours, holidays, counters, who is planned when.

Read together, and kept for as long as a process goes on with what it knows of the queues.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import holidays
from sqlmodel import Session, col, select

from queues.hours import Calendar, Span, Stretch, parse_hours
from queues.models import (
    Counter,
    CounterService,
    Office,
    Opening,
    Pace,
    RosterLine,
    Service,
    SpecialDay,
)
from queues.waiting import Bucket, Model
from settings import current

_Row = TypeVar("_Row", Service, Opening, SpecialDay)

_DAYS = 62  # for which special days and holidays are read


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter as planned: its services, and its stretches by weekday."""

    id: int
    number: int
    services: frozenset[int]
    roster: Mapping[int, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """An office with all that belongs to it; services and counters in their order."""

    office: Office
    zone: ZoneInfo
    calendar: Calendar
    reasons: Mapping[date, str]  # why a day is special
    services: tuple[Service, ...]
    desks: tuple[Desk, ...]
    model: Model

    def local(self, now: datetime) -> datetime:
        return now.astimezone(self.zone)

    def service(self, service_id: int) -> Service:
        """Raises LookupError for a service that is not one of this office's."""
        for service in self.services:
            if service.id == service_id:
                return service
        raise LookupError(f"no service {service_id}")


def read(db: Session, today: date) -> tuple[Place, ...]:
    """Every office, in order."""
    services = _by_office(db.exec(select(Service).order_by(col(Service.position))))
    openings = _by_office(db.exec(select(Opening)))
    since = today - timedelta(days=2)
    special = _by_office(db.exec(select(SpecialDay).where(col(SpecialDay.day) >= since)))
    desks = _desks(db)
    paces = {pace.office_id: pace for pace in db.exec(select(Pace))}
    places = []
    for office in db.exec(select(Office).order_by(col(Office.position), col(Office.id))):
        assert office.id is not None
        mine = tuple(services[office.id])
        calendar, reasons = _calendar(office, openings[office.id], special[office.id], since)
        pace = paces.get(office.id)
        zone = ZoneInfo(office.zone) if office.zone else current().zone
        places.append(
            Place(
                office=office,
                zone=zone,
                calendar=calendar,
                reasons=reasons,
                services=mine,
                desks=tuple(desks[office.id]),
                model=_model(mine, None if pace is None else pace.model),
            )
        )
    db.expunge_all()
    return tuple(places)


def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """By the `holidays` package; those of Islam are its estimates, which an office may override
    by a special day."""
    return _holidays(country, year)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> Mapping[date, str]:
    if country not in holidays.list_supported_countries():
        return {}
    # Named in the country's own language, not in that of this machine.
    spoken = holidays.country_holidays(country).default_language
    return dict(holidays.country_holidays(country, years=year, language=spoken))


def _calendar(
    office: Office, openings: Iterable[Opening], days: Iterable[SpecialDay], since: date
) -> tuple[Calendar, Mapping[date, str]]:
    special: dict[date, tuple[Span, ...]] = {}
    reasons: dict[date, str] = {}
    if office.country:
        for year in {since.year, (since + timedelta(days=_DAYS)).year}:
            for day, name in public_holidays(office.country, year).items():
                special[day], reasons[day] = (), name
    for one in days:
        special[one.day], reasons[one.day] = parse_hours(one.hours), one.reason
    week = tuple(Stretch(one.weekday, one.opens, one.closes) for one in openings)
    return Calendar(week, special), reasons


def _desks(db: Session) -> Mapping[int, list[Desk]]:
    services: dict[int, set[int]] = defaultdict(set)
    for link in db.exec(select(CounterService)):
        services[link.counter_id].add(link.service_id)
    roster: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for line in db.exec(select(RosterLine).order_by(col(RosterLine.opens))):
        roster[line.counter_id][line.weekday].append((line.opens, line.closes))
    desks: dict[int, list[Desk]] = defaultdict(list)
    for counter in db.exec(select(Counter).order_by(col(Counter.number))):
        assert counter.id is not None
        planned = {weekday: tuple(spans) for weekday, spans in roster[counter.id].items()}
        desk = Desk(counter.id, counter.number, frozenset(services[counter.id]), planned)
        desks[counter.office_id].append(desk)
    return desks


def model_written(model: Model) -> str:
    """A model as the database keeps it."""
    return json.dumps(
        {
            "minutes": dict(model.minutes),
            "factors": dict(model.factors),
            "served": dict(model.served),
            "spread": [[one.ahead, one.low, one.middle, one.high] for one in model.spread],
            "remaining": model.remaining,
            "uneven": model.uneven,
        }
    )


def _model(services: Iterable[Service], written: str | None) -> Model:
    """What was fitted; a service that is new to it takes what its office expects."""
    expected = {service.id: float(service.minutes) for service in services if service.id}
    if written is None:
        return Model(minutes=expected)
    fitted = json.loads(written)
    return Model(
        minutes={**expected, **_by_number(fitted["minutes"])},
        factors=_by_number(fitted["factors"]),
        served={key: int(value) for key, value in _by_number(fitted["served"]).items()},
        spread=tuple(Bucket(int(ahead), *rest) for ahead, *rest in fitted["spread"]),
        remaining=tuple(fitted["remaining"]),
        uneven=fitted["uneven"],
    )


def _by_number(values: Mapping[str, float]) -> dict[int, float]:
    return {int(key): float(value) for key, value in values.items()}


def _by_office(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    of: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        of[row.office_id].append(row)
    return of
