"""Nalo: JSON in capitals, `MSGTYPE` both ways, screens of 120 characters."""

import pytest
from msgspec.structs import replace

from gsm.alphabet import measure
from ussd import wire
from ussd.dials import BadDial, Dial, Reply
from ussd.gateways.nalo import GATEWAY

FIELDS = {
    "USERID": "NALOTest",
    "MSISDN": "233501234567",
    "USERDATA": "*920*55#",
    "MSGTYPE": True,
    "NETWORK": "VODAFONE",
    "SESSIONID": "16590115252429751",
}
DIAL = Dial(
    "nalo", "16590115252429751", "+233501234567", "*920*55#", "VODAFONE", text="", starts=True
)
TYPED = {"MSGTYPE": False, "USERDATA": "3"}


@pytest.mark.parametrize(
    ("changes", "rest", "dial"),
    [
        ({}, "", DIAL),
        ({"USERDATA": ""}, "", replace(DIAL, service_code="")),
        ({"USERDATA": ""}, "/920-55", DIAL),
        ({"SESSIONID": ""}, "", replace(DIAL, session_id="")),
        ({"SESSIONID": 16590115252429751}, "", DIAL),
        (TYPED, "", replace(DIAL, service_code="", text="3", starts=False)),
        ({**TYPED, "USERDATA": 3}, "", replace(DIAL, service_code="", text="3", starts=False)),
    ],
)
def test_json_is_a_dial(changes, rest, dial):
    assert GATEWAY.parse(wire.post_json({**FIELDS, **changes}, rest)) == dial


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"MSISDN": ""}, "missing: msisdn"),
        ({"MSGTYPE": 2}, "msgtype is neither true nor false"),
        ({"SESSIONID": {"id": 1}}, "missing: sessionid"),
        ({"MSGTYPE": False, "USERDATA": "x" * 2001}, "userdata is over 2,000 characters"),
    ],
)
def test_what_is_wrong_is_said(changes, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.post_json({**FIELDS, **changes}))


@pytest.mark.parametrize("ends", [False, True])
def test_a_page_goes_out_as_json(ends):
    reply = Reply('Un "mot"\n1 <b>', ends)
    assert wire.told(GATEWAY.render(reply, wire.post_json(FIELDS))) == {
        "USERID": "NALOTest",
        "MSISDN": "233501234567",
        "MSG": reply.text,
        "MSGTYPE": not ends,
    }


def test_screens_hold_120_characters():
    layout = GATEWAY.contract.layout_on("MTN")
    assert layout.later.holds(measure("a" * 120))
    assert not layout.first.holds(measure("a" * 121))
    assert not layout.later.holds(measure("ŋ" * 61))
