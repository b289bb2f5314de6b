"""From the outbox to the gateway: once, whatever happens in between."""

import os
import re
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.exc import OperationalError
from sqlmodel import select, update

import database
from background import work, worker
from database import reading, sealing, writing
from settings import Settings
from sms import alerts, consent, delivery, leaving, outbox, outcomes
from sms.gateways import Letter, Refused, Result
from sms.gateways.console import Console
from sms.models import Message
from sms.moves import MOST_ATTEMPTS
from sms.routes import Way, ways
from sms.states import ONCE
from tests.sms.conversations import PHONE, VALUES, attempts, later, messages, post


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
    assert "Ahead of you" in africastalking.sent[0]["message"]


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
    later(41)
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
    later(41)
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
    for number in range(9):
        post(f"ticket:{number}:taken")
    during(lambda: os.kill(os.getpid(), signal.SIGTERM))
    worker.make(work.connection()).work(burst=True, logging_level="ERROR")
    states = [message.state for message in messages()]
    assert (states[0], states[-1]) == ("accepted", "queued")
    assert states.count("accepted") == len(africastalking.sent)
    assert set(states) == {"accepted", "queued"}
    work.stop(False)  # another worker comes up
    delivery.sweep()  # and need not wait for a lease to run out
    assert len(africastalking.sent) == 9


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
    later(41)
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


def test_one_text_to_many_is_one_call(connected, africastalking):
    for number in range(5):
        post(f"bulk:{number}", f"+22177000005{number}", office="Mairie")
    connected.work()
    [form] = africastalking.sent
    assert form["to"].count(",") == 4
    assert {message.gateway_id for message in messages()} == {f"ATXid_{n}" for n in range(1, 6)}
    assert len({attempt.call for attempt in attempts()}) == 1


def test_of_one_call_each_number_has_its_own_outcome(connected, africastalking):
    africastalking.faults.append({"+221770000051": 403, "+221770000052": 500})
    for number in range(3):
        post(f"bulk:{number}", f"+22177000005{number}", office="Mairie")
    connected.work()
    assert [message.state for message in messages()] == ["accepted", "failed_permanent", "queued"]


def test_each_try_is_kept(connected, africastalking):
    africastalking.faults.append(500)
    post()
    connected.work()
    later(100)
    delivery.sweep()
    first, second = attempts()
    assert (first.number, first.outcome, first.code, first.reason) == (
        *(1, "refused", "500", "gateway_error"),
    )
    assert (second.number, second.outcome, second.gateway_id) == (2, "accepted", "ATXid_1")
    assert second.cost == "KES 0.8000"
    assert second.seconds > 0


def test_a_call_that_was_cut_off_is_kept_as_such(connected, africastalking):
    post()
    texts, lease = delivery._claim(datetime.now(UTC))
    delivery._begin(texts[0], lease)
    [attempt] = attempts()
    assert (attempt.phase, attempt.outcome) == ("begun", None)


def test_the_most_urgent_goes_first(connected, africastalking, monkeypatch):
    monkeypatch.setattr(delivery, "_lanes", lambda: lane)
    lane = ThreadPoolExecutor(1)
    for key in ("third", "first", "second"):
        post(key)
    with writing() as db:
        for key, priority in (("first", 0), ("third", 3)):
            db.exec(update(Message).where(Message.key == key).values(priority=priority))
    connected.work()
    assert [form["message"].split(", ")[1] for form in africastalking.sent] == [
        *("first", "second", "third"),
    ]


def test_the_same_text_to_one_number_is_not_sent_twice_within_minutes(connected, africastalking):
    post("first", office="Mairie")
    post("second", office="Mairie")
    post("to another", "+221770000051", office="Mairie")
    connected.work()
    assert [(one.state, one.reason) for one in messages()] == [
        ("accepted", None),
        ("failed_permanent", "same_text"),
        ("accepted", None),
    ]


def test_who_is_called_once_more_after_missing_it_is_told_in_the_same_words(
    connected, africastalking
):
    for key in ("ticket:1:called:2", "ticket:1:called:5"):
        with writing() as db:
            outbox.post(
                db,
                key=key,
                text="ticket_called",
                phone=PHONE,
                language="fr",
                values={"ticket": "A001", "counter": 1, "office": "Mairie", "code": "*384*50#"},
                now=datetime.now(UTC),
            )
    connected.work()
    assert [one.state for one in messages()] == ["accepted", "accepted"]


