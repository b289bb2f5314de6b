"""What an `ask` screen accepts. Each check takes what was typed and returns the value, or None.

Spaces, dots and dashes between digits are the citizen's own way of grouping: they go. The engine
has made western digits of others (Arabic-Indic ones, as some phones type them) before.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from locales import values
from locales.values import AMOUNT, PIN, YEAR, Kind, number, text
from menus import words

Accept = Callable[[str, int, int], str | None]


@dataclass(frozen=True, slots=True)
class Check:
    """`accept(entry, least, most)`; the bounds are of length, for numbers and years of value.

    `sample` is an entry that is accepted, for those who rehearse or walk a tree.
    """

    accept: Accept
    least: int
    most: int
    kind: Kind
    complaint: str
    sample: str = ""

    def bounded(self, most: int | None) -> Kind:
        """The kind of what is accepted, where a screen asks for `most` at most."""
        sized = _SIZED.get(self.kind.family)
        return sized(max(1, min(most, self.most))) if sized and most is not None else self.kind


_SIZED = {"text": text, "digits": values.digits, "number": number}


def western(entry: str) -> str:
    """The entry with the digits of other scripts as 0 to 9: `١` -> `1`."""
    if entry.isascii():
        return entry
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in entry)


def digits(entry: str, least: int, most: int) -> str | None:
    """The digits of an entry, without the citizen's own grouping."""
    kept = re.sub(r"[\s.\-/]", "", entry)
    return kept if kept.isdecimal() and least <= len(kept) <= most else None


def _year(entry: str, least: int, most: int) -> str | None:
    year = digits(entry, 4, 4)
    return year if year is not None and least <= int(year) <= most else None


def _text(entry: str, least: int, most: int) -> str | None:
    kept = " ".join(entry.split())
    return kept if least <= len(kept) <= most and kept.isprintable() else None


def _between(entry: str, least: int, most: int) -> str | None:
    """A whole number by its value, without leading zeros."""
    kept = digits(entry, 1, 12)
    return str(int(kept)) if kept is not None and least <= int(kept) <= most else None


def choice(among: list[str]) -> Check:
    """One of these words, forgiving of capitals, accents and blanks; the value is as listed."""
    known = {plain(word): word for word in among}
    longest = max(map(len, among))
    return Check(
        lambda entry, _least, _most: known.get(plain(entry)),
        *(0, 0, text(longest), words.WRONG_CHOICE, among[0]),
    )


def plain(word: str) -> str:
    """A word without capitals, accents and blanks, its digits western."""
    letters = unicodedata.normalize("NFD", western(word).casefold())
    return "".join(sign for sign in letters if sign.isalnum())


CHECKS: dict[str, Check] = {
    "digits": Check(digits, 1, 20, values.digits(20), words.WRONG_DIGITS, "12345"),
    "pin": Check(digits, 4, 6, PIN, words.WRONG_PIN, "1234"),
    "number": Check(_between, 0, 999_999, number(999_999), words.WRONG_NUMERAL, "3"),
    "amount": Check(_between, 1, 99_999_999, AMOUNT, words.WRONG_AMOUNT, "5000"),
    "year": Check(_year, 1900, 2100, YEAR, words.WRONG_YEAR, "1990"),
    "text": Check(_text, 1, 60, text(60), words.WRONG_TEXT, "Exemple"),
}


def check(
    name: str, *, least: int, most: int, kind: Kind, complaint: str, sample: str = ""
) -> Callable[[Accept], Accept]:
    """Offers a check of another room's: `@check("reference", …)` above its function."""

    def register(accept: Accept) -> Accept:
        if name in CHECKS:
            raise ValueError(f"{name} is registered already")
        CHECKS[name] = Check(accept, least, most, kind, complaint, sample)
        return accept

    return register
