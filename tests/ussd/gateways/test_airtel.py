"""Airtel: a query in, whose first input is the code in our address; text and a header out."""

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways.airtel import GATEWAY

FIELDS = {
    "SessionID": "13697502734175597",
    "MSISDN": "254733000001",
    "MSC": "254733",
    "input": "384*50",
}
DIAL = Dial(
    "airtel", "13697502734175597", "+254733000001", "*384*50#", "airtel", text="", starts=True
)


@pytest.mark.parametrize(
    ("changes", "dial"),
    [
        ({}, DIAL),
        ({"input": "*384*50#"}, DIAL),
        ({"input": "384*50*2*1"}, replace(DIAL, service_code="*384*50*2*1#")),
        ({"userid": "us", "password": "secret"}, DIAL),
        ({"input": "1"}, replace(DIAL, text="1", starts=False)),
        ({"input": "384*5"}, replace(DIAL, text="384*5", starts=False)),
        ({"input": "384*501"}, replace(DIAL, text="384*501", starts=False)),
        ({"input": "*#"}, replace(DIAL, text="*#", starts=False)),
        ({"input": ""}, replace(DIAL, text="", starts=False)),
    ],
)
def test_a_query_is_a_dial(changes, dial):
    assert GATEWAY.parse(wire.get({**FIELDS, **changes}, "/384-50")) == dial
    assert GATEWAY.parse(wire.get({**FIELDS, **changes}, "/384*50/")) == dial


@pytest.mark.parametrize(
    ("changes", "rest", "words"),
    [
        ({}, "", "the address must end in the service code, as in /384-50"),
        ({}, "/events", "the address ends in no service code"),
        ({"SessionID": " "}, "/384-50", "missing: sessionid"),
        ({"MSISDN": "anonymous"}, "/384-50", "msisdn is not an international phone number"),
        ({"input": "9" * 2001}, "/384-50", "input is over 2,000 characters"),
    ],
)
def test_what_is_wrong_is_said(changes, rest, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.get({**FIELDS, **changes}, rest))


def test_a_query_without_an_input_is_refused():
    fields = {name: value for name, value in FIELDS.items() if name != "input"}
    with pytest.raises(BadDial, match="missing: input"):
        GATEWAY.parse(wire.get(fields, "/384-50"))


@pytest.mark.parametrize(("error", "how"), [("522", "failed"), ("0", "released"), ("", "released")])
def test_word_of_an_end(error, how):
    fields = {"SessionID": "1", "msisdn": "254733000001", "clean": "clean-session", "error": error}
    request = wire.get(fields, "/384-50")
    assert GATEWAY.parse(request) == Ended("airtel", "1", "+254733000001", how, error)
    assert GATEWAY.acknowledge(request).body == ""


@pytest.mark.parametrize(("ends", "flow"), [(False, "FC"), (True, "FB")])
def test_a_page_is_the_body_and_a_header_says_whether_it_goes_on(ends, flow):
    answer = GATEWAY.render(Reply("\n Un mot\r\nFreeflow: FB\n1 <b>", ends), wire.get(FIELDS))
    assert answer.body == "Un mot\r\nFreeflow: FB\n1 <b>"
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers == (("Freeflow", flow), ("charge", "N"), ("amount", "0"))
