"""Hubtel: JSON whose letter case varies, and a sequence that tells repeats."""

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways.hubtel import GATEWAY

FIELDS = {
    "Type": "Initiation",
    "Message": "*711*2#",
    "ServiceCode": "711*2",
    "Operator": "vodafone",
    "Mobile": "233200585542",
    "SessionId": "3c796dac28174f739de4262d08409c51",
    "Sequence": 1,
    "ClientState": "",
    "Platform": "USSD",
}
DIAL = Dial(
    "hubtel",
    "3c796dac28174f739de4262d08409c51",
    "+233200585542",
    "*711*2#",
    "vodafone",
    text="",
    starts=True,
    turn=1,
)
TYPED = {"Type": "Response", "Message": "1", "Sequence": 2}


@pytest.mark.parametrize(
    ("changes", "dial"),
    [
        ({}, DIAL),
        ({"Message": "*711*2*3#"}, replace(DIAL, service_code="*711*2*3#")),
        ({"Message": ""}, DIAL),
        ({"Sequence": "1"}, DIAL),
        ({"Sequence": None}, replace(DIAL, turn=None)),
        (TYPED, replace(DIAL, text="1", starts=False, turn=2)),
        ({**TYPED, "Message": "a*b#"}, replace(DIAL, text="a*b#", starts=False, turn=2)),
        ({**TYPED, "Message": 4821}, replace(DIAL, text="4821", starts=False, turn=2)),
        ({**TYPED, "Message": None}, replace(DIAL, text="", starts=False, turn=2)),
    ],
)
def test_json_is_a_dial(changes, dial):
    fields = {**FIELDS, **changes}
    assert GATEWAY.parse(wire.post_json(fields)) == dial
    smaller = {name.lower(): value for name, value in fields.items()}
    assert GATEWAY.parse(wire.post_json(smaller)) == dial


def test_a_service_in_hubtel_s_own_app_has_its_code_in_our_address():
    fields = {**FIELDS, "Message": "", "ServiceCode": "b230733cd56b4a0fad820e39f66bc27c"}
    with pytest.raises(BadDial, match="servicecode is not a code"):
        GATEWAY.parse(wire.post_json(fields))
    assert GATEWAY.parse(wire.post_json(fields, "/711-2")) == DIAL


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Type": "AddToCart"}, "Type is none of"),
        ({"Type": ["Initiation"]}, "Type is none of"),
        ({"SessionId": None}, "missing: sessionid"),
        ({"Mobile": True}, "missing: mobile"),
        ({"Mobile": 2.33e11}, "missing: mobile"),
        ({**TYPED, "Message": ["1"]}, "message is not text"),
        ({**TYPED, "Message": True}, "message is not text"),
    ],
)
def test_what_is_wrong_is_said(changes, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.post_json({**FIELDS, **changes}))


@pytest.mark.parametrize(("kind", "how"), [("Timeout", "timed_out"), ("release", "released")])
def test_word_of_an_end(kind, how):
    request = wire.post_json({**FIELDS, "Type": kind, "Sequence": 4})
    assert GATEWAY.parse(request) == Ended(
        "hubtel", FIELDS["SessionId"], "+233200585542", how, hops=4
    )
    assert wire.told(GATEWAY.acknowledge(request))["Type"] == "release"


@pytest.mark.parametrize(
    ("reply", "kind", "shown"),
    [
        (Reply('Un "mot"\n1 <b>', ends=False), "response", "input"),
        (Reply("Merci", ends=True), "release", "display"),
    ],
)
def test_a_page_goes_out_as_json(reply, kind, shown):
    assert wire.told(GATEWAY.render(reply, wire.post_json(FIELDS))) == {
        "SessionId": FIELDS["SessionId"],
        "Type": kind,
        "Message": reply.text,
        "Label": "Guichet",
        "DataType": shown,
        "FieldType": "text",
        "ClientState": "",
    }
