"""From the outbox to the gateway: once, whatever happens in between."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

import database
from background import work, worker
from database import reading, writing
from settings import Settings
from sms import delivery, outbox, outcomes
from sms.gateways import Letter, Refused, Result
from sms.models import Message
from sms.moves import MOST_ATTEMPTS
from sms.routes import ways
from sms.states import ONCE

VALUES = {
    "ticket": "A001",
    "office": "Mairie",
    "service": "Etat civil",
    "ahead": 3,
    "moment": "2026-11-24T09:30:00+00:00",
    "code": "*384*50#",
}


def post(key: str = "ticket:1:taken", number: str = "+221770000050", **values: object) -> None:
    """Each key has a text of its own, unless told otherwise: the same one is not sent twice."""
    told = {**VALUES, "office": key[:22], **values}
    with writing() as db:
        outbox.post(
            db,
            key=key,
            text="ticket_taken",
            phone=number,
            language="fr",
            values=told,
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


@pytest.fixture
def during(monkeypatch) -> Callable[..., None]:
    """`during(befalls)`: the first message to be sent reaches the gateway, and then this happens
    while its answer is on its way: it raises, or returns what the gateway is taken to say."""

    def befall(what: Callable[[], object]) -> None:
        [way] = ways("sms", "+221770000050")
        send = way.gateway.send

        def first(letter: Letter) -> list[Result]:
            monkeypatch.setattr(way.gateway, "send", send)
            answer = send(letter)
            said = what()
            return [said] if isinstance(said, Refused) else answer

        monkeypatch.setattr(way.gateway, "send", first)

    return befall


def raising(problem: BaseException) -> Callable[[], object]:
    def befalls() -> object:
        raise problem

    return befalls


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
    texts, lease = delivery._claim(datetime.now(UTC))
    delivery._begin([one for text in texts for one in text], lease)
    later(31)
    delivery.sweep()
    assert [(one.state, one.reason) for one in messages()] == [("uncertain", "worker_lost")] * 2
    assert africastalking.sent == []  # that worker may be slow, and not dead: wait for news
    later(121)
    delivery.sweep()
    arrived, left = messages()
    assert (arrived.state, arrived.attempts, arrived.resent) == ("accepted", 2, 1)
    assert (left.state, left.reason, left.attempts) == ("uncertain", "worker_lost", 1)
    assert len(africastalking.sent) == 1


def test_a_worker_that_wakes_up_too_late_does_not_send_again(connected, africastalking):
    post()
    texts, old_lease = delivery._claim(datetime.now(UTC))
    later(61)
    delivery.sweep()
    delivery._deliver(texts, old_lease)
    assert len(africastalking.sent) == 1


def a_slow_worker_is_given_up() -> None:
    """Its lease runs out while it waits for the gateway's answer."""
    later(31)
    with writing() as db:
        delivery._release(db, datetime.now(UTC))


def test_a_slow_worker_s_good_news_stops_the_second_sending(connected, africastalking, during):
    post()
    during(a_slow_worker_is_given_up)
    connected.work()
    later(100)
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.attempts, message.gateway_id) == ("accepted", 1, "ATXid_1")
    assert message.reason is None
    assert len(africastalking.sent) == 1


@pytest.mark.parametrize("again", [lambda: None, lambda: delivery._claim(datetime.now(UTC))])
def test_good_news_comes_in_time_until_it_is_sent_again(connected, africastalking, during, again):
    def queued_again() -> None:
        a_slow_worker_is_given_up()
        later(121)
        a_slow_worker_is_given_up()
        again()

    post()
    during(queued_again)
    connected.work()
    later(100)
    delivery.sweep()
    assert [message.state for message in messages()] == ["accepted"]
    assert len(africastalking.sent) == 1


def test_good_news_that_comes_too_late_is_reported(connected, africastalking, during, caplog):
    def sent_again() -> None:
        a_slow_worker_is_given_up()
        later(121)
        delivery.sweep()

    post()
    during(sent_again)
    connected.work()
    [message] = messages()
    assert (message.state, message.attempts, message.gateway_id) == ("accepted", 2, "ATXid_2")
    assert len(africastalking.sent) == 2
    assert "may have been sent twice" in caplog.text


def test_a_slow_worker_s_refusal_does_not_undo_what_came_after(connected, africastalking, during):
    def sent_again() -> Refused:
        a_slow_worker_is_given_up()
        later(121)
        delivery.sweep()
        return Refused("invalid_number")

    post()
    during(sent_again)
    connected.work()
    assert [message.state for message in messages()] == ["accepted"]


def test_a_gateway_s_bug_once_sending_began_leaves_the_message_uncertain(
    connected, africastalking, during
):
    post("first")
    post("second")
    during(raising(ZeroDivisionError()))
    connected.work()
    first, second = messages()
    assert (first.state, first.reason) == ("uncertain", "gateway_bug")
    assert second.state == "accepted"
    assert len(africastalking.sent) == 2


