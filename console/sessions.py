"""Who is at the console: a signed cookie names the session, the database says whether it is open.

The cookie holds the ids of the person and of the session, and two moments. A session ends when
nothing was done for `CONSOLE_IDLE_MINUTES`, after `CONSOLE_HOURS` in any case, and at the next
request once it was ended, or all of the person's were, or the person may not sign in any more
(`staff.sessions`). It begins with an empty cookie, so that nobody can prepare one for somebody
else. Session life is told by the real clock, also on a day that is played quickly.
"""

import logging
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final

from flask import g, request, session
from sqlalchemy.exc import SQLAlchemyError

from database import reading, writing
from settings import Settings, current
from staff import browsers
from staff import sessions as open_sessions
from staff.models import ADMINISTRATOR, Staff

log = logging.getLogger(__name__)

_REFRESH: Final = (
    60  # seconds after which the cookie is written anew, to say that somebody is there
)
_NOTED: Final = 300  # seconds after which the database is told so, too


def begin(marks: MutableMapping[str, Any], staff: Staff, now: datetime) -> None:
    """Whatever was in the cookie is gone, the CSRF token too; so is the session it was of."""
    before = marks.get("session")
    browser = browsers.named(request.user_agent.string)
    with writing() as db:
        if before is not None:
            open_sessions.end(db, before, now)
        made = open_sessions.begin(db, staff, browser, request.remote_addr or "", now)
    marks.clear()
    g.staff = staff
    second = int(now.timestamp())
    marks.update(staff=staff.id, session=made, began=second, seen=second, noted=second)


def end() -> None:
    """The cookie is emptied, and a copy of it is worth nothing."""
    now = datetime.now(UTC)
    if "session" in session:
        with writing() as db:
            open_sessions.end(db, session["session"], now)
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


def must_have_second_step(staff: Staff) -> bool:
    """Whether the settings ask for it, of this person's role."""
    return current().console_two_steps == "administrators" and staff.role == ADMINISTRATOR


def lacks_second_step(staff: Staff) -> bool:
    """Whether this person must have one, and has none yet."""
    return must_have_second_step(staff) and staff.totp_secret is None


def _of_cookie(now: datetime) -> Staff | None:
    if "staff" not in session:
        return None
    staff = None
    if "session" in session and is_open(session, now, current()):
        with reading() as db:
            staff = open_sessions.who(db, session["session"], session["staff"])
    if staff is None:
        session.clear()
        g.has_ended = True
        return None
    second = int(now.timestamp())
    if not g.get("by_itself") and second - session["seen"] >= _REFRESH:
        session["seen"] = second
        if second - session.get("noted", 0) >= _NOTED:
            _note(session["session"], now)
            session["noted"] = second
    return staff


def _note(session_id: int, now: datetime) -> None:
    """For the list of open sessions: a page does not fail for it."""
    try:
        with writing() as db:
            open_sessions.seen(db, session_id, request.remote_addr or "", now)
    except SQLAlchemyError as problem:
        log.warning("console: a session is not noted: %s", type(problem).__name__)
