"""Arkesel: JSON, `newSession` with the dialled string, then the latest entry alone."""

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Reply
from ussd.gateways.arkesel import GATEWAY

FIELDS = {
    "sessionID": "e4c9a4a8-7f0a",
    "userID": "9QZ3WUVIKB",
    "newSession": True,
    "msisdn": "233544919953",
    "userData": "*928*309#",
    "network": "MTN",
}
DIAL = Dial("arkesel", "e4c9a4a8-7f0a", "+233544919953", "*928*309#", "MTN", text="", starts=True)
TYPED = {"newSession": False, "userData": "2"}


@pytest.mark.parametrize(
    ("changes", "rest", "dial"),
    [
        ({}, "", DIAL),
        ({"newSession": "true"}, "", DIAL),
        ({"userData": "*928*309*2*1#"}, "", replace(DIAL, service_code="*928*309*2*1#")),
        ({"userData": "3"}, "", replace(DIAL, service_code="")),
        ({"userData": "3"}, "/928-309", DIAL),
        (TYPED, "", replace(DIAL, service_code="", text="2", starts=False)),
        (TYPED, "/928-309", replace(DIAL, text="2", starts=False)),
        ({**TYPED, "userData": "*1#"}, "/928-309", replace(DIAL, text="*1#", starts=False)),
        ({**TYPED, "userData": "٣"}, "/928-309", replace(DIAL, text="٣", starts=False)),
    ],
)
def test_json_is_a_dial(changes, rest, dial):
    assert GATEWAY.parse(wire.post_json({**FIELDS, **changes}, rest)) == dial


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sessionID": []}, "missing: sessionid"),
        ({"msisdn": "0544919953"}, "msisdn is not an international phone number"),
        ({"newSession": "perhaps"}, "newsession is neither true nor false"),
        ({"newSession": [[[]]]}, "newsession is neither true nor false"),
        ({"newSession": False, "userData": {}}, "userdata is not text"),
    ],
)
def test_what_is_wrong_is_said(changes, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.post_json({**FIELDS, **changes}))


@pytest.mark.parametrize("ends", [False, True])
def test_a_page_goes_out_as_json(ends):
    reply = Reply('Un "mot"\n1 <b>', ends)
    assert wire.told(GATEWAY.render(reply, wire.post_json(FIELDS))) == {
        "sessionID": "e4c9a4a8-7f0a",
        "userID": "9QZ3WUVIKB",
        "msisdn": "233544919953",
        "message": reply.text,
        "continueSession": not ends,
    }
