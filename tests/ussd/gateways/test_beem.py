"""Beem: one envelope both ways, which does not tell what was dialled."""

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways.beem import GATEWAY

FIELDS = {
    "command": "initiate",
    "msisdn": "255762089337",
    "session_id": "4574",
    "operator": "vodacom",
    "payload": {"request_id": 0, "response": "0"},
}
DIAL = Dial("beem", "4574", "+255762089337", "", "vodacom", text="", starts=True)


@pytest.mark.parametrize(
    ("changes", "rest", "dial"),
    [
        ({}, "", DIAL),
        ({}, "/149-46", replace(DIAL, service_code="*149*46#")),
        ({"command": "Initiate", "payload": None}, "", DIAL),
        ({"session_id": 4574}, "", DIAL),
        (
            {"command": "continue", "payload": {"request_id": 7, "response": 2}},
            "",
            replace(DIAL, text="2", starts=False),
        ),
    ],
)
def test_json_is_a_dial(changes, rest, dial):
    assert GATEWAY.parse(wire.post_json({**FIELDS, **changes}, rest)) == dial


@pytest.mark.parametrize(
    ("changes", "rest", "words"),
    [
        ({"command": "resume"}, "", "command is none of"),
        ({"command": None}, "", "command is none of"),
        ({"msisdn": "0762089337"}, "", "msisdn is not an international phone number"),
        ({"command": "continue", "payload": "2"}, "", "missing: response"),
        ({"command": "continue", "payload": {"response": ["2"]}}, "", "response is not text"),
        ({}, "/<script>", "the address ends in no service code"),
    ],
)
def test_what_is_wrong_is_said(changes, rest, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.post_json({**FIELDS, **changes}, rest))


def test_word_of_an_end():
    request = wire.post_json({**FIELDS, "command": "terminate"})
    assert GATEWAY.parse(request) == Ended("beem", "4574", "+255762089337", "released")
    assert wire.told(GATEWAY.acknowledge(request))["command"] == "terminate"


@pytest.mark.parametrize(("ends", "command"), [(False, "continue"), (True, "terminate")])
def test_a_page_goes_out_in_the_envelope_that_came(ends, command):
    reply = Reply('Un "mot"\n1 <b>', ends)
    request = wire.post_json({**FIELDS, "payload": {"request_id": 7, "response": "1"}})
    assert wire.told(GATEWAY.render(reply, request)) == {
        "msisdn": "255762089337",
        "operator": "vodacom",
        "session_id": "4574",
        "command": command,
        "payload": {"request_id": 7, "request": reply.text},
    }
