"""How things are written on pages: times as people say them, figures, phone numbers.

{{ moment|when }}     lundi 24 nov., 9 h 30
{{ moment|ago }}      il y a 5 minutes (the exact time on hover)
{{ moment|clock }}    9 h 30
{{ day|day }}         lundi 24 nov.
{{ number|phone }}    +221 77 ••• •• 01
{{ digits|reference }} 123 456 7890
{{ 12500|figure }}    12 500
{{ wait|range }}      10 à 15 min
{{ spans|hours }}     08:00-13:00 · 14:00-17:00
{{ "mon-fri"|days }}  lun.-ven.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from babel.dates import format_date, format_datetime, format_timedelta, get_day_names
from babel.numbers import format_decimal
from markupsafe import Markup

import moment
from cases import references
from citizens.countries import COUNTRIES
from console.offices import zone
from console.speaking import _, language
from queues.hours import Span, written_hours
from queues.setup.shape import DAYS
from queues.waiting import Wait

_DAY: Final = {"fr": "EEEE d MMM", "en": "EEEE d MMM"}
_CLOCK: Final = {"fr": "H 'h' mm", "en": "H:mm"}


def day(value: date | datetime) -> str:
    """The year is told where it is another than this one."""
    here = value.astimezone(zone()).date() if isinstance(value, datetime) else value
    year = "" if here.year == moment.now().astimezone(zone()).year else " y"
    return str(format_date(here, _DAY[language()] + year, locale=language()))


def clock(value: datetime) -> str:
    return str(format_datetime(value, _CLOCK[language()], tzinfo=zone(), locale=language()))


def when(value: datetime) -> str:
    return f"{day(value)}, {clock(value)}"


def ago(value: datetime) -> Markup:
    """How long ago, or in how long."""
    since = value - moment.now()
    if abs(since) < timedelta(seconds=45):
        said = _("à l'instant")
    else:
        said = format_timedelta(since, add_direction=True, locale=language())
    written = Markup('<time datetime="{}" title="{}">{}</time>')
    return written.format(value.isoformat(timespec="seconds"), when(value), said)


def figure(value: float) -> str:
    return str(format_decimal(value, locale=language()))


def span(wait: Wait) -> str:
    """What is announced of a wait, in minutes; nothing where minutes can't be told."""
    if wait.low is None or wait.high is None:
        return ""
    if wait.at_once or not wait.high:
        return _("tout de suite")
    if not wait.low:
        return _("moins de %(high)s min", high=wait.high)
    return _("%(low)s à %(high)s min", low=wait.low, high=wait.high)


def hours(spans: Iterable[Span] | str) -> str:
    """Also as a file has them. A stretch is never broken in two."""
    written = spans if isinstance(spans, str) else written_hours(spans)
    return written.replace(" ", " · ").replace("-", "\N{NON-BREAKING HYPHEN}")


def weekdays(written: str) -> str:
    """Days as a file of offices has them."""
    names = get_day_names("abbreviated", locale=language())
    return "\N{NON-BREAKING HYPHEN}".join(str(names[DAYS.index(day)]) for day in written.split("-"))


def phone(number: str, whole: bool = False) -> str:
    """Masked, unless its reader needs the whole of it."""
    prefix = next((len(one) + 1 for one in COUNTRIES if number.startswith(f"+{one}")), 4)
    country, rest = number[:prefix], number[prefix:]
    middle = rest[2:-2] if whole else "•" * (len(rest) - 4)
    first, others = (3, 2) if len(middle) % 2 else (3, 3) if len(middle) % 3 == 0 else (2, 2)
    groups = (middle[at : at + others] for at in range(first, len(middle), others))
    return " ".join([country, rest[:2], middle[:first], *groups, rest[-2:]])


FILTERS: Final[dict[str, Any]] = {
    "day": day,
    "clock": clock,
    "when": when,
    "ago": ago,
    "figure": figure,
    "phone": phone,
    "reference": references.shown,
    "range": span,
    "hours": hours,
    "days": weekdays,
    "said": _,  # a message that is looked up only now; one that is said already stays as it is
}
