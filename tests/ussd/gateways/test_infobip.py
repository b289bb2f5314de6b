"""Infobip: three paths, JSON both ways."""

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways.infobip import GATEWAY

FIELDS = {
    "msisdn": "385981234567",
    "imsi": "219100000000001",
    "text": "*120*666#",
    "shortCode": "*120*666#",
    "language": None,
    "optional": "",
    "ussdGwId": "live2",
}
DIAL = Dial("infobip", "1", "+385981234567", "*120*666#", "live2", text="", starts=True)


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("changes", "rest", "dial"),
    [
        ({}, "/session/1/start", DIAL),
        (
            {"text": "*120*666*2#"},
            "/session/1/start",
            replace(DIAL, service_code="*120*666*2#"),
        ),
        ({"text": "hello there"}, "/session/1/start", DIAL),
        ({"text": "", "shortCode": None}, "/session/1/start/", replace(DIAL, service_code="")),
        ({"text": "", "shortCode": None}, "/120-666/session/1/start", DIAL),
        ({"text": "2"}, "/session/1/response", replace(DIAL, text="2", starts=False)),
    ],
)
def test_json_at_a_path_is_a_dial(method, changes, rest, dial):
    assert method in GATEWAY.contract.methods
    assert GATEWAY.parse(wire.post_json({**FIELDS, **changes}, rest, method)) == dial


@pytest.mark.parametrize(
    ("changes", "rest", "words"),
    [
        ({}, "", "the path is none of"),
        ({}, "/session/1/status", "the path is none of"),
        ({}, "/session//start", "the path is none of"),
        ({"text": ""}, "/x/session/1/start", "the address ends in no service code"),
        ({}, f"/session/{'9' * 101}/start", "sessionid is not an id"),
        ({"msisdn": None}, "/session/1/start", "missing: msisdn"),
        ({"text": "", "shortCode": "abc"}, "/session/1/start", "shortcode is not a code"),
        ({"text": []}, "/session/1/response", "text is not text"),
    ],
)
def test_what_is_wrong_is_said(changes, rest, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.post_json({**FIELDS, **changes}, rest))


@pytest.mark.parametrize(
    ("told", "how", "reason"),
    [
        ({"exitCode": 200, "reason": ""}, "completed", "200"),
        ({"exitCode": 510, "reason": "no answer"}, "failed", "510 no answer"),
        ({}, "completed", ""),
    ],
)
def test_word_of_an_end(told, how, reason):
    request = wire.post_json({"msisdn": "385981234567", **told}, "/session/1/end")
    assert GATEWAY.parse(request) == Ended("infobip", "1", "+385981234567", how, reason)
    assert wire.told(GATEWAY.acknowledge(request))["responseExitCode"] == 200


@pytest.mark.parametrize("ends", [False, True])
def test_a_page_goes_out_as_json(ends):
    reply = Reply('Un "mot"\n1 <b>', ends)
    request = wire.post_json(FIELDS, "/session/1/start")
    assert wire.told(GATEWAY.render(reply, request)) == {
        "ussdMenu": reply.text,
        "shouldClose": ends,
        "responseExitCode": 200,
        "responseMessage": "",
    }
