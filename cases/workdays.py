"""Working days: Monday to Friday, less public holidays. Pure."""

from collections.abc import Container
from datetime import date, timedelta
from functools import lru_cache

import holidays

_WEEKEND = (5, 6)
_NONE: frozenset[date] = frozenset()


@lru_cache
def closed_days(country: str) -> Container[date]:
    """The public holidays of a country (ISO 3166), computed a year at a time as they are asked for;
    none where no country is named."""
    return holidays.country_holidays(country) if country else _NONE


def after(day: date, count: int, closed: Container[date]) -> date:
    """The `count`th working day after a day; for 0 the day itself, or the first working day after
    it."""
    left = count
    while left > 0 or day.weekday() in _WEEKEND or day in closed:
        day += timedelta(days=1)
        if day.weekday() not in _WEEKEND and day not in closed:
            left -= 1
    return day
