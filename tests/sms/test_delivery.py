"""From the outbox to the gateway: once, whatever happens in between."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

import database
from database import reading, writing
from settings import Settings
from sms import delivery, outbox
from sms.models import ONCE, Message

VALUES = {
    "ticket": "A001",
    "office": "Mairie",
    "service": "Etat civil",
    "ahead": 3,
    "moment": "2026-11-24T09:30:00+00:00",
    "code": "*384*50#",
}


def post(key: str = "ticket:1:taken", number: str = "+221770000050", **more: object) -> None:
    with writing() as db:
        outbox.post(
            db,
            key=key,
            text="ticket_taken",
            phone=number,
            language="fr",
            values=VALUES,
            now=datetime.now(UTC),
        )


def messages() -> list[Message]:
    with reading() as db:
        return list(db.exec(select(Message).order_by(Message.id)))


def later(seconds: float) -> None:
    """Lets time pass for every message: what is due then is due now."""
    with writing() as db:
        for message in db.exec(select(Message)):
            message.due_at -= timedelta(seconds=seconds)
            db.add(message)


def test_a_ticket_s_sms_is_sent_by_the_worker(connected, africastalking):
    connected.take_ticket()
    assert africastalking.sent == []  # nothing leaves from a web request
    connected.work()
    [form] = africastalking.sent
    assert form["to"] == "+221770000050"
    assert form["message"].startswith("Ticket A001, Mairie, Etat civil. Devant vous : 0.")
    [message] = messages()
    assert (message.state, message.gateway_id, message.cost) == (
        "accepted",
        "ATXid_1",
        "KES 0.8000",
    )


def test_the_sms_speaks_the_citizen_s_language(connected, africastalking):
    phone = connected.speaking(language="2")
    for entry in ("1", "1", "1", "1"):
        phone.enter(entry)
    connected.work()
    [message] = messages()
    assert message.language == "en"
    assert "ahead" in africastalking.sent[0]["message"]


def test_a_callback_sent_twice_is_one_sms(connected, africastalking):
    phone = connected.speaking()
    for entry in ("1", "1", "1", "1"):
        phone.enter(entry)
        phone.repeat()
    connected.work()
    delivery.sweep()
    assert len(africastalking.sent) == 1


def test_what_is_told_under_one_key_is_written_once(connected):
    post()
    post()
    assert len(messages()) == 1


def test_a_message_goes_when_its_transaction_does_not(connected):
    with pytest.raises(ZeroDivisionError), writing() as db:
        outbox.post(
            db,
            key="x",
            text="ticket_taken",
            phone="+221770000050",
            language="fr",
            values=VALUES,
            now=datetime.now(UTC),
        )
        raise ZeroDivisionError
    assert messages() == []
    assert connected.redis.llen("rq:queue:guichet") == 0


def test_a_thousand_posts_wake_one_job(connected):
    for number in range(50):
        post(f"ticket:{number}:taken")
    assert connected.redis.llen("rq:queue:guichet") == 1


def test_a_flushed_redis_loses_no_message(connected, africastalking):
    post()
    connected.redis.flushall()
    delivery.sweep()
    assert len(africastalking.sent) == 1


def test_redis_away_at_commit_loses_no_message(connected, africastalking, monkeypatch, caplog):
    monkeypatch.setattr(outbox, "wake", lambda _: 1 / 0)
    post()
    assert "after commit" in caplog.text
    delivery.sweep()
    assert len(africastalking.sent) == 1


def test_a_worker_killed_before_sending_leaves_the_message_to_the_next(connected, africastalking):
    post()
    delivery._claim(datetime.now(UTC))  # and no more is heard of that worker
    delivery.sweep()
    assert africastalking.sent == []  # its lease still runs
    later(61)
    delivery.sweep()
    assert len(africastalking.sent) == 1


def test_a_worker_killed_while_sending_leaves_it_to_the_text_s_policy(connected, africastalking):
    post("must arrive")
    post("once")
    with writing() as db:
        db.exec(update(Message).where(Message.key == "once").values(policy=ONCE))
    for message_id, lease in delivery._claim(datetime.now(UTC)):
        delivery._begin(message_id, lease)
    later(21)
    delivery.sweep()
    arrived, left = messages()
    assert (arrived.state, arrived.attempts) == ("accepted", 2)
    assert (left.state, left.reason, left.attempts) == ("uncertain", "worker_lost", 1)
    assert len(africastalking.sent) == 1


def test_a_worker_that_wakes_up_too_late_does_not_send_again(connected, africastalking):
    post()
    [(message_id, old_lease)] = delivery._claim(datetime.now(UTC))
    later(61)
    delivery.sweep()
    delivery._deliver(message_id, old_lease)
    assert len(africastalking.sent) == 1


def test_a_refusal_for_good_is_not_tried_again(connected, africastalking):
    africastalking.faults.append(403)
    post()
    connected.work()
    later(100_000)
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.reason) == ("failed", "invalid_number")
    assert len(africastalking.requests) == 1


def test_a_passing_fault_is_tried_again_later_and_later(connected, africastalking):
    africastalking.faults.extend([500, 500, 500])
    post()
    connected.work()
    waits = []
    for _ in range(3):
        [message] = messages()
        waits.append(round((message.due_at - datetime.now(UTC)).total_seconds(), -1))
        later(waits[-1] + 5)
        delivery.sweep()
    assert waits == [30, 60, 120]
    [message] = messages()
    assert (message.state, message.attempts, message.reason) == ("accepted", 4, None)


def test_tries_come_to_an_end(connected, africastalking):
    africastalking.faults.extend(["http 500"] * 20)
    post()
    connected.work()
    for _ in range(20):
        later(100_000)
        delivery.sweep()
    [message] = messages()
    assert (message.state, message.attempts) == ("failed", delivery.MOST_ATTEMPTS)


def test_an_uncertain_message_waits_before_it_is_sent_again(connected, africastalking):
    africastalking.faults.append("close")
    post()
    connected.work()
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.reason) == ("uncertain", "connection_lost")
    later(61)
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.attempts) == ("accepted", 2)


def test_one_message_s_fault_does_not_hold_up_the_others(connected, africastalking):
    africastalking.faults.extend([403, "http 500", "not json"])
    for number in range(6):
        post(f"ticket:{number}:taken")
    connected.work()
    assert [message.state for message in messages()] == [
        "failed",
        "queued",
        "uncertain",
        "accepted",
        "accepted",
        "accepted",
    ]


def test_without_credentials_the_sms_is_in_the_log_and_the_number_masked(office, caplog):
    post()
    caplog.set_level("INFO")
    office.work()
    assert "SMS to +22177•••••50: Ticket A001" in caplog.text
    assert messages()[0].gateway == "console"


def test_sms_tail_shows_what_went_out(office):
    post()
    office.work()
    shown = office.app.test_cli_runner().invoke(args=["sms", "tail"]).output
    assert "+22177•••••50 fr accepted (1 segment)" in shown
    assert "Ticket A001, Mairie" in shown
    assert "770000050" not in shown


def test_sms_tail_without_a_database_says_what_to_do(office, tmp_path):
    database.use(Settings(database_url=f"sqlite:///{tmp_path}/none.db"))
    shown = office.app.test_cli_runner().invoke(args=["sms", "tail"])
    assert shown.exit_code == 1
    assert "run `flask migrate` first" in shown.output
