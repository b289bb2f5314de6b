"""One question, one number: who is asked, and what counts as an answer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from database import reading, writing
from insights import surveys
from insights.models import Survey
from operations import rotation
from sms import consent
from sms.models import Inbound, Message
from tests.sms.conversation import Citizen

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def awa(connected, africastalking) -> Citizen:
    return Citizen(connected, africastalking)


def ask(
    number: str, scale: int = 5, subject: str = "ticket:812", now: datetime | None = None
) -> str:
    with writing() as db:
        now = now or datetime.now(UTC)
        return surveys.ask(db, number, "fr", subject=subject, scale=scale, now=now)


def answer(number: str, said: int, now: datetime) -> str | None:
    with writing() as db:
        return surveys.answer(db, number, said, now)


def answers() -> list[tuple[str, int | None]]:
    with reading() as db:
        return list(db.exec(select(Survey.subject, Survey.answer).order_by(Survey.id)).all())


def test_the_question_is_posted_with_its_scale(awa):
    assert ask(awa.number, scale=10) == "asked"
    with reading() as db:
        [message] = db.exec(select(Message)).all()
    assert "de 0 (non) à 10 (oui, très)" in message.body
    assert (message.kind, message.topic) == ("survey", "surveys")


def test_a_bare_number_answers_it_and_is_thanked_once(awa):
    ask(awa.number)
    assert "Merci de votre réponse." in awa.writes("4")  # with the question, if it is not night
    assert awa.writes(" 5! ") == []  # second thoughts: noted, without a word
    assert answers() == [("ticket:812", 5)]


@pytest.mark.parametrize(("scale", "said"), [(5, "0"), (5, "6"), (5, "10"), (10, "11")])
def test_a_number_off_the_scale_is_not_understood(awa, scale, said):
    ask(awa.number, scale)
    assert any(one.startswith("SMS non compris.") for one in awa.writes(said))
    assert answers() == [("ticket:812", None)]


@pytest.mark.parametrize(("scale", "said"), [(5, "1"), (5, "5"), (10, "0"), (10, "10")])
def test_the_ends_of_the_scale_count(awa, scale, said):
    ask(awa.number, scale)
    awa.writes(said)
    assert answers() == [("ticket:812", int(said))]


def test_who_was_asked_nothing_is_not_understood(awa):
    assert awa.writes("4")[0].startswith("SMS non compris.")


def test_an_answer_counts_for_the_last_question(awa):
    ask(awa.number, subject="ticket:1", now=NOON)
    ask(awa.number, subject="ticket:2", now=NOON + timedelta(days=7))
    assert answer(awa.number, 3, NOON + timedelta(days=7, hours=1)) == "first"
    assert answers() == [("ticket:1", None), ("ticket:2", 3)]


def test_an_answer_counts_for_a_week(awa):
    ask(awa.number, now=NOON)
    assert answer(awa.number, 3, NOON + timedelta(days=7)) is None
    assert answer(awa.number, 3, NOON + timedelta(days=7) - timedelta(seconds=1)) == "first"


def test_second_thoughts_count_for_an_hour(awa):
    ask(awa.number, now=NOON)
    assert answer(awa.number, 3, NOON) == "first"
    assert answer(awa.number, 4, NOON + timedelta(minutes=59)) == "again"
    assert answer(awa.number, 5, NOON + timedelta(hours=1)) is None
    assert answers() == [("ticket:812", 4)]


def test_nobody_is_asked_twice_a_week(awa):
    assert ask(awa.number, now=NOON) == "asked"
    assert ask(awa.number, now=NOON + timedelta(days=7) - timedelta(seconds=1)) == "asked_lately"
    assert ask(awa.number, now=NOON + timedelta(days=7)) == "asked"


@pytest.mark.parametrize("topic", ["surveys", "everything"])
def test_who_wants_no_surveys_is_not_asked(awa, topic):
    with writing() as db:
        consent.change(db, awa.number, [topic], given=False, source="ussd")
    assert ask(awa.number) == "withdrawn"
    assert answers() == []


def test_who_can_not_answer_is_asked_at_the_next_dial_until_an_sms_of_theirs_came(
    connected, africastalking
):
    moussa = Citizen(connected, africastalking, "+221770000050")
    assert ask(moussa.number) == "at_next_dial"
    moussa.writes("AIDE")
    assert ask(moussa.number, now=datetime.now(UTC) + timedelta(days=8)) == "asked"


def test_surveys_are_found_after_a_change_of_keys(awa):
    ask(awa.number)
    with writing() as db:
        [survey] = db.exec(select(Survey)).all()
        survey.phone_hash = "of a key that is gone"
    rotation.rotate()
    awa.writes("4")
    assert answers() == [("ticket:812", 4)]


@pytest.fixture
def flask(connected):
    def run(*arguments: str, code: int = 0) -> str:
        done = connected.app.test_cli_runner().invoke(args=["surveys", *arguments])
        assert done.exit_code == code, done.output
        return done.output

    return run


def test_an_operator_asks_and_sees_the_answer(awa, flask):
    assert flask("list") == "Nobody was asked yet.\n"
    asked = flask("ask", awa.number, "--scale", "10", "--about", "ticket:812")
    assert asked == "+25470•••••50 is asked, in fr\n"
    awa.writes("9")
    assert "+25470•••••50 ticket:812  9 of 10" in flask("list")
    assert "was asked within a week" in flask("ask", awa.number, "--about", "ticket:813")
    flask("ask", "12", "--about", "ticket:812", code=2)
    flask("ask", awa.number, "--about", "", code=2)


def test_the_answer_is_kept_as_an_sms_too(awa):
    ask(awa.number)
    awa.writes("4")
    with reading() as db:
        assert db.exec(select(Inbound.keyword)).all() == ["NUMBER"]
