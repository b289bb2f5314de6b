"""Opening hours. Pure: a calendar and a local time in, an answer out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

Span = tuple[int, int]  # from and until, in minutes of the day

_SPAN = re.compile(r"(\d\d?)[:h](\d\d)-(\d\d?)[:h](\d\d)")
_DAY = 1440
LOOK_AHEAD = 60  # days in which the next opening is looked for


class Wrong(ValueError):
    """What somebody wrote is wrong: it reads as a sentence; `why`, with `values`, is for those who
    say it in another language. `beside`: what else is."""

    def __init__(self, why: str, said: str, **values: object) -> None:
        super().__init__(said)
        self.why, self.values = why, values
        self.beside: list[Wrong] = []


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `opens` to `closes` (minutes of the day) on a weekday, 0 being Monday."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of each weekday, and the days that are unlike theirs: with their own hours, or with
    none."""

    week: tuple[Stretch, ...] = ()
    special: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        """When it is open on a day, in order."""
        special = self.special.get(day)
        if special is not None:
            return special
        of_day = (one for one in self.week if one.weekday == day.weekday())
        return tuple(sorted((one.opens, one.closes) for one in of_day))


def parse_hours(written: str) -> tuple[Span, ...]:
    """`08:00-13:00 14:00-17:00` as spans; empty is closed. Raises Wrong."""
    spans = []
    for word in written.replace(",", " ").split():
        parts = _SPAN.fullmatch(word)
        if parts is None:
            said = f"{word!r}: write hours such as 08:00-13:00"
            raise Wrong("hours_unreadable", said, written=word)
        opens_hour, opens_minute, closes_hour, closes_minute = map(int, parts.groups())
        opens, closes = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
        if opens_minute > 59 or closes_minute > 59 or not opens < closes <= _DAY:
            said = f"{word!r}: the second hour comes after the first, 24:00 at most"
            raise Wrong("hours_backwards", said, written=word)
        spans.append((opens, closes))
    spans.sort()
    for (_, until), (since, _) in pairwise(spans):
        if since < until:
            said = f"{written!r}: one stretch begins before the other has ended"
            raise Wrong("hours_overlap", said, written=written)
    return tuple(spans)


def written_hours(spans: Iterable[Span]) -> str:
    return " ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in spans)


def is_open(calendar: Calendar, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in calendar.spans(local.date()))


def next_opening(calendar: Calendar, local: datetime) -> datetime | None:
    """When it opens next, in the same zone; None if it doesn't within two months."""
    for days in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=days)
        for opens, _ in calendar.spans(day):
            opening = at_minute(day, opens, local)
            if opening > local:
                return opening
    return None


def closing(calendar: Calendar, local: datetime) -> datetime | None:
    """When the last stretch of the day ends, going on past midnight where the next day begins as
    this one ends; None if it has ended, or does not end within two days."""
    day = local.date()
    spans = calendar.spans(day)
    if not spans or at_minute(day, spans[-1][1], local) <= local:
        return None
    end = spans[-1][1]
    for _ in range(2):
        following = calendar.spans(day + timedelta(days=1))
        if end < _DAY or not following or following[0][0] > 0:
            return at_minute(day, end, local)
        day, end = day + timedelta(days=1), following[0][1]
    return None


def at_minute(day: date, minute: int, like: datetime) -> datetime:
    """This minute of the day, in the zone of `like`."""
    hour, rest = divmod(minute, 60)
    midnight = datetime(day.year, day.month, day.day, tzinfo=like.tzinfo)
    return midnight + timedelta(days=hour // 24, hours=hour % 24, minutes=rest)


def clock(minute: int) -> str:
    """`08:30`; 24:00 for the end of a day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
