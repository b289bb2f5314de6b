"""A bar for each day: what was spent, or how many messages, drawn in the page's own colours. Pure.

The axis begins at nought; the highest bar and the ends are labelled; the table is beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sms.vital_signs import Day

DAYS: Final = 30
_STEP, _WIDE, _HIGH = 20, 14, 96


@dataclass(frozen=True, slots=True)
class Bar:
    day: date
    value: float
    x: int
    y: int
    height: int
    wide: int = _WIDE


@dataclass(frozen=True, slots=True)
class Chart:
    """One unit's bars: a currency, or messages where the unit is empty."""

    unit: str
    bars: list[Bar]
    most: float
    width: int = DAYS * _STEP
    height: int = _HIGH


def by_day(days: Sequence[Day], today: date) -> list[Chart]:
    """A chart for each currency; of messages, where nothing was paid."""
    units = sorted({one.currency for one in days if one.currency})
    return [_chart(days, today, unit) for unit in units or ([""] if days else [])]


def _chart(days: Sequence[Day], today: date, unit: str) -> Chart:
    sums = {today - timedelta(days=back): 0.0 for back in range(DAYS)}
    for one in days:
        if one.day in sums and one.currency == unit:
            sums[one.day] += one.cost if unit else one.messages
    most = max(sums.values())
    bars = []
    for place, (day, value) in enumerate(sorted(sums.items())):
        height = round(_HIGH * value / most) if most else 0
        height = max(height, 1) if value else 0
        bars.append(Bar(day, value, place * _STEP + (_STEP - _WIDE) // 2, _HIGH - height, height))
    return Chart(unit, bars, most)
