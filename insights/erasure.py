"""Privacy: whose answer it was is erased after SMS_KEEP_DAYS; the answer stays, and is counted."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

import moment
from background.clock import every
from database import writing
from insights.models import Survey
from settings import current


@every(seconds=3600)
def erase() -> None:
    """Runs as a job."""
    before = moment.now() - timedelta(days=current().sms_keep_days)
    with writing() as db:
        db.execute(
            update(Survey)
            .where(col(Survey.asked_at) < before, col(Survey.phone_hash) != "")
            .values(phone="", phone_hash="")
        )
