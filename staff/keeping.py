"""What is known of sessions and links is forgotten a month after they ended."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlmodel import col, delete

from background.clock import every
from database import writing
from staff.models import StaffLink, StaffSession

KEPT: Final = timedelta(days=30)


@every(24 * 3600)
def forget() -> None:
    before = datetime.now(UTC) - KEPT
    with writing() as db:
        db.exec(delete(StaffSession).where(col(StaffSession.seen_at) < before))
        db.exec(delete(StaffLink).where(col(StaffLink.expires_at) < before))
