"""What is left of an answer after its time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from database import reading, writing
from insights import erasure
from insights.models import Survey


@pytest.mark.usefixtures("connected")
def test_whose_answer_it_was_is_erased_and_the_answer_stays():
    now = datetime.now(UTC)
    with writing() as db:
        for days in (1, 91):
            db.add(
                Survey(
                    phone="+254700000050",
                    phone_hash="f" * 32,
                    subject=f"ticket:{days}",
                    scale=10,
                    asked_at=now - timedelta(days=days),
                    answer=9,
                )
            )
    erasure.erase()
    with reading() as db:
        new, old = db.exec(select(Survey).order_by(Survey.id)).all()
    assert (old.phone, old.phone_hash, old.answer) == ("", "", 9)
    assert new.phone == "+254700000050"
