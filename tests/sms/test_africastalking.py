"""Sending through Africa's Talking's SDK: what went out, and what we make of what came back."""

import json

import pytest

from sms.gateways import Accepted, Letter, Refused, Unknown
from sms.gateways.africastalking import AfricasTalking, read_reply

PHONE = "+221770000050"


@pytest.fixture
def gateway(africastalking):
    return AfricasTalking("sandbox", africastalking.api_key, africastalking.url)


def say(gateway, phone=PHONE, body="x", sender="GUICHET"):
    [result] = gateway.send(Letter(body, [phone], ["ticket:1:taken"], sender))
    return result


def test_the_form_is_as_documented(gateway, africastalking):
    say(gateway, body="Ticket A001, Mairie é")
    assert africastalking.sent == [
        {
            "username": "sandbox",
            "to": PHONE,
            "message": "Ticket A001, Mairie é",
            "bulkSMSMode": "1",
            "from": "GUICHET",
        }
    ]
    assert africastalking.headers[0]["apiKey"] == africastalking.api_key


def test_without_a_sender_the_account_s_own_is_used(africastalking):
    say(AfricasTalking("sandbox", africastalking.api_key, africastalking.url), sender=None)
    assert "from" not in africastalking.sent[0]


@pytest.mark.parametrize("fault", [100, 101, 102, "bare json"])
def test_an_accepted_message_keeps_its_id_and_cost(gateway, africastalking, fault):
    africastalking.faults.append(fault)
    assert say(gateway) == Accepted("ATXid_1", "KES 0.8000")


REFUSALS = {
    401: Refused("risk_hold"),
    402: Refused("invalid_sender"),
    403: Refused("invalid_number"),
    404: Refused("unsupported_number"),
    405: Refused("insufficient_balance", 600),
    406: Refused("opted_out"),
    407: Refused("could_not_route"),
    409: Refused("do_not_disturb", 43200),
    500: Refused("gateway_error", 30),
    501: Refused("gateway_error", 30),
    502: Refused("rejected_by_gateway"),
    599: Refused("status_599"),
    "no recipients": Refused("InvalidSenderId"),
    "http 400": Refused("http_400", 30),
    "http 401": Refused("http_401", 600),
    "http 403": Refused("http_403", 600),
    "http 429": Refused("http_429", 30),
    "http 500": Refused("http_500", 30),
    "http 503": Refused("http_503", 30),
}


@pytest.mark.parametrize(("fault", "expected"), REFUSALS.items(), ids=map(str, REFUSALS))
def test_a_refusal_says_why_and_when_to_try_again(gateway, africastalking, fault, expected):
    africastalking.faults.append(fault)
    assert say(gateway) == expected
    assert africastalking.sent == []


@pytest.mark.parametrize("fault", ["not json", "close", "close mid-reply"])
def test_an_answer_that_cannot_be_read_leaves_us_uncertain(gateway, africastalking, fault):
    africastalking.faults.append(fault)
    assert isinstance(say(gateway), Unknown)
    assert len(africastalking.sent) == 1


@pytest.mark.parametrize("status", [302, 501, 502, 504, 520])
def test_an_error_of_something_in_between_leaves_us_uncertain(gateway, africastalking, status):
    africastalking.faults.append(f"http {status}")
    assert say(gateway) == Unknown(f"http_{status}")


@pytest.mark.parametrize("phone", ["", "77", "221770000050", "+22177000005a"])
def test_a_number_that_is_none_goes_nowhere(gateway, africastalking, phone):
    assert say(gateway, phone) == Refused("invalid_number")
    assert africastalking.requests == []


def test_an_answer_that_does_not_come_leaves_us_uncertain(gateway, africastalking, monkeypatch):
    send = gateway._service.send
    monkeypatch.setattr(
        gateway._service, "send", lambda *args, **more: send(*args, **more, timeout=(3, 0.2))
    )
    africastalking.faults.append("stall")
    assert say(gateway) == Unknown("ReadTimeout")


def test_a_wrong_key_sends_nothing_and_is_tried_later(africastalking):
    gateway = AfricasTalking("sandbox", "wrong", None, africastalking.url)
    assert say(gateway) == Refused("http_401", 600)


def test_nobody_there_sends_nothing_and_is_tried_soon():
    gateway = AfricasTalking("sandbox", "key", None, "http://127.0.0.1:1")
    assert say(gateway) == Refused("no_connection", 30)


def test_a_reply_about_another_number_leaves_us_uncertain():
    reply = {
        "SMSMessageData": {
            "Message": "Sent",
            "Recipients": [{"statusCode": 101, "number": "+221770000099", "messageId": "x"}],
        }
    }
    assert read_reply(reply, PHONE) == Unknown("unreadable_reply")
    assert read_reply(json.dumps(reply), "+221770000099") == Accepted("x")


@pytest.mark.parametrize("reply", [None, [], {}, "", "{", {"SMSMessageData": None}, 7])
def test_a_reply_of_any_other_shape_leaves_us_uncertain(reply):
    assert read_reply(reply, PHONE) == Unknown("unreadable_reply")


def reply_with(**fields: object) -> dict:
    mine = {"statusCode": 101, "number": PHONE, "messageId": "x", "cost": "KES 0.8000", **fields}
    return {"SMSMessageData": {"Message": "Sent", "Recipients": [mine]}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"messageId": "i" * 200, "cost": "c" * 200}, Accepted("i" * 80, "c" * 20)),
        ({"messageId": "a\0b\ud800c", "cost": "\n1"}, Accepted("abc", "1")),
        ({"messageId": 7, "cost": None}, Accepted("7", None)),
        ({"statusCode": int("9" * 200)}, Refused(f"status_{'9' * 73}")),
        ({"statusCode": float("inf")}, Unknown("unreadable_reply")),
    ],
)
def test_what_the_gateway_says_fits_the_database(fields, expected):
    assert read_reply(reply_with(**fields), PHONE) == expected


def test_a_refusal_of_the_whole_fits_the_database():
    reply = {"SMSMessageData": {"Message": "\0no" * 100, "Recipients": []}}
    assert read_reply(reply, PHONE) == Refused(("no" * 100)[:80])