def test_a_number_gets_so_many_a_day_and_the_rest_is_held(open_office, africastalking):
    office = open_office(
        AT_API_KEY=africastalking.api_key, AT_BASE_URL=africastalking.url, SMS_PER_NUMBER="2"
    )
    for number in range(4):
        post(f"ticket:{number}:taken")
        office.work()
    assert [one.state for one in messages()] == ["accepted", "accepted", "held", "held"]


def test_beyond_the_day_s_money_only_calls_go_and_operators_are_told(
    open_office, africastalking, capsys, monkeypatch
):
    monkeypatch.setattr(alerts, "_logged", set())
    office = open_office(
        AT_API_KEY=africastalking.api_key,
        AT_BASE_URL=africastalking.url,
        SMS_SPEND_CAP="KES 1.6",
        ALERTS_TO="+221770000090",
    )
    for number in range(3):
        post(f"ticket:{number}:taken")
        with writing() as db:
            db.exec(update(Message).values(expires_at=datetime.now(UTC) + timedelta(days=3)))
        office.work()
    alerts.watch()
    alerts.watch()
    *_, third, alert = messages()
    assert (third.state, third.reason) == ("queued", "spend_cap")
    assert third.due_at > datetime.now(UTC)
    assert (alert.state, alert.priority) == ("queued", 0)  # it goes beyond the cap
    assert "plafond des SMS du jour atteint (KES 1.6)" in alert.body
    assert capsys.readouterr().err.count("alert: plafond des SMS du jour") == 1
    with writing() as db:
        db.exec(update(Message).where(Message.id == third.id).values(priority=0))
    later(100_000)
    delivery.sweep()
    assert messages()[2].state == "accepted"


def test_a_number_that_does_not_exist_is_not_tried_again(connected, africastalking):
    africastalking.faults.append(403)
    post("first")
    connected.work()
    post("second")
    connected.work()
    assert [(one.state, one.reason) for one in messages()] == [
        ("failed_permanent", "invalid_number"),
        ("failed_permanent", "invalid_number"),
    ]
    assert len(africastalking.requests) == 1


def test_a_stop_that_came_a_moment_ago_is_heeded(connected, africastalking):
    post()
    with writing() as db:
        consent.change(db, PHONE, ["tickets"], given=False, source="sms")
    connected.work()
    [message] = messages()
    assert (message.state, message.reason) == ("opted_out", "consent_withdrawn")
    assert africastalking.requests == []


def test_who_comes_back_is_written_to_again(connected, africastalking):
    with writing() as db:
        consent.change(db, PHONE, ["tickets", "dossiers"], given=False, source="sms")
        consent.change(db, PHONE, ["tickets"], given=True, source="ussd")
    post()
    connected.work()
    assert messages()[0].state == "accepted"


def test_the_operator_s_own_list_is_taken_into_the_ledger(connected, africastalking):
    africastalking.faults.append(406)
    post("first")
    connected.work()
    post("second")
    connected.work()
    assert [(one.state, one.reason) for one in messages()] == [
        ("opted_out", "opted_out"),
        ("opted_out", "consent_withdrawn"),
    ]
    assert len(africastalking.requests) == 1


def test_a_message_says_how_to_stop_if_it_costs_nothing(connected):
    post("first", office="Mairie")
    post("long", "+221770000051", office="m" * 22, service="m" * 22, code="*384*50*1*2*3#")
    bodies = [message.body for message in messages()]
    assert [body.endswith("Pour arreter : *384*50#") for body in bodies] == [True, False]
    assert {message.segments for message in messages()} == {1}


def test_where_citizens_can_answer_they_are_told_the_word(connected):
    post("first", "+254700000050")
    assert messages()[0].body.endswith("Pour arreter : STOP")


def test_at_night_what_nobody_waits_for_is_put_off(connected, africastalking, monkeypatch):
    night = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    post()
    with writing() as db:
        db.exec(update(Message).values(any_hour=False, expires_at=night + timedelta(days=3)))
        lease = "a" * 32
        db.exec(update(Message).values(state="leased", lease=lease))
        parcels = leaving.begin(db, [messages()[0].id], lease, night, night)
    assert parcels == []
    [message] = messages()
    assert (message.state, message.reason) == ("queued", "quiet_hours")
    assert message.due_at == datetime(2026, 11, 25, 7, tzinfo=UTC)


