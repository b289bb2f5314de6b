"""Appointments: the times at which a service may still be booked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from queues.hours import Calendar, at_minute


@dataclass(frozen=True, slots=True)
class Offer:
    """`places` appointments every `minutes`, up to `days` ahead, on a day with room for `quota`
    tickets in all (None: any number)."""

    minutes: int
    places: int
    days: int
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Appointments by moment, and tickets of any kind by day."""

    slots: Mapping[datetime, int]
    days: Mapping[date, int]


def free_days(calendar: Calendar, offer: Offer, taken: Taken, local: datetime) -> list[date]:
    """The days on which there is a free time, today included."""
    days = (local.date() + timedelta(days=ahead) for ahead in range(offer.days + 1))
    return [day for day in days if free_times(calendar, offer, taken, day, local)]


def free_times(
    calendar: Calendar, offer: Offer, taken: Taken, day: date, local: datetime
) -> list[datetime]:
    """The free times of a day, in order; of today, those that are a slot away at least."""
    if not offer.places or not local.date() <= day <= local.date() + timedelta(days=offer.days):
        return []
    if offer.quota is not None and taken.days.get(day, 0) >= offer.quota:
        return []
    earliest = local + timedelta(minutes=offer.minutes)
    times = []
    for opens, closes in calendar.spans(day):
        for minute in range(opens, closes - offer.minutes + 1, offer.minutes):
            time = at_minute(day, minute, local)
            if time >= earliest and taken.slots.get(time, 0) < offer.places:
                times.append(time)
    return times
