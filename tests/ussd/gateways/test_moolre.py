"""Moolre: JSON, the code in two parts, what is beyond it in `data`."""

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Reply
from ussd.gateways.moolre import GATEWAY

FIELDS = {
    "sessionid": "87654321",
    "new": True,
    "msisdn": "233241000000",
    "network": 3,
    "message": "",
    "extension": 109,
    "data": "",
}
DIAL = Dial("moolre", "87654321", "+233241000000", "*203*109#", "3", text="", starts=True)


@pytest.mark.parametrize(
    ("changes", "rest", "dial"),
    [
        ({}, "", DIAL),
        ({"data": "11005"}, "", replace(DIAL, service_code="*203*109*11005#")),
        ({"data": "2*1"}, "/384-50", replace(DIAL, service_code="*384*50*2*1#")),
        ({"data": None, "extension": "109"}, "", DIAL),
        ({"new": False, "message": "2"}, "", replace(DIAL, text="2", starts=False)),
        ({"new": False, "message": "2", "data": "7"}, "", replace(DIAL, text="2", starts=False)),
    ],
)
def test_json_is_a_dial(changes, rest, dial):
    assert GATEWAY.parse(wire.post_json({**FIELDS, **changes}, rest)) == dial


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"extension": None}, "missing: extension"),
        ({"extension": "<b>"}, "extension and data is not a code"),
        ({"data": "DROP TABLE"}, "extension and data is not a code"),
        ({"sessionid": "\ud800" * 200}, "sessionid is not an id"),
        ({"new": False, "message": False}, "message is not text"),
    ],
)
def test_what_is_wrong_is_said(changes, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.post_json({**FIELDS, **changes}))


@pytest.mark.parametrize("ends", [False, True])
def test_a_page_goes_out_as_json(ends):
    reply = Reply('Un "mot"\n1 <b>', ends)
    answered = wire.told(GATEWAY.render(reply, wire.post_json(FIELDS)))
    assert answered == {"message": reply.text, "reply": not ends}