def test_what_waited_too_long_is_not_sent(connected, africastalking):
    post()
    with writing() as db:
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.exec(update(Message).values(expires_at=past))
    connected.work()
    assert [(one.state, one.reason) for one in messages()] == [("expired", "too_late")]


def test_the_age_of_what_is_due_can_be_watched(connected):
    assert delivery.overdue(datetime.now(UTC)) == 0
    post()
    later(90)
    assert 90 <= delivery.overdue(datetime.now(UTC)) < 100
    shown = connected.app.test_client().get("/metrics").text
    assert "guichet_sms_oldest_due_seconds 9" in shown


def test_what_a_day_costs_is_counted(connected, africastalking):
    for number in range(3):
        post(f"ticket:{number}:taken")
    connected.work()
    shown = connected.app.test_client().get("/metrics").text
    assert 'guichet_sms_cost_today{currency="KES",gateway="africastalking"} 2.4' in shown


def test_who_asks_twice_is_answered_twice(connected, africastalking):
    for key in ("asked:1", "asked:2"):
        with writing() as db:
            outbox.post_screen(
                db, key=key, lead="Le meme", phone=PHONE, language="fr", now=datetime.now(UTC)
            )
    connected.work()
    assert [message.state for message in messages()] == ["accepted", "accepted"]


def test_what_was_erased_meanwhile_holds_up_nothing(connected, africastalking):
    post("erased")
    post("whole")
    with writing() as db:
        db.exec(update(Message).where(Message.key == "erased").values(address=None, body=None))
    connected.work()
    assert [(one.state, one.reason) for one in messages()] == [
        ("failed_permanent", "erased"),
        ("accepted", None),
    ]


def test_a_database_that_is_busy_for_a_moment_loses_no_outcome(
    connected, africastalking, monkeypatch
):
    record = outcomes._record

    def busy_once(done: list) -> None:
        monkeypatch.setattr(outcomes, "_record", record)
        raise OperationalError("deadlock", None, Exception())

    monkeypatch.setattr(outcomes, "_record", busy_once)
    monkeypatch.setattr(outcomes, "_WAITS", (0.0,))
    post()
    connected.work()
    later(1000)
    delivery.sweep()
    assert [message.state for message in messages()] == ["accepted"]
    assert len(africastalking.sent) == 1


def test_what_has_been_in_doubt_for_long_does_not_silence_the_same_text(connected, africastalking):
    post("last month", office="Mairie")
    with writing() as db:
        past = datetime.now(UTC) - timedelta(days=30)
        db.exec(update(Message).values(state="uncertain", policy=ONCE, due_at=past))
    post("now", office="Mairie")
    connected.work()
    assert [message.state for message in messages()] == ["uncertain", "accepted"]


def test_a_call_that_would_begin_after_its_lease_is_not_made(
    connected, africastalking, monkeypatch
):
    monkeypatch.setattr(delivery, "LONGEST_CALL", delivery.SEND_LEASE + timedelta(seconds=1))
    post()
    connected.work()
    assert africastalking.requests == []
    assert [(one.state, one.reason) for one in messages()] == [("queued", "too_late")]


def test_a_stop_holds_while_a_key_is_changed(connected, africastalking, monkeypatch):
    with writing() as db:
        consent.change(db, PHONE, ["tickets"], given=False, source="sms")
    keys = [Fernet.generate_key().decode(), *connected.settings.data_keys]
    sealing.use(keys)
    post()
    connected.work()
    assert messages()[0].state == "opted_out"


def test_what_is_in_doubt_stays_with_the_gateway_that_may_have_it(connected, monkeypatch):
    post()
    [way] = ways("sms", PHONE)
    other = Way(Console())
    with writing() as db:
        db.exec(update(Message).values(resent=1, gateway=way.name))
    monkeypatch.setattr(leaving, "ways", lambda *_: (other, way))
    with reading() as db:
        message = db.exec(select(Message)).one()
        assert leaving._way(message, datetime.now(UTC)) == way


def test_how_long_acceptance_takes_can_be_watched(connected, africastalking):
    def counted() -> float:
        shown = connected.app.test_client().get("/metrics").text
        found = re.findall(r'accept_seconds_count{gateway="africastalking"} (\S+)', shown)
        return float(found[0]) if found else 0.0

    before = counted()
    post()
    connected.work()
    assert counted() == before + 1
