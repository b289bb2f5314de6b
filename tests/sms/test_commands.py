"""`flask sms`: one message's story, sending again, figures, counting; and what erasure leaves."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from citizens.audit import AuditEntry
from database import reading, writing
from sms import delivery, erasure, receipts
from sms.models import Message, Receipt, Spent
from tests.sms.conversations import attempts, later, messages, post
from tests.sms.test_receipts import says


@pytest.fixture
def command(connected):
    def run(*arguments: str, code: int = 0, **more: object) -> str:
        result = connected.app.test_cli_runner().invoke(args=["sms", *arguments], **more)
        assert result.exit_code == code, result.output
        return result.output

    return run


def noted() -> list[tuple[str, str]]:
    with reading() as db:
        return list(db.exec(select(AuditEntry.did, AuditEntry.about)).all())


def test_a_message_s_story_is_told(connected, command, africastalking):
    africastalking.faults.append(500)
    post()
    connected.work()
    later(100)
    delivery.sweep()
    says("Success")
    receipts.settle()
    shown = command("show", "1")
    assert "try 1 by africastalking: refused (gateway_error)" in shown
    assert "try 2 by africastalking: accepted" in shown
    assert "receipt: Success" in shown
    assert "delivered" in shown
    assert "770000050" not in shown
    assert "Ticket A001" not in shown
    assert noted() == []


def test_who_looks_at_a_number_is_noted(connected, command):
    post()
    assert "+221770000050: Ticket A001" in command("show", "ticket:1:taken", "--reveal")
    assert "+221770000050" in command("tail", "--reveal")
    assert noted() == [("sms.reveal", "message 1"), ("sms.reveal", "messages 1 to 1")]


def test_a_message_that_is_not_there_is_said_to_be_none(command):
    assert "no message 9" in command("show", "9", code=1)
    assert "no message x" in command("resend", "x", code=1)


def test_a_failed_message_can_be_sent_again(connected, command, africastalking):
    africastalking.faults.append(401)
    post()
    connected.work()
    assert messages()[0].state == "held"
    command("resend", "1")
    connected.work()
    assert messages()[0].state == "accepted"
    assert "message 1 can't be sent again: it is accepted" in command("resend", "1", code=1)
    assert noted() == [("sms.resend", "message 1")]


def test_one_in_doubt_that_is_sent_again_is_counted(connected, command, africastalking):
    africastalking.faults.append("close")
    post()
    connected.work()
    command("resend", "1")
    connected.work()
    [message] = messages()
    assert (message.state, message.resent) == ("accepted", 1)


def test_what_a_citizen_stopped_is_theirs_to_take_up_again(connected, command):
    post()
    with writing() as db:
        db.exec(update(Message).values(state="opted_out"))
    assert "only they can change that" in command("resend", "1", code=1)


def test_figures_are_printed(connected, command):
    post()
    connected.work()
    says("Success")
    receipts.settle()
    shown = command("stats")
    assert "state delivered: 1 (1 segments)" in shown
    assert "gateway africastalking: 1" in shown
    assert "africastalking: KES 0.80, 1 messages, 1 segments" in shown
    assert "seconds to accept:" in shown
    assert "seconds to deliver:" in shown


@pytest.mark.parametrize(
    ("line", "counted"),
    [
        ("Bonjour", ("GSM-7", 7, 1)),
        ("", ("GSM-7", 0, 1)),
        ("é€", ("GSM-7", 3, 1)),
        ("ŋ" * 71, ("UCS-2", 71, 2)),
        (json.dumps("a\nb"), ("GSM-7", 3, 1)),
        (json.dumps("\U0001f600"), ("UCS-2", 2, 1)),
        ('"not json', ("GSM-7", 9, 1)),
    ],
)
def test_each_line_is_counted_as_text_or_as_json(command, line, counted):
    shown = json.loads(command("count", input=f"{line}\n"))
    assert (shown["encoding"], shown["units"], shown["segments"]) == counted


def test_after_its_time_words_and_numbers_are_erased_and_counts_stay(connected, command):
    post("old")
    post("new")
    connected.work()
    says("Success")
    receipts.settle()
    long_ago = datetime.now(UTC) - timedelta(days=91)
    with writing() as db:
        db.exec(update(Message).where(Message.key == "old").values(created_at=long_ago))
        db.exec(update(Receipt).values(came_at=long_ago))
    erasure.erase()
    old, new = messages()
    assert (old.address, old.body, old.address_hash, old.body_hash) == (None, None, "", "")
    assert new.body.startswith("Ticket")
    assert [attempt.address_hash != "" for attempt in attempts()] == [False, True]
    with reading() as db:
        assert db.exec(select(Receipt.raw)).one() is None
        assert db.exec(select(Spent.messages)).one() == 2
    assert "(erased)" in command("show", "1", "--reveal")
    with writing() as db:
        db.exec(update(Message).values(state="failed_permanent"))
    assert "message 1 was erased" in command("resend", "1", code=1)


def test_a_number_called_invalid_gets_another_chance_when_a_person_says_so(
    connected, command, africastalking
):
    africastalking.faults.append(403)
    post()
    connected.work()
    command("resend", "1")
    connected.work()
    assert messages()[0].state == "accepted"
