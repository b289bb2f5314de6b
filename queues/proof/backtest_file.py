"""Reads a queue's history from CSV, for `flask queues backtest`.

One line for each person or call: `service` and `counter` (any names), `joined`, `called`, `ended`
and `left` (dates and times as 2026-11-24T09:05:30, all with a zone or none). `called` and `ended`
are empty for those who gave up, `left` for those who were served. `head_start`, minutes by which
some may overtake others, may be left out. Commas or semicolons.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime

from queues.fitting import Visit

NEEDED = ("service", "joined", "called", "ended", "counter", "left")


class BadFile(ValueError):
    """Says the line, what is wrong with it and what to do."""


def read(lines: Iterable[str]) -> list[Visit]:
    """Raises BadFile at the first line that can't be used."""
    lines = iter(lines)
    header = next(lines, "").lstrip("\ufeff")
    comma = ";" if ";" in header else ","
    columns = [name.strip().lower() for name in header.rstrip("\r\n").split(comma)]
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        wanted = ", ".join(NEEDED)
        raise BadFile(f"line 1: no column {', '.join(missing)}. Name the columns {wanted}.")
    numbers = _Numbers()
    visits: list[Visit] = []
    reader = csv.DictReader(lines, columns, delimiter=comma)
    for row in reader:
        try:
            visits.append(_visit(row, numbers))
            _same_kind(visits[0].joined, visits[-1].joined)
        except ValueError as wrong:
            raise BadFile(f"line {reader.line_num + 1}: {wrong}") from None
    if not visits:
        raise BadFile("line 2: there are no visits. Give one a line, below the names of columns.")
    return visits


class _Numbers:
    """A number for each name, in order of appearance."""

    def __init__(self) -> None:
        self._services: dict[str, int] = {}
        self._counters: dict[str, int] = {}

    def service(self, name: str) -> int:
        return self._services.setdefault(name, len(self._services) + 1)

    def counter(self, name: str) -> int:
        return self._counters.setdefault(name, len(self._counters) + 1)


def _visit(row: Mapping[str, str | None], numbers: _Numbers) -> Visit:
    told = {name: (row.get(name) or "").strip() for name in (*NEEDED, "head_start")}
    if not told["service"]:
        raise ValueError("no service. Any name will do, the same for all of one kind.")
    joined, called = _moment(told, "joined"), _moment(told, "called")
    ended, left = _moment(told, "ended"), _moment(told, "left")
    if joined is None:
        raise ValueError("no joined. Say when the queue was joined, or take the line out.")
    if called is None and left is None:
        raise ValueError("neither called nor left. Say which it was, or take the line out.")
    if called is None and ended is not None:
        raise ValueError("ended, but never called. For those who gave up, fill in left.")
    _in_order(joined, called or left, "called" if called else "left", "joined")
    if called is not None:
        _in_order(called, ended, "ended", "called")
    return Visit(
        service=numbers.service(told["service"]),
        joined=joined,
        called=called,
        freed=ended,
        counter=numbers.counter(told["counter"]) if told["counter"] and called else None,
        left=left if called is None else None,
        head_start=_minutes(told["head_start"]),
    )


def _moment(told: Mapping[str, str], name: str) -> datetime | None:
    written = told[name]
    if not written:
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{name} is {written!r}. Write it as 2026-11-24T09:05:30.") from None


def _minutes(written: str) -> float:
    try:
        return float(written or 0)
    except ValueError:
        raise ValueError(f"head_start is {written!r}. Write minutes, such as 1.5.") from None


def _in_order(first: datetime, then: datetime | None, name: str, after: str) -> None:
    if then is None:
        return
    _same_kind(first, then)
    if then < first:
        raise ValueError(f"{name} is before {after}. Put them in order, or take the line out.")


def _same_kind(one: datetime, other: datetime) -> None:
    if (one.tzinfo is None) != (other.tzinfo is None):
        raise ValueError("some times have a zone and some have none. Write all in one way.")
