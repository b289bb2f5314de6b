"""Advanta: a query whose input holds the code and every entry; `CON` or `END` out."""

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Reply, added, seen
from ussd.gateways.advanta import GATEWAY
from ussd.wire import Response

FIELDS = {
    "SESSIONID": "7781263",
    "USSDCODE": "*415#",
    "MSISDN": "254722000001",
    "INPUT": "*415#",
}
DIAL = Dial(
    "advanta",
    "7781263",
    "+254722000001",
    "*415#",
    network="",
    text="",
    starts=True,
    cumulative=True,
)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("*415#", ""),
        ("*415", ""),
        ("415", ""),
        ("*415*1#", "1"),
        ("*415*33*1#", "33*1"),
        ("*415*33*1", "33*1"),
        ("*415#*33*1", "33*1"),
        ("*415*1##", "1#"),
        ("*415*1**#", "1**"),
        ("*415*1*Awa Ndèye#", "1*Awa Ndèye"),
        ("*415*415#", "415"),
    ],
)
def test_the_code_is_taken_off_what_was_typed(typed, text):
    found = GATEWAY.parse(wire.get({**FIELDS, "INPUT": typed}))
    assert found == replace(DIAL, text=text, starts=not text)


def test_a_shared_code_is_told_by_our_address():
    start = GATEWAY.parse(wire.get({**FIELDS, "INPUT": "*415*33#"}, "/415-33"))
    assert start == replace(DIAL, service_code="*415*33#")
    typed = GATEWAY.parse(wire.get({**FIELDS, "INPUT": "*415*33*2#"}, "/415-33"))
    assert added(seen(start), typed) == "2"


@pytest.mark.parametrize(
    ("changes", "rest", "words"),
    [
        ({"INPUT": "1*2"}, "", "INPUT does not begin with the code"),
        ({"INPUT": "*4150*2#"}, "", "INPUT does not begin with the code"),
        ({"INPUT": "*415*33#"}, "/415-34", "INPUT does not begin with the code"),
        ({"USSDCODE": ""}, "", "missing: ussdcode"),
        ({"USSDCODE": ".*"}, "", "ussdcode is not a code"),
        ({"MSISDN": "٢٥٤٧٢٢٠٠٠٠٠١"}, "", "msisdn is not an international phone number"),
    ],
)
def test_what_is_wrong_is_said(changes, rest, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.get({**FIELDS, **changes}, rest))


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (Reply("Habari\n1 Foleni", ends=False), "CON Habari\n1 Foleni"),
        (Reply("Asante", ends=True), "END Asante"),
    ],
)
def test_a_page_goes_out_behind_con_or_end(reply, body):
    assert GATEWAY.render(reply, wire.get(FIELDS)) == Response(body)
