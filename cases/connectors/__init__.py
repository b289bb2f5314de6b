"""Connectors: dossiers out of the systems of record, and word back of what happens here.

A system of record holds the acts; we hold where a dossier stands, and tell people. A connector asks
such a system what has changed (`poll`), and may tell it what happened here (`push`).
docs/connectors.md says how to write one; register.py is one that works.

    class Options(BaseModel): ...          # what the file of CONNECTORS says of one

    @connector("our-kind", Options)
    class Ours:
        def __init__(self, options: Options) -> None: ...
        def poll(self, since: str) -> Found: ...
        def push(self, told: Told) -> None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel

from cases.standings import Row, Wrong


class Away(Exception):
    """The system did not answer, or not as it should; its text is a few words for a list. All is
    tried again at the next time."""


@dataclass(frozen=True, slots=True)
class Found:
    """What has changed there. A row that can't be made out is Wrong, and holds up no other.
    `since`: from where to go on, in the connector's own words; `more`: whether at once."""

    rows: list[Row | Wrong]
    since: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """An event that happened here to a dossier that the system knows. `id`: the same at each
    try."""

    id: str
    source_key: str
    reference: str
    kind: str
    status: str
    at: datetime


class Connector(Protocol):
    def poll(self, since: str) -> Found:
        """What has changed; everything, for an empty `since`. Raises Away."""

    def push(self, told: Told) -> None:
        """Tells what happened here; what is told twice has the same id. Raises Away."""


@dataclass(frozen=True, slots=True)
class Kind:
    options: type[BaseModel]
    make: Callable[[Any], Connector]


KINDS: dict[str, Kind] = {}


def connector(
    name: str, options: type[BaseModel]
) -> Callable[[Callable[[Any], Connector]], Callable[[Any], Connector]]:
    """Registers a kind of connector."""

    def register(make: Callable[[Any], Connector]) -> Callable[[Any], Connector]:
        KINDS[name] = Kind(options, make)
        return make

    return register
