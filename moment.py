"""What time it is: the real time, or that of a day that is played quickly.

`PLAYED_TIME=2026-11-24T07:30+00:00@1795503600x60` says that it was half past seven when the real
clock showed 1795503600 (seconds since 1970), and that 60 seconds pass in one since then. All
processes read the same setting, so they agree. For demos and tests of load: production refuses it.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from settings import current

_FORM = re.compile(r"(?P<began>[^@]+)@(?P<real>\d+(?:\.\d+)?)x(?P<speed>\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Played:
    began: datetime
    real: float  # seconds since 1970
    speed: float

    def at(self, real: float) -> datetime:
        return self.began + timedelta(seconds=(real - self.real) * self.speed)


def parse(text: str) -> Played:
    """Raises ValueError for anything else than `<ISO moment with zone>@<seconds>x<speed>`."""
    parts = _FORM.fullmatch(text)
    if parts is None:
        raise ValueError("write <moment with its zone>@<seconds since 1970>x<speed>")
    began = datetime.fromisoformat(parts["began"])
    if began.tzinfo is None:
        raise ValueError("the moment needs its zone, such as +00:00")
    return Played(began.astimezone(UTC), float(parts["real"]), float(parts["speed"]))


def now() -> datetime:
    """UTC."""
    played = _played()
    return datetime.now(UTC) if played is None else played.at(time.time())


def speed() -> float:
    """How many seconds pass in one."""
    played = _played()
    return 1.0 if played is None else played.speed


@lru_cache(maxsize=1)
def _setting(text: str | None) -> Played | None:
    return None if text is None else parse(text)


def _played() -> Played | None:
    return _setting(current().played_time)
