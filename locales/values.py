"""Kinds of values that texts may show: how each is written, and its longest form.

A value travels raw (a number, an ISO date, digits) and is written where it is shown. Dates are
DD/MM and hours on 24: the month names of Wolof and Pulaar differ between the learned and the spoken
language, and the Swahili clock is six hours off. Amounts are digits and FCFA: spoken amounts count
in fives.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from gsm.alphabet import fold

Value = str | int

_SIZE = re.compile(r" (?:of|to) \d+$")


@dataclass(frozen=True, slots=True)
class Kind:
    """`write(value)` is what citizens read; `longest` the longest that `write` may return."""

    name: str
    write: Callable[[Value], str]
    longest: str

    @property
    def family(self) -> str:
        """Kinds of one family differ in length only."""
        return _SIZE.sub("", self.name)

    @property
    def can_be_shown(self) -> bool:
        """Whether a text may show it; a choice from a list is handed on, and that is all."""
        return bool(self.longest)

    def takes(self, other: "Kind") -> bool:
        """Whether a value of the other kind will do where one of this is expected."""
        return self.family == other.family and len(self.longest) >= len(other.longest)


def text(length: int) -> Kind:
    """Words of an office, `length` characters at most."""
    longest = ("mmmmmmm " * length)[: length - 1] + "m"  # words, as a text has them
    return Kind(f"text of {length}", lambda value: str(value)[:length], longest)


def in_own_letters(kind: Kind) -> Kind:
    """The kind where words keep letters outside GSM-7, one of which makes a page hold half."""
    words = kind.family == "text"
    return replace(kind, longest=kind.longest.replace("m", "ɛ")) if words else kind


def plain(length: int) -> Kind:
    """Words that are written in GSM-7 letters in every language, `length` at most: numbers, and
    long lists of papers, whose names stay French, and which would fill page after page in UCS-2."""
    longest = text(length).longest
    return Kind(f"plain text of {length}", lambda value: fold(str(value))[:length], longest)


def digits(length: int) -> Kind:
    return Kind(f"digits of {length}", str, "0" * length)


def number(most: int) -> Kind:
    return Kind(f"number to {most}", str, str(most))


def _amount(value: Value) -> str:
    return f"{int(value):,}".replace(",", " ") + " FCFA"


def _reference(value: Value) -> str:
    digits = str(value)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


# What stands for a choice from a list: an action takes it, no text can show it.
PICKED = Kind("picked", str, "")
DATE = Kind("date", lambda value: f"{date.fromisoformat(str(value)):%d/%m/%Y}", "24/11/2026")
MOMENT = Kind(
    "moment", lambda value: f"{datetime.fromisoformat(str(value)):%d/%m %H:%M}", "24/11 09:30"
)
AMOUNT = Kind("amount", _amount, "99 999 999 FCFA")
REFERENCE = Kind("reference", _reference, "123 456 7890")
YEAR = Kind("year", str, "2026")
PIN = Kind("pin", str, "000000")
PHONE = Kind("phone", str, "+221770000001234")
LANGUAGE = Kind("language", str, "fra")  # the code of one that the tree speaks

Values = Mapping[str, Value]
