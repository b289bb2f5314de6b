"""Who is at the console: a signed cookie names the person, the database says whether still.

The cookie holds an id, the stamp that the person had at sign-in, and two moments. A session ends
when nothing was done for `CONSOLE_IDLE_MINUTES`, after `CONSOLE_HOURS` in any case, and at the next
request once the stamp was raised or the person may not sign in any more. It begins with an empty
cookie, so that nobody can prepare one for somebody else. Session life is told by the real clock,
also on a day that is played quickly.
"""

from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

from flask import g, session

from database import reading
from settings import Settings, current
from staff.models import Staff

_REFRESH = 60  # seconds after which the cookie is written anew, to say that somebody is there


def begin(marks: MutableMapping[str, Any], staff: Staff, now: datetime) -> None:
    """Whatever was in the cookie is gone, the CSRF token too."""
    marks.clear()
    g.staff = staff
    second = int(now.timestamp())
    marks.update(staff=staff.id, stamp=staff.stamp, began=second, seen=second)


def end() -> None:
    session.clear()
    g.staff = None


def is_open(marks: Mapping[str, Any], now: datetime, settings: Settings) -> bool:
    """Whether the session's time has not run out."""
    second = now.timestamp()
    idle = second - marks["seen"] > settings.console_idle_minutes * 60
    return not idle and second - marks["began"] <= settings.console_hours * 3600


def who() -> Staff | None:
    """The person at the console, looked up once a request."""
    if "staff" not in g:
        g.staff = _of_cookie(datetime.now(UTC))
    found: Staff | None = g.staff
    return found


def me() -> Staff:
    """The same, in pages that only those who signed in can reach."""
    staff = who()
    assert staff is not None
    return staff


def _of_cookie(now: datetime) -> Staff | None:
    if "staff" not in session:
        return None
    staff = None
    if is_open(session, now, current()):
        with reading() as db:
            staff = db.get(Staff, session["staff"])
    if staff is None or not staff.active or staff.stamp != session["stamp"]:
        session.clear()
        g.has_ended = True
        return None
    second = int(now.timestamp())
    if not g.get("by_itself") and second - session["seen"] >= _REFRESH:
        session["seen"] = second
    return staff
