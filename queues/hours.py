"""Opening hours. Pure: stretches of weekdays and a local time in, an answer out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `opens` to `closes` (minutes of the day) on a weekday, 0 being Monday."""

    weekday: int
    opens: int
    closes: int


def is_open(stretches: Iterable[Stretch], local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(
        stretch.weekday == local.weekday() and stretch.opens <= minute < stretch.closes
        for stretch in stretches
    )


def next_opening(stretches: Iterable[Stretch], local: datetime) -> datetime | None:
    """When it opens next, within a week, in the same zone; None if it never does."""
    stretches = sorted(stretches, key=lambda stretch: stretch.opens)
    for days in range(8):
        day = (local + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        for stretch in stretches:
            if stretch.weekday != day.weekday():
                continue
            opening = day.replace(hour=stretch.opens // 60, minute=stretch.opens % 60)
            if opening > local:
                return opening
    return None
