"""Links that are good once: an invitation, or the way to another password.

A link's token is made from its row and our secret key: a copy of the database opens nothing. Of a
person only the latest is good, and none once a password was set or they may not sign in any more.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import update
from sqlmodel import Session, col

from settings import current
from staff.models import Staff, StaffLink

INVITATION, RESET, FORGOTTEN = "invitation", "reset", "forgotten"
LASTS: Final = {
    INVITATION: timedelta(days=3),
    RESET: timedelta(days=1),
    FORGOTTEN: timedelta(hours=1),
}


def make(db: Session, staff: Staff, kind: str, by: str, now: datetime) -> StaffLink:
    assert staff.id is not None
    close(db, staff.id, now)
    link = StaffLink(
        staff_id=staff.id,
        kind=kind,
        nonce=secrets.token_urlsafe(16),
        created_by=by[:80],
        created_at=now,
        expires_at=now + LASTS[kind],
    )
    db.add(link)
    db.flush()
    return link


def token(link: StaffLink) -> str:
    return str(_signer().dumps([link.id, link.nonce]))


def find(db: Session, written: str, now: datetime) -> tuple[StaffLink, Staff] | None:
    """The link of this token and who it is for, if it is still good."""
    try:
        link_id, nonce = _signer().loads(written)
    except (BadSignature, ValueError, TypeError):
        return None
    link = db.get(StaffLink, link_id) if isinstance(link_id, int) else None
    if link is None or not secrets.compare_digest(link.nonce, str(nonce)):
        return None
    staff = db.get_one(Staff, link.staff_id)
    return (link, staff) if is_good(link, now) and staff.active else None


def is_good(link: StaffLink, now: datetime) -> bool:
    return link.used_at is None and now < link.expires_at


def use(db: Session, link: StaffLink, now: datetime) -> bool:
    """Whether it was still there to be used: of two at once, one is."""
    used = db.execute(
        update(StaffLink)
        .where(col(StaffLink.id) == link.id, col(StaffLink.used_at).is_(None))
        .values(used_at=now)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def close(db: Session, staff_id: int, now: datetime) -> None:
    """All that are still good for this person."""
    db.execute(
        update(StaffLink)
        .where(col(StaffLink.staff_id) == staff_id, col(StaffLink.used_at).is_(None))
        .values(used_at=now)
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current().secret_key, salt="staff link")