def test_a_job_is_bounded_and_wakes_another(connected, africastalking, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 3)
    monkeypatch.setattr(delivery, "BUSY", 1e-9)
    for number in range(8):
        post(f"ticket:{number}:taken")
    connected.redis.flushall()
    assert delivery.deliver_due() == 3
    assert connected.redis.llen("rq:queue:guichet") == 1
    connected.work()
    assert len(africastalking.sent) == 8
    assert connected.redis.llen("rq:queue:guichet") == 0


def test_a_job_has_more_time_than_it_can_need(connected):
    post()
    [job] = work.queue().jobs
    rounds = -(-delivery.BATCH // delivery.AT_ONCE)
    assert job.timeout > delivery.BUSY + rounds * delivery.SEND_LEASE.total_seconds()


@pytest.fixture
def _signals():
    """What a worker does to this process's signals and to its flag is undone."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    work.stop(False)


@pytest.mark.usefixtures("_signals")
def test_a_worker_told_to_stop_finishes_what_is_under_way(
    connected, africastalking, during, monkeypatch
):
    monkeypatch.setattr(delivery, "AT_ONCE", 1)
    for number in range(3):
        post(f"ticket:{number}:taken")
    during(lambda: os.kill(os.getpid(), signal.SIGTERM))
    worker.make(work.connection()).work(burst=True, logging_level="ERROR")
    assert [message.state for message in messages()] == ["accepted", "queued", "queued"]
    assert len(africastalking.sent) == 1
    work.stop(False)  # another worker comes up
    delivery.sweep()  # and need not wait for a lease to run out
    assert len(africastalking.sent) == 3


def test_an_outcome_that_cannot_be_recorded_does_not_hold_up_the_others(
    connected, africastalking, monkeypatch, caplog
):
    record = outcomes._record

    def failing(done: list) -> None:
        if any(message.key == "first" for parcel, *_ in done for message in parcel.messages):
            raise ValueError("as psycopg does at a NUL")
        record(done)

    monkeypatch.setattr(outcomes, "_record", failing)
    post("first")
    post("second")
    connected.work()
    assert [message.state for message in messages()] == ["sending", "accepted"]
    assert "left to its lease" in caplog.text
    later(31)
    delivery.sweep()
    first, _ = messages()
    assert (first.state, first.reason) == ("uncertain", "worker_lost")
    assert len(africastalking.sent) == 2


def test_a_message_that_cannot_be_read_does_not_hold_up_the_others(connected, africastalking):
    post("first")
    post("second")
    with writing() as db:  # sealed with a key that is gone
        db.connection().exec_driver_sql("UPDATE message SET address = 'x' WHERE key = 'first'")
    connected.work()
    assert len(africastalking.sent) == 1


def test_an_id_and_a_cost_of_any_length_are_kept_as_far_as_they_fit(connected, africastalking):
    africastalking.faults.append("long id and cost")
    post()
    connected.work()
    later(100)
    delivery.sweep()
    [message] = messages()
    assert (message.state, len(message.gateway_id), len(message.cost)) == ("accepted", 80, 20)
    assert len(africastalking.sent) == 1


def test_a_proxy_s_error_leaves_the_message_uncertain(connected, africastalking):
    africastalking.faults.append("http 504")
    post()
    connected.work()
    [message] = messages()
    assert (message.state, message.reason) == ("uncertain", "http_504")


def test_a_refusal_for_good_is_not_tried_again(connected, africastalking):
    africastalking.faults.append(403)
    post()
    connected.work()
    later(100_000)
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.reason) == ("failed_permanent", "invalid_number")
    assert len(africastalking.requests) == 1


def test_a_passing_fault_is_tried_again_later_and_later(connected, africastalking):
    africastalking.faults.extend([500, 500, 500])
    post()
    connected.work()
    waits = []
    for _ in range(3):
        [message] = messages()
        waits.append((message.due_at - datetime.now(UTC)).total_seconds())
        later(waits[-1] + 5)
        delivery.sweep()
    for seconds, usual in zip(waits, (30, 60, 120), strict=True):
        assert 0.7 * usual < seconds < 1.3 * usual  # not all at the same moment
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
    assert (message.state, message.attempts) == ("failed_temporary", MOST_ATTEMPTS)


def test_an_uncertain_message_waits_before_it_is_sent_again(connected, africastalking):
    africastalking.faults.append("close")
    post()
    connected.work()
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.reason) == ("uncertain", "connection_lost")
    later(121)
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.attempts) == ("accepted", 2)


def test_one_message_s_fault_does_not_hold_up_the_others(connected, africastalking):
    africastalking.faults.extend([403, "http 500", "not json"])
    for number in range(6):
        post(f"ticket:{number}:taken", f"+22177000005{number}")
    connected.work()
    assert sorted(message.state for message in messages()) == [
        *("accepted", "accepted", "accepted"),
        *("failed_permanent", "queued", "uncertain"),
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
    assert "Ticket A001, ticket:1:taken" in shown
    assert "770000050" not in shown


def test_sms_tail_without_a_database_says_what_to_do(office, tmp_path):
    database.use(Settings(database_url=f"sqlite:///{tmp_path}/none.db"))
    shown = office.app.test_cli_runner().invoke(args=["sms", "tail"])
    assert shown.exit_code == 1
    assert "run `flask migrate` first" in shown.output
