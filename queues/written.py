"""What office and service somebody means who writes "TICKET MAIRIE A". Pure.

Capitals, accents, blanks and signs say nothing. An office is known by its code or its name; of two
whose names begin alike the longer one is meant, if it is written in full.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """`also`: its name in the citizen's language; `services`: ids by the letter on tickets."""

    code: str
    name: str
    also: str
    services: Mapping[str, int]

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(self.services)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The office, if one is named; its service, if the letter is one of its own, or it has one
    service only."""

    office: Office | None = None
    service_id: int | None = None


def wanted(written: str, offices: Iterable[Office]) -> Wanted:
    words = _plain(written)
    best: tuple[int, Office] | None = None
    for office in offices:
        for name in {_plain(office.code), _plain(office.name), _plain(office.also)}:
            if name and _begins(words, name) and (best is None or len(name) > best[0]):
                best = len(name), office
    if best is None:
        return Wanted()
    length, office = best
    return Wanted(office, _service(words[length:].strip(), office))


def _service(rest: str, office: Office) -> int | None:
    """The first word after the office, if it is a letter; `service a` says the same."""
    letters = {letter.casefold(): service_id for letter, service_id in office.services.items()}
    found = re.fullmatch(r"(?:service\s+)?([a-z])", rest)
    if found:
        return letters.get(found[1])
    if not rest and len(letters) == 1:
        return next(iter(letters.values()))
    return None


def _begins(words: str, name: str) -> bool:
    return words == name or words.startswith(f"{name} ")


def _plain(written: str) -> str:
    """Small letters without accents, and one blank for all that is no letter or digit."""
    letters = unicodedata.normalize("NFKD", written.casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return re.sub(r"[\W_]+", " ", kept).strip()
