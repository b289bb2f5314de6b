"""Which counters are planned at which hour of the week. Pure."""

from dataclasses import dataclass
from typing import Any

from queues.hours import Span, parse_hours
from queues.setup import parts
from queues.setup.parts import Plain
from queues.setup.shape import DAYS


@dataclass(frozen=True, slots=True)
class Row:
    """An hour of the day; `cells`: of each day, the numbers of the counters that are planned in
    it, or None where the office is closed."""

    hour: int
    cells: tuple[tuple[int, ...] | None, ...]


def planning(office: Plain) -> list[Row]:
    """The hours between the first and the last of the week at which it is open."""
    opening = _week(office.get("hours", {}))
    rosters = {one["number"]: _week(one.get("roster", {})) for one in office.get("counters", ())}
    spans = [span for day in DAYS for span in opening[day]]
    if not spans:
        return []
    first, last = min(span[0] for span in spans) // 60, max(span[1] for span in spans)
    return [
        Row(hour, tuple(_cell(hour, opening[day], rosters, day) for day in DAYS))
        for hour in range(first, -(-last // 60))
    ]


def _cell(
    hour: int, opening: tuple[Span, ...], rosters: dict[int, dict[str, tuple[Span, ...]]], day: str
) -> tuple[int, ...] | None:
    if not _touches(hour, opening):
        return None
    return tuple(number for number, week in rosters.items() if _touches(hour, week[day]))


def _touches(hour: int, spans: tuple[Span, ...]) -> bool:
    return any(opens < (hour + 1) * 60 and closes > hour * 60 for opens, closes in spans)


def _week(written: Any) -> dict[str, tuple[Span, ...]]:
    days = parts.by_day(written)
    return {day: parse_hours(days.get(day, "")) for day in DAYS}
