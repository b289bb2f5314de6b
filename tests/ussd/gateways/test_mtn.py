"""MTN's MADAPI: JSON with a message type in and out."""

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways.mtn import GATEWAY

FIELDS = {
    "sessionId": "01235",
    "messageType": "0",
    "msisdn": "22507000001",
    "serviceCode": "384*50",
    "ussdString": "*384*50#",
    "cellId": "612-05-1",
    "imsi": "612050000000001",
}
DIAL = Dial("mtn", "01235", "+22507000001", "*384*50#", "mtn", text="", starts=True)


@pytest.mark.parametrize(
    ("changes", "dial"),
    [
        ({}, DIAL),
        ({"messageType": 0}, DIAL),
        ({"ussdString": "*384*50*2*1#"}, replace(DIAL, service_code="*384*50*2*1#")),
        ({"ussdString": ""}, DIAL),
        ({"messageType": "1", "ussdString": "*1"}, replace(DIAL, text="*1", starts=False)),
    ],
)
def test_json_is_a_dial(changes, dial):
    assert GATEWAY.parse(wire.post_json({**FIELDS, **changes})) == dial


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"messageType": "3"}, "messageType is none of 0, 1, 2, 4, 5"),
        ({"messageType": False}, "messageType is none of"),
        ({"sessionId": ""}, "missing: sessionid"),
        ({"ussdString": "hello", "serviceCode": ""}, "missing: servicecode"),
        ({"messageType": 1, "ussdString": 1.5}, "ussdstring is not text"),
    ],
)
def test_what_is_wrong_is_said(changes, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.post_json({**FIELDS, **changes}))


@pytest.mark.parametrize(("kind", "how"), [("2", "completed"), ("4", "released"), (5, "timed_out")])
def test_word_of_an_end(kind, how):
    request = wire.post_json({**FIELDS, "messageType": kind, "ussdString": "user abort"})
    assert GATEWAY.parse(request) == Ended("mtn", "01235", "+22507000001", how, "user abort")
    assert wire.nested(wire.told(GATEWAY.acknowledge(request)), "data")["messagetype"] == 2


@pytest.mark.parametrize(("ends", "kind"), [(False, 1), (True, 2)])
def test_a_page_goes_out_as_json(ends, kind):
    reply = Reply('Un "mot"\n1 <b>', ends)
    answered = dict(wire.told(GATEWAY.render(reply, wire.post_json(FIELDS))))
    assert answered.pop("_link")
    assert answered == {
        "statusCode": "0000",
        "statusMessage": "Success",
        "transactionId": "01235",
        "data": {
            "inboundResponse": reply.text,
            "userInputRequired": not ends,
            "messageType": kind,
            "serviceCode": "384*50",
            "msisdn": "22507000001",
        },
    }
