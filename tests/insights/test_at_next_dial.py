"""Who can't answer an SMS is asked at the next dial, once, and may pass."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from database import reading, writing
from insights import surveys
from insights.models import Survey

AWA = "+221770000061"


@pytest.fixture
def after_a_visit(office):
    office.speaking(AWA)
    with writing() as db:
        surveys.ask(db, AWA, "fr", subject="ticket:812", scale=10, now=datetime.now(UTC))
    return office


def said() -> tuple[int, int | None]:
    with reading() as db:
        return db.exec(select(Survey.scale, Survey.answer)).one()


def dialled(office):
    phone = office.phone(AWA)
    screen = phone.dial()
    return phone, phone.enter("2") if "2 Recommencer" in screen.text else screen


def test_asked_first_thing_and_answered_in_one_word(after_a_visit):
    phone, screen = dialled(after_a_visit)
    assert "Votre visite au guichet, c'était comment ?\n1 Très bien\n2 Bien" in screen.text
    assert "Prendre un ticket" in phone.enter("2").text
    assert said() == (5, 4)
    assert "Votre visite" not in dialled(after_a_visit)[1].text


def test_who_passes_is_not_asked_again(after_a_visit):
    phone, _ = dialled(after_a_visit)
    assert "Prendre un ticket" in phone.enter("5").text
    assert said() == (5, None)
    assert "Votre visite" not in dialled(after_a_visit)[1].text
