"""What an `ask` screen accepts. Each check takes what was typed and returns the value, or None.

Spaces, dots and dashes between digits are the citizen's own way of grouping: they go. The engine
has made western digits of others (Arabic-Indic ones, as some phones type them) before.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from locales.values import Kind, text
from menus import words


@dataclass(frozen=True, slots=True)
class Check:
    """`accept(entry, least, most)`; the bounds are of length, for a year of value."""

    accept: Callable[[str, int, int], str | None]
    least: int
    most: int
    kind: Kind
    complaint: str


def western(entry: str) -> str:
    """The entry with the digits of other scripts as 0 to 9: `١` -> `1`."""
    if entry.isascii():
        return entry
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in entry)


def _digits(entry: str, least: int, most: int) -> str | None:
    kept = re.sub(r"[\s.\-/]", "", entry)
    return kept if kept.isdecimal() and least <= len(kept) <= most else None


def _year(entry: str, least: int, most: int) -> str | None:
    year = _digits(entry, 4, 4)
    return year if year is not None and least <= int(year) <= most else None


def _text(entry: str, least: int, most: int) -> str | None:
    kept = " ".join(entry.split())
    return kept if least <= len(kept) <= most and kept.isprintable() else None


CHECKS: Mapping[str, Check] = {
    "digits": Check(_digits, 1, 20, text(20), words.WRONG_DIGITS),
    "pin": Check(_digits, 4, 6, text(6), words.WRONG_DIGITS),
    "year": Check(_year, 1900, 2100, text(4), words.WRONG_YEAR),
    "text": Check(_text, 1, 60, text(60), words.WRONG_TEXT),
}
