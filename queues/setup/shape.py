"""What a file of offices may say. Pure; docs/offices.md shows one in full.

What a field leaves out takes its default here: a file says all of the offices that it names.
"""

from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from locales.catalogues import NAMES
from queues.hours import Span, Wrong, parse_hours, written_hours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED = "closed"


def parse_days(written: str) -> tuple[int, ...]:
    """`mon-fri` or `sat` as weekdays, 0 being Monday. Raises Wrong."""
    first, dash, last = written.partition("-")
    if first in DAYS and (not dash or last in DAYS):
        days = tuple(range(DAYS.index(first), DAYS.index(last if dash else first) + 1))
        if days:
            return days
    said = f"{written!r}: write days such as mon-fri or sat, from mon to sun"
    raise Wrong("days_unreadable", said, written=written)


def parse_opening(written: str) -> tuple[Span, ...]:
    """Hours that are some. Raises Wrong."""
    spans = parse_hours(written)
    if not spans:
        said = "write hours such as 08:00-13:00 14:00-17:00, or take the line out"
        raise Wrong("hours_none", said)
    return spans


Week = tuple[tuple[Span, ...], ...]  # of each day, from Monday


def _week(written: Any) -> Any:
    """`{mon-fri: 08:00-13:00}` day by day; a day comes once."""
    if not isinstance(written, dict):
        said = "write days and hours, such as mon-fri: 08:00-13:00 14:00-17:00"
        raise Wrong("week_unreadable", said)
    week: list[tuple[Span, ...]] = [()] * len(DAYS)
    wrong: list[Wrong] = []
    for days, hours in written.items():
        try:
            _put(week, str(days), parse_opening(str(hours)))
        except Wrong as one:
            one.values["at"] = str(days)
            wrong.append(one)
    if wrong:
        wrong[0].beside = wrong[1:]
        raise wrong[0]
    return tuple(week)


def _put(week: list[tuple[Span, ...]], days: str, spans: tuple[Span, ...]) -> None:
    for day in parse_days(days):
        if week[day]:
            said = f"{days!r}: {DAYS[day]} has its hours above already"
            raise Wrong("days_twice", said, written=days, day=DAYS[day])
        week[day] = spans


def written_week(week: Week) -> dict[str, str]:
    """The same as it is written: days alike that follow each other together."""
    written: dict[str, str] = {}
    first = 0
    while first < len(week):
        last = first
        while last + 1 < len(week) and week[last + 1] == week[first]:
            last += 1
        if week[first]:
            days = DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
            written[days] = written_hours(week[first])
        first = last + 1
    return written


def _listed(written: Any) -> Any:
    """`A B`, `A, B` or a list."""
    return tuple(written.replace(",", " ").split()) if isinstance(written, str) else written


def _hours_of_day(written: Any) -> Any:
    """Canonical, empty for closed."""
    return "" if written == CLOSED else written_hours(parse_opening(str(written)))


def _text(most: int, least: int = 0) -> Any:
    return Field(min_length=least, max_length=most)


Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,19}$")]
Prefix = Annotated[str, Field(pattern=r"^[A-Z]$")]
Hours = Annotated[Week, BeforeValidator(_week)]
# How a pattern is put to people.
PATTERNS = {
    r"^[a-z0-9][a-z0-9-]{0,19}$": "1 to 20 small letters, digits and -, such as mairie-annexe",
    r"^[A-Z]$": "one letter from A to Z",
    r"^(\+[1-9][0-9]{6,14})?$": "a number such as +221338000000",
}
ALWAYS_CLOSED: Week = ((),) * len(DAYS)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class AgencyPart(_Part):
    code: Code
    name: str = _text(60, 1)


class SlotsPart(_Part):
    """Appointments: `places` each `every` minutes, up to `days` ahead."""

    every: int = Field(default=30, ge=5, le=480)
    places: int = Field(ge=1, le=99)
    days: int = Field(default=14, ge=0, le=180)


class ServicePart(_Part):
    prefix: Prefix
    name: str = _text(22, 1)
    minutes: int = Field(default=10, ge=1, le=480)
    documents: str = Field(default="", max_length=80)
    quota: int | None = Field(default=None, ge=0, le=10_000)
    head_start: int = Field(default=30, ge=0, le=600)
    slots: SlotsPart | None = None


class CounterPart(_Part):
    """`services`: by prefix; left out: all of them."""

    number: int = Field(ge=1, le=99)
    services: Annotated[tuple[Prefix, ...] | None, BeforeValidator(_listed)] = None
    roster: Hours = ALWAYS_CLOSED


class SpecialDayPart(_Part):
    day: date
    hours: Annotated[str, BeforeValidator(_hours_of_day), Field(max_length=60)]
    reason: str = Field(default="", max_length=40)


class OfficePart(_Part):
    code: Code
    agency: str = ""
    name: str = _text(22, 1)
    address: str = _text(60, 1)
    phone: str = Field(default="", pattern=r"^(\+[1-9][0-9]{6,14})?$")
    zone: str = Field(default="", max_length=40)
    country: str = ""
    languages: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ("fr",)
    grace_minutes: int = Field(default=30, ge=0, le=240)
    late_places: int = Field(default=3, ge=0, le=50)
    hours: Hours = ALWAYS_CLOSED
    services: tuple[ServicePart, ...] = ()
    counters: tuple[CounterPart, ...] = ()
    special_days: tuple[SpecialDayPart, ...] = ()

    @field_validator("zone")
    @classmethod
    def _a_zone(cls, name: str) -> str:
        try:
            return name and ZoneInfo(name).key
        except (ValueError, OSError, LookupError):
            said = f"no time zone {name}: write one such as Africa/Dakar"
            raise Wrong("no_zone", said, written=name) from None

    @field_validator("country")
    @classmethod
    def _with_holidays(cls, country: str) -> str:
        if country and country not in holidays.list_supported_countries():
            said = f"no holidays are known of {country}: write a code such as SN"
            raise Wrong("no_country", said, written=country)
        return country

    @field_validator("languages")
    @classmethod
    def _spoken(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if not languages or not set(languages) <= NAMES.keys():
            said = f"write some of {' '.join(NAMES)}"
            raise Wrong("no_language", said, known=" ".join(NAMES))
        return languages


class OfficesFile(_Part):
    agencies: tuple[AgencyPart, ...] = ()
    offices: tuple[OfficePart, ...] = ()
