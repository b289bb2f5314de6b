"""Sending through Africa's Talking's SDK: what went out, and what we make of what came back."""

import json

import pytest

from sms.gateways import Accepted, Letter, Refused, Unknown, calling
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


@pytest.fixture(params=["form", "bulk"])
def either(request, africastalking):
    """A gateway of either shape."""
    return AfricasTalking("sandbox", africastalking.api_key, africastalking.url, request.param)


def test_the_newer_shape_is_json(africastalking):
    gateway = AfricasTalking("me", africastalking.api_key, africastalking.url, "bulk")
    assert say(gateway, body="Mairie é") == Accepted("ATXid_1", "KES 0.8000", "101")
    assert say(gateway, sender=None) == Accepted("ATXid_2", "KES 0.8000", "101")
    plain = {"username": "me", "phoneNumbers": [PHONE]}
    assert africastalking.sent == [
        {**plain, "message": "Mairie é", "senderId": "GUICHET"},
        {**plain, "message": "x"},
    ]


@pytest.mark.parametrize("fault", [100, 101, 102, "bare json"])
def test_an_accepted_message_keeps_its_id_and_cost(either, africastalking, fault):
    africastalking.faults.append(fault)
    code = str(fault) if isinstance(fault, int) else "101"
    assert say(either) == Accepted("ATXid_1", "KES 0.8000", code, "answered")


REFUSALS = {
    401: Refused("risk_hold", "401"),
    402: Refused("invalid_sender", "402"),
    403: Refused("invalid_number", "403"),
    404: Refused("unsupported_number", "404"),
    405: Refused("insufficient_balance", "405"),
    406: Refused("opted_out", "406"),
    407: Refused("could_not_route", "407"),
    409: Refused("do_not_disturb", "409"),
    500: Refused("gateway_error", "500"),
    501: Refused("gateway_error", "501"),
    502: Refused("rejected_by_gateway", "502"),
    599: Refused("status_599", "599"),
    "no recipients": Refused("invalid_sender"),
    "http 400": Refused("gateway_error", "400"),
    "http 401": Refused("wrong_credentials", "401"),
    "http 403": Refused("wrong_credentials", "403"),
    "http 429": Refused("too_fast", "429"),
    "http 500": Refused("gateway_error", "500"),
    "http 503": Refused("gateway_error", "503"),
}


@pytest.mark.parametrize(("fault", "expected"), REFUSALS.items(), ids=map(str, REFUSALS))
def test_a_refusal_says_why(either, africastalking, fault, expected):
    africastalking.faults.append(fault)
    assert say(either) == expected
    assert expected.phase == "answered"
    assert africastalking.sent == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("not json", Unknown("unreadable_reply", None, "answered")),
        ("close", Unknown("connection_lost", None, "asked")),
        ("close mid-reply", Unknown("connection_lost", None, "asked")),
    ],
)
def test_an_answer_that_cannot_be_read_leaves_us_uncertain(either, africastalking, fault, expected):
    africastalking.faults.append(fault)
    assert say(either) == expected
    assert len(africastalking.sent) == 1


@pytest.mark.parametrize("status", [302, 307, 501, 502, 504, 520])
def test_an_error_of_something_in_between_leaves_us_uncertain(either, africastalking, status):
    africastalking.faults.append(f"http {status}")
    assert say(either) == Unknown(f"http_{status}", str(status), "answered")
    assert len(africastalking.requests) == 1  # nor is a redirection followed


@pytest.mark.parametrize("phone", ["", "77", "221770000050", "+22177000005a"])
def test_a_number_that_is_none_goes_nowhere(gateway, africastalking, phone):
    assert say(gateway, phone) == Refused("invalid_number", phase="begun")
    assert africastalking.requests == []


def test_many_numbers_are_one_call_and_a_wrong_one_holds_up_nobody(either, africastalking):
    phones = [f"+2217700001{number:02}" for number in range(99)]
    results = either.send(Letter("x", [phones[0], "77", *phones[1:]], [""] * 100))
    assert results[1] == Refused("invalid_number", phase="begun")
    ids = [result.id for result in results if isinstance(result, Accepted)]
    assert ids == [f"ATXid_{number}" for number in range(1, 100)]
    assert len(africastalking.sent) == 1


def test_an_answer_that_does_not_come_leaves_us_uncertain(either, africastalking, monkeypatch):
    service = either._service
    ask = service._ask
    monkeypatch.setattr(service, "_ask", lambda *call: ask(*call[:4], (3, 0.2)))
    africastalking.faults.append("stall")
    assert say(either) == Unknown("no_answer", None, "asked")
    assert len(africastalking.sent) == 1


