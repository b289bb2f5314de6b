"""Receipts: twice, early, late, out of order, of nobody's; they move a message forward only."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import select, update

from database import reading, sealing, writing
from sms import delivery, receipts
from sms.models import Attempt, Message, Receipt
from sms.states import DELIVERED, RANK
from tests.sms.conversations import PHONE, attempts, later, messages, post


def says(status: str, gateway_id: str = "ATXid_1", phone: str | None = PHONE, **more: str) -> None:
    """Africa's Talking calls back."""
    with writing() as db:
        receipts.store(
            db,
            "africastalking",
            gateway_id=gateway_id,
            phone=phone,
            status=status,
            raw=f"id={gateway_id}&status={status}&phoneNumber={phone}&{more}",
            **more,
        )


def kept() -> list[Receipt]:
    with reading() as db:
        return list(db.exec(select(Receipt).order_by(Receipt.id)))


@pytest.fixture
def sent(connected, africastalking):
    post()
    connected.work()
    return connected


def test_a_receipt_says_that_the_phone_has_it(sent):
    says("Success")
    sent.work()
    [message] = messages()
    assert message.state == "delivered"
    assert message.settled_at is not None
    assert kept()[0].message_id == message.id


@pytest.mark.parametrize(
    ("status", "more", "state"),
    [
        ("Sent", {}, "sent"),
        ("Submitted", {}, "submitted"),
        ("Buffered", {}, "buffered"),
        ("Rejected", {}, "failed_permanent"),
        ("Success", {}, "delivered"),
        ("Failed", {"reason": "UserNotFound"}, "failed_permanent"),
        ("Failed", {"reason": "DeliveryFailure"}, "failed_temporary"),
        ("AbsentSubscriber", {}, "failed_temporary"),
        ("Expired", {}, "expired"),
        ("What nobody told us", {}, "accepted"),
    ],
)
def test_each_status_leads_somewhere_and_all_are_kept(sent, status, more, state):
    says(status, **more)
    sent.work()
    [message] = messages()
    assert message.state == state
    [receipt] = kept()
    assert receipt.status == status
    assert receipt.settled_at is not None


def test_the_same_receipt_twice_is_kept_once(sent):
    says("Success")
    says("Success")
    sent.work()
    assert len(kept()) == 1


@given(
    some.lists(
        some.sampled_from(["Sent", "Submitted", "Buffered", "Failed", "Success", "Expired", "?"]),
        max_size=8,
    )
)
def test_receipts_in_any_order_never_move_a_message_back(statuses):
    message = Message(state="accepted", sent_at=datetime.now(UTC))
    attempt = Attempt(started_at=datetime.now(UTC))
    rank = RANK["accepted"]
    for status in statuses:
        receipt = Receipt(gateway="x", status=status, came_at=datetime.now(UTC))
        receipts.apply(message, attempt, receipt, datetime.now(UTC))
        assert RANK[message.state] >= rank
        rank = RANK[message.state]
    assert ("Success" in statuses) == (message.state == DELIVERED)


def test_one_that_comes_before_our_own_record_waits_for_it(connected, africastalking):
    post()
    says("Success")
    connected.work()
    assert messages()[0].state == "delivered"


def test_one_that_came_while_the_call_was_under_way_waits_for_the_answer(connected, africastalking):
    post()
    texts, lease = delivery._claim(datetime.now(UTC))
    parcels = delivery._begin(texts[0], lease)
    says("Success")
    receipts.settle()
    assert messages()[0].state == "sending"
    delivery._conclude(delivery._send(parcels))
    connected.work()
    assert messages()[0].state == "delivered"


def test_one_about_another_number_changes_nothing(sent):
    says("Failed", phone="+221770000051")
    sent.work()
    assert messages()[0].state == "accepted"
    assert kept()[0].found == "other_number"


def test_one_without_a_number_is_matched_by_its_id(sent):
    says("Success", phone=None)
    sent.work()
    assert messages()[0].state == "delivered"


def test_one_of_nobody_s_is_given_up_after_a_while(sent):
    says("Success", "ATXid_999", "+221770000051")
    sent.work()
    assert kept()[0].settled_at is None
    with writing() as db:
        db.exec(update(Receipt).values(came_at=datetime.now(UTC) - timedelta(hours=1)))
    receipts.settle()
    assert kept()[0].found == "unknown_id"


def test_a_send_whose_answer_was_lost_is_settled_by_its_receipt(connected, africastalking):
    africastalking.faults.append("close")
    post()
    connected.work()
    assert messages()[0].state == "uncertain"
    says("Success", "ATXid_77")
    connected.work()
    later(1000)
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.gateway_id, message.resent) == ("delivered", "ATXid_77", 0)
    assert attempts()[0].gateway_id == "ATXid_77"
    assert len(africastalking.sent) == 1


def test_two_sends_in_doubt_to_one_number_are_not_guessed_at(connected, africastalking):
    africastalking.faults.extend(["close", "close"])
    post("first")
    post("second")
    connected.work()
    says("Success", "ATXid_77")
    connected.work()
    assert [message.state for message in messages()] == ["uncertain", "uncertain"]


def test_the_receipt_of_a_first_send_counts_though_it_was_sent_again(connected, africastalking):
    africastalking.faults.append("close")
    post()
    connected.work()
    later(121)
    delivery.sweep()
    assert len(africastalking.sent) == 2
    says("Success", "ATXid_77")
    connected.work()
    [message] = messages()
    assert (message.state, message.resent) == ("delivered", 1)


def test_a_resend_that_has_not_left_is_stopped_by_the_receipt(connected, africastalking):
    africastalking.faults.append("close")
    post()
    connected.work()
    later(121)
    with writing() as db:
        delivery._release(db, datetime.now(UTC))
    assert messages()[0].state == "queued"
    says("Success", "ATXid_77")
    receipts.settle()
    delivery.sweep()
    [message] = messages()
    assert (message.state, message.resent) == ("delivered", 0)
    assert len(africastalking.sent) == 1


def test_thousands_are_settled_in_batches(sent, monkeypatch):
    monkeypatch.setattr(receipts, "_BATCH", 3)
    for number in range(8):
        says("Sent", f"ATXid_{number}", None)
    says("Success")
    sent.work()
    assert messages()[0].state == "delivered"


def test_two_lost_answers_of_one_message_are_settled_by_its_receipt(connected, africastalking):
    africastalking.faults.extend(["close", "close"])
    post()
    connected.work()
    later(121)
    delivery.sweep()
    says("Success", "ATXid_77")
    connected.work()
    later(1000)
    delivery.sweep()
    [message] = messages()
    assert (message.state, len(africastalking.sent)) == ("delivered", 2)


def test_an_operator_s_opt_out_by_receipt_goes_into_the_ledger(sent, africastalking):
    says("OptedOut")
    sent.work()
    post("second")
    sent.work()
    assert [message.state for message in messages()] == ["opted_out", "opted_out"]


def test_a_receipt_from_before_a_change_of_keys_is_matched(sent):
    sealing.use([Fernet.generate_key().decode(), *sent.settings.data_keys])
    says("Success")
    sent.work()
    assert messages()[0].state == "delivered"


def test_one_that_can_no_longer_be_read_holds_up_no_other(sent):
    says("Sent", "ATXid_1")
    with writing() as db:
        db.connection().exec_driver_sql("UPDATE sms_receipt SET raw = 'x'")
    says("Success")
    sent.work()
    assert messages()[0].state == "delivered"
