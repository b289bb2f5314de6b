"""Open sessions: which browsers somebody is signed in with, so that they can be seen and ended.

The console's cookie names a row here; the request that asks who is there reads it with the person.
Sessions live by the real clock.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from settings import current
from staff.models import Staff, StaffSession


def begin(db: Session, staff: Staff, browser: str, address: str, now: datetime) -> int:
    """The new session's id, which goes into the cookie."""
    assert staff.id is not None
    made = StaffSession(
        staff_id=staff.id,
        stamp=staff.stamp,
        browser=browser[:60],
        address=address[:45],
        began_at=now,
        seen_at=now,
    )
    db.add(made)
    db.flush()
    assert made.id is not None
    return made.id


def who(db: Session, session_id: int, staff_id: int) -> Staff | None:
    """Whose session this is, if it is open and they may still sign in."""
    query: Any = select(Staff).join(StaffSession, _is_of())
    mine = query.where(StaffSession.id == session_id, Staff.id == staff_id, Staff.active)
    found: Staff | None = db.exec(mine).first()
    return found


def seen(db: Session, session_id: int, address: str, now: datetime) -> None:
    db.execute(
        update(StaffSession)
        .where(col(StaffSession.id) == session_id)
        .values(seen_at=now, address=address[:45])
    )


def end(db: Session, session_id: int, now: datetime) -> None:
    db.execute(
        update(StaffSession)
        .where(col(StaffSession.id) == session_id, col(StaffSession.ended_at).is_(None))
        .values(ended_at=now)
    )


def of(db: Session, staff: Staff, now: datetime) -> list[StaffSession]:
    """Those that are open, the last seen first."""
    settings = current()
    query: Any = (
        select(StaffSession)
        .join(Staff, _is_of())
        .where(
            StaffSession.staff_id == staff.id,
            col(StaffSession.began_at) > now - timedelta(hours=settings.console_hours),
            col(StaffSession.seen_at) > now - timedelta(minutes=settings.console_idle_minutes),
        )
        .order_by(col(StaffSession.seen_at).desc())
    )
    return list(db.exec(query))


def last_seen(db: Session) -> dict[int, datetime]:
    """When each person was last there, as far as it is still known."""
    query: Any = select(StaffSession.staff_id, func.max(col(StaffSession.seen_at)))
    return dict(db.exec(query.group_by(col(StaffSession.staff_id))).all())


def _is_of() -> Any:
    """The session is the person's, and open: it did not end, nor did all of theirs."""
    return (
        (col(StaffSession.staff_id) == col(Staff.id))
        & (col(StaffSession.stamp) == col(Staff.stamp))
        & col(StaffSession.ended_at).is_(None)
    )