def test_a_wrong_key_sends_nothing(africastalking):
    gateway = AfricasTalking("sandbox", "wrong", africastalking.url)
    assert say(gateway) == Refused("wrong_credentials", "401")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://name.invalid", "https://{fake}"])
def test_nobody_there_sends_nothing(url, africastalking):
    """A server that doesn't speak TLS is nobody, too."""
    url = url.format(fake=f"127.0.0.1:{africastalking.server.port}")
    gateway = AfricasTalking("sandbox", "key", url)
    assert say(gateway) == Refused("no_connection", None, "begun")
    assert africastalking.requests == []


def test_messages_share_a_connection(gateway, africastalking):
    for _ in range(5):
        assert isinstance(say(gateway), Accepted)
    assert africastalking.server.connections == 1


def test_a_connection_that_the_server_has_closed_makes_no_doubt(gateway, africastalking):
    assert isinstance(say(gateway), Accepted)
    africastalking.server.hang_up()
    assert say(gateway) == Accepted("ATXid_2", "KES 0.8000", "101")
    assert len(africastalking.requests) == 2
    assert africastalking.server.connections == 2


def test_a_connection_that_rested_for_long_is_not_trusted(gateway, africastalking, monkeypatch):
    assert isinstance(say(gateway), Accepted)
    monkeypatch.setattr(calling, "RESTS", 0.0)
    assert isinstance(say(gateway), Accepted)
    assert africastalking.server.connections == 2


def test_a_kept_connection_that_breaks_after_the_request_is_never_asked_again(
    gateway, africastalking
):
    assert isinstance(say(gateway), Accepted)
    africastalking.faults.append("close")
    assert say(gateway) == Unknown("connection_lost", None, "asked")
    assert len(africastalking.requests) == 2


def reply_with(number: str = PHONE, **fields: object) -> str:
    mine = {"statusCode": 101, "number": number, "messageId": "x", "cost": "KES 0.8000", **fields}
    return json.dumps({"SMSMessageData": {"Message": "Sent", "Recipients": [mine]}})


UNREADABLE = Unknown("unreadable_reply", None, "answered")


def test_results_are_matched_by_number():
    phones = [PHONE, "+221770000099"]
    assert read_reply(reply_with("+221770000099"), phones) == [
        UNREADABLE,
        Accepted("x", "KES 0.8000", "101"),
    ]


@pytest.mark.parametrize(
    "reply",
    [
        *("null", "[]", "{}", "", "{", "7", '{"SMSMessageData": null}', "[" * 100_000),
        '{"SMSMessageData": {"Recipients": [7]}}',
        '{"SMSMessageData": {"Recipients": [{"number": []}]}}',
    ],
)
def test_a_reply_of_any_other_shape_leaves_us_uncertain(reply):
    assert read_reply(reply, [PHONE, PHONE]) == [UNREADABLE] * 2


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"messageId": "i" * 200, "cost": "c" * 200}, Accepted("i" * 80, "c" * 20, "101")),
        ({"messageId": "a\0b\ud800c", "cost": "\n1"}, Accepted("abc", "1", "101")),
        ({"messageId": 7, "cost": None}, Accepted("7", None, "101")),
        ({"statusCode": int("9" * 200)}, Refused(f"status_{'9' * 73}", "9" * 20)),
        ({"statusCode": float("inf")}, UNREADABLE),
    ],
)
def test_what_the_gateway_says_fits_the_database(fields, expected):
    assert read_reply(reply_with(**fields), [PHONE]) == [expected]


def test_a_refusal_of_the_whole_fits_the_database():
    reply = json.dumps({"SMSMessageData": {"Message": "\0no" * 100, "Recipients": []}})
    assert read_reply(reply, [PHONE]) == [Refused(("no" * 100)[:80])]


def test_the_key_is_in_no_log(gateway, africastalking, caplog):
    africastalking.faults.extend(["http 500", "http 401", "close"])
    for _ in range(3):
        say(gateway)
    assert "HTTP 500" in caplog.text
    assert africastalking.api_key not in caplog.text


def test_callbacks_are_read(gateway):
    fields = {"id": "ATXid_1", "status": "Failed", "phoneNumber": PHONE, "failureReason": "Away"}
    news = gateway.read_receipt(fields)
    assert json.loads(news.pop("raw")) == fields
    assert news == {
        "gateway_id": "ATXid_1",
        "phone": PHONE,
        "status": "Failed",
        "reason": "Away",
        "network": None,
    }
    inbound = gateway.read_inbound({"from": PHONE, "to": "384", "text": "STOP", "id": "7"})
    assert (inbound["phone"], inbound["sent_to"], inbound["words"]) == (PHONE, "384", "STOP")
