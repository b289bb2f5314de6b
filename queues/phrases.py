"""Waits, days and what else lists say of queues, in a citizen's words. Pure: for USSD, SMS, boards.

in_a_list("fr", 12, wait)    "12, 35-50 min"
alone("fr", wait)            "35-50 min", where the number stands beside it
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from locales.catalogues import translated
from locales.templates import template
from locales.values import MOMENT, number, plain, text
from queues import waiting
from queues.waiting import Wait

WAITS, DAYS, OFFICES = "waits", "days", "offices"  # contexts of the catalogues

MINUTES: Final = "{low}-{high} min"
UNKNOWN: Final = "temps inconnu"
NO_COUNTER: Final = "sans guichet"
TOO_LATE: Final = "trop tard"
CLOSED: Final = "fermé"
CALLED: Final = "guichet {counter}, venez"
SERVING: Final = "au guichet"
HELD: Final = "mis de côté"
MISSED: Final = "appelé, revenez"
BOOKED: Final = "le {moment}"
WAIT_PHRASES: Final = (MINUTES, UNKNOWN, NO_COUNTER, TOO_LATE, CLOSED)
PHRASES: Final = (*WAIT_PHRASES, CALLED, SERVING, HELD, MISSED, BOOKED)

TODAY, TOMORROW = "Aujourd'hui", "Demain"
WEEKDAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

KINDS: Final = {
    "low": number(999),
    "high": number(999),
    "counter": number(99),
    "moment": MOMENT,
}
WAIT: Final = plain(13)
STANDING: Final = plain(17)
DAY: Final = text(22)
IN_A_LIST: Final = text(41)  # a name of 22, and how it stands there
_MOST = 999


def say(language: str, phrase: str, **values: int | str) -> str:
    written = template(translated(language, WAITS, phrase))
    return written.render(values, KINDS, language)


def named(language: str, name: str) -> str:
    """Names of offices and services are data; those that the catalogues know are translated."""
    return translated(language, OFFICES, name)


def alone(language: str, wait: Wait) -> str:
    """The wait, where how many are ahead stands beside it."""
    if wait.low is not None and wait.high is not None:
        low, high = min(wait.low, _MOST), min(wait.high, _MOST)
        return say(language, MINUTES, low=low, high=high)
    return say(language, _OTHERWISE[wait.kind])


_OTHERWISE: Final = {
    waiting.Kind.RANGE: UNKNOWN,
    waiting.Kind.PLACE_ONLY: UNKNOWN,
    waiting.Kind.NO_COUNTER: NO_COUNTER,
    waiting.Kind.TOO_LATE: TOO_LATE,
}


def in_a_list(language: str, count: int, wait: Wait) -> str:
    """How many wait and how long that takes; the number alone, where minutes are not known."""
    count = min(count, _MOST)
    stands = alone(language, wait)
    return str(count) if stands == say(language, UNKNOWN) else f"{count}, {stands}"


def together(waits: Iterable[Wait]) -> Wait:
    """Of an office with several services: from the least to the most of those that are known."""
    several = list(waits)
    lows = [wait.low for wait in several if wait.low is not None]
    highs = [wait.high for wait in several if wait.high is not None]
    if lows and highs:
        return Wait(0, min(lows), max(highs), None, waiting.Kind.RANGE)
    kinds = {wait.kind for wait in several}
    for kind in (waiting.Kind.PLACE_ONLY, waiting.Kind.TOO_LATE):
        if kind in kinds:
            return Wait(0, None, None, None, kind)
    return Wait(0, None, None, None, waiting.Kind.NO_COUNTER)


def day(language: str, which: date, today: date) -> str:
    """ "Aujourd'hui", "Demain", else "lundi 30/11"."""
    if which == today:
        return translated(language, DAYS, TODAY)
    if which == today + timedelta(days=1):
        return translated(language, DAYS, TOMORROW)
    return f"{translated(language, DAYS, WEEKDAYS[which.weekday()])} {which:%d/%m}"
