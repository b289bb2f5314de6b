"""What is wrong with a translation, whatever it is a translation of. Pure.

One judgement, told in English by the checks on trees and in French beside the console's field.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gsm.alphabet import EXTENSION
from locales.plurals import categories, is_known
from locales.templates import Template, template
from locales.values import Kind

Sort = Literal[
    "lacks", "added", "forms", "no_number", "unseen", "at", "dear", "long", "segments", "link"
]
WARNS: Final = ("at", "dear")  # with any other fault a text is refused

# Signs that come out wrong or dear, each with what to write instead.
INSTEAD: Final = {
    "@": "the address in words, or a telephone number",
    "€": "EUR",
    "[": "(",
    "]": ")",
    "{": "(, or a value's name in small letters",
    "}": "), or a value's name in small letters",
    "~": "-",
    "|": "/",
    "\\": "/",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`about`: the placeholder or sign it is about; `count` and `wanted`: how many forms there are
    or letters, and how many there should be, or which."""

    sort: Sort
    about: str
    count: int = 0
    wanted: tuple[str, ...] = ()

    @property
    def is_grave(self) -> bool:
        return self.sort not in WARNS


def faults(
    french: str, said: str, language: str, kinds: Mapping[str, Kind], lines: bool = True
) -> Iterator[Fault]:
    """All of them, the gravest first. `lines`: whether line breaks have a place in it."""
    yield from of_placeholders(french, said)
    yield from of_plurals(template(said), language, kinds)
    yield from of_signs(said, lines)


def of_length(said: str, kinds: Mapping[str, Kind], most: int) -> Iterator[Fault]:
    """Characters, with each value in its longest form."""
    written = template(said)
    if written.placeholders <= kinds.keys():
        length = len(written.longest(kinds))
        if length > most:
            yield Fault("long", "", length, (str(most),))


def of_placeholders(french: str, said: str) -> Iterator[Fault]:
    """A translation has those of its French."""
    wanted, there = template(french).placeholders, template(said).placeholders
    yield from (Fault("lacks", name) for name in sorted(wanted - there))
    yield from (Fault("added", name) for name in sorted(there - wanted))


def of_plurals(said: Template, language: str, kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    """Words beside a number have a form for each way in which the language counts."""
    if not is_known(language):
        return
    wanted = categories(language)
    for plural in sorted(said.plurals, key=str):
        if len(plural.forms) != len(wanted):
            yield Fault("forms", str(plural), len(plural.forms), wanted)
        elif plural.name in kinds and kinds[plural.name].family != "number":
            yield Fault("no_number", str(plural), wanted=(plural.name,))


def of_signs(said: str, lines: bool = True) -> Iterator[Fault]:
    """Gateways deliver `@` as `¡`; some handsets drop what is outside the basic GSM alphabet, and
    each such sign takes two septets (3GPP TS 23.038). What is not seen at all has no place."""
    own = "".join(part for part in template(said).parts if isinstance(part, str))
    for sign in sorted(sign for sign in set(own) - set("\n" if lines else "") if _unseen(sign)):
        yield Fault("unseen", sign)
    for sign in sorted({"@", *EXTENSION} & set(own)):
        yield Fault("at" if sign == "@" else "dear", sign)


def _unseen(sign: str) -> bool:
    """Control characters and line breaks; not joiners and marks, which scripts need."""
    return unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs")
