"""Half signed in: the password was right, the code is still to come. The cookie says whose it was,
and for how long that holds; it opens no page."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from staff.models import Staff

LASTS: Final = 300  # seconds
_MARK: Final = "half"


@dataclass(frozen=True, slots=True)
class Half:
    staff: int
    stamp: int
    next: str


def begin(marks: MutableMapping[str, Any], staff: Staff, wanted: str, now: datetime) -> None:
    """Whatever was in the cookie is gone."""
    marks.clear()
    marks[_MARK] = [staff.id, staff.stamp, int(now.timestamp()), wanted[:500]]


def of(marks: Mapping[str, Any], now: datetime) -> Half | None:
    if _MARK not in marks:
        return None
    staff, stamp, at, wanted = marks[_MARK]
    return Half(staff, stamp, wanted) if now.timestamp() - at <= LASTS else None
