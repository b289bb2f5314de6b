"""Lists of recipients that rooms above offer, by name: `cases` gives holders of dossiers."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from sqlmodel import Session

# (database, filters) -> (phone, language or None, columns) of each recipient.
Audience: TypeAlias = Callable[
    [Session, Mapping[str, str]], Iterable[tuple[str, str | None, Mapping[str, str]]]
]

AUDIENCES: dict[str, Audience] = {}


def audience(name: str) -> Callable[[Audience], Audience]:
    def offer(function: Audience) -> Audience:
        AUDIENCES[name] = function
        return function

    return offer
