"""One part of an office as a file has it: found, written anew, added, or taken out. Pure.

part = Part("services", "A")
changed = placed(office, part, {"prefix": "A", "name": "Colis"})
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from queues.setup.shape import DAYS, parse_days

Plain = Mapping[str, Any]

FACTS: Final = (
    *("name", "address", "phone", "agency", "zone", "country", "languages"),
    *("grace_minutes", "late_places"),
)
# The lists of an office, and by what one of each is known.
KEYS: Final = {"services": "prefix", "counters": "number", "special_days": "day"}


@dataclass(frozen=True, slots=True)
class Part:
    """`kind`: `facts`, `hours`, or one of the lists; `key`: which of the list, empty for one that
    is to be added."""

    kind: str
    key: str = ""


def found(office: Plain, part: Part) -> Plain | None:
    """The part as it stands; None where it is not there."""
    if part.kind == "facts":
        return {name: office[name] for name in FACTS if name in office}
    if part.kind == "hours":
        return dict(office.get("hours", {}))
    at = _at(office, part)
    return None if at is None else dict(office[part.kind][at])


def difference(before: Plain | None, after: Plain | None) -> tuple[str | None, str | None]:
    """What of a part was, and is, as two lines; None for one that was not there, or is gone."""
    old, new = before or {}, after or {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]

    def line(part: Plain) -> str:
        return json.dumps({name: part.get(name) for name in names}, ensure_ascii=False, default=str)

    return (None if before is None else line(old)), (None if after is None else line(new))


def placed(office: Plain, part: Part, value: Plain | None) -> Plain:
    """The office with this part; None takes it out of its list, and a service from its counters."""
    if part.kind == "facts":
        kept = {name: other for name, other in office.items() if name not in FACTS}
        return {**kept, **(value or {})}
    if part.kind == "hours":
        return {**office, "hours": value or {}}
    items, at = list(office.get(part.kind, ())), _at(office, part)
    if value is None:
        without = {**office, part.kind: items[:at] + items[(at or 0) + 1 :]}
        return _off_counters(without, part.key) if part.kind == "services" else without
    if at is None:
        return {**office, part.kind: [*items, value]}
    return {**office, part.kind: [*items[:at], value, *items[at + 1 :]]}


def within(office: Plain, part: Part, path: tuple[str | int, ...]) -> tuple[str, ...] | None:
    """Where in the part something is that lies there in the office; None where it is elsewhere."""
    if part.kind == "facts":
        return tuple(map(str, path)) if path and path[0] in FACTS else None
    if part.kind == "hours":
        return tuple(map(str, path[1:])) if path[:1] == ("hours",) else None
    at = _at(office, part) if part.key else len(office.get(part.kind, ())) - 1
    return tuple(map(str, path[2:])) if path[:2] == (part.kind, at) else None


def version(value: Any) -> str:
    """Another one for each other content."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def by_day(week: Mapping[str, str]) -> dict[str, str]:
    """`{mon-fri: …}` with a line for each day that has hours."""
    return {DAYS[day]: hours for days, hours in week.items() for day in parse_days(days)}


def _at(office: Plain, part: Part) -> int | None:
    name = KEYS[part.kind]
    for at, one in enumerate(office.get(part.kind, ())):
        if part.key and str(one[name]) == part.key:
            return at
    return None


def _off_counters(office: Plain, prefix: str) -> Plain:
    counters = [
        {**counter, "services": [one for one in counter["services"] if one != prefix]}
        if counter.get("services") is not None
        else counter
        for counter in office.get("counters", ())
    ]
    return {**office, "counters": counters}
