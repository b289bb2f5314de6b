"""Closes complaints whose citizens have not asked within ten days to open them again."""

import moment
from background.clock import every
from cases import complaints
from cases.events import CLOCK, Sender
from cases.statuses import DECIDED
from database import reading, writing


@every(seconds=3600)
def close_answered() -> None:
    """Runs as a job."""
    now = moment.now()
    with reading() as db:
        found = complaints.to_close(db, now)
    for case_id in found:
        with writing() as db:
            file = complaints.held(db, case_id)
            if file.case.status == DECIDED and not file.can_reopen(now):
                complaints.close(db, file.case, Sender(CLOCK), now)
