"""Africa's Talking: a form in, `CON` or `END` out, word of an end at `/events`."""

from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways.africastalking import GATEWAY
from ussd.wire import Request, Response

FIELDS = {
    "sessionId": "ATUid_4d2f",
    "phoneNumber": "+221770000001",
    "networkCode": "60801",
    "serviceCode": "*384*50#",
    "text": "",
}
DIAL = Dial(
    "africastalking",
    "ATUid_4d2f",
    "+221770000001",
    "*384*50#",
    "60801",
    text="",
    starts=True,
    cumulative=True,
)


def post(fields: dict[str, str], rest: str = "") -> Request:
    return Request("POST", rest, body=urlencode(fields).encode())


@pytest.mark.parametrize(
    ("changes", "dial"),
    [
        ({}, DIAL),
        ({"text": "2*1"}, replace(DIAL, text="2*1", starts=False)),
        ({"text": "1*a*b#"}, replace(DIAL, text="1*a*b#", starts=False)),
        ({"text": "1*Awa Ndèye"}, replace(DIAL, text="1*Awa Ndèye", starts=False)),
        ({"text": "1\x002"}, replace(DIAL, text="1 2", starts=False)),
        ({"phoneNumber": "221770000001"}, DIAL),
        ({"serviceCode": "384*50"}, DIAL),
        ({"networkCode": "6" * 90}, replace(DIAL, network="6" * 20)),
    ],
)
def test_a_form_is_a_dial(changes, dial):
    assert GATEWAY.parse(post({**FIELDS, **changes})) == dial


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sessionId": ""}, "missing: sessionId"),
        ({"sessionId": "x" * 101}, "sessionId is not an id"),
        ({"phoneNumber": "+٢٢١٧٧"}, "phoneNumber is not an international phone number"),
        ({"serviceCode": "<b>"}, "serviceCode is not a code such as"),
        ({"text": "9" * 2001}, "text is over 2,000 characters"),
        ({f"f{n}": "" for n in range(60)}, "over 60 fields"),
    ],
)
def test_what_is_wrong_is_said(changes, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(post({**FIELDS, **changes}))


def test_a_form_without_a_text_is_not_the_start_of_a_session():
    fields = {name: value for name, value in FIELDS.items() if name != "text"}
    with pytest.raises(BadDial, match="missing: text"):
        GATEWAY.parse(post(fields))


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (Reply("Bienvenue\n1 État civil", ends=False), "CON Bienvenue\n1 État civil"),
        (Reply("Merci", ends=True), "END Merci"),
    ],
)
def test_a_page_goes_out_behind_con_or_end(reply, body):
    assert GATEWAY.render(reply, post(FIELDS)) == Response(body)


NOTICE = {
    **FIELDS,
    "status": "Incomplete",
    "durationInMillis": "42500",
    "hopsCount": "3",
    "cost": "XOF 2.5",
    "input": "1*4821",
    "errorMessage": "",
}
ENDED = Ended(
    "africastalking",
    "ATUid_4d2f",
    "+221770000001",
    "timed_out",
    cost="XOF 2.5",
    seconds=42.5,
    hops=3,
    typed="1*4821",
)


@pytest.mark.parametrize(
    ("changes", "ended"),
    [
        ({}, ENDED),
        ({"status": "Success"}, replace(ENDED, how="completed")),
        (
            {"status": "Failed", "errorMessage": "no\x00reply"},
            replace(ENDED, how="failed", reason="no reply"),
        ),
        ({"status": "Unheard of"}, replace(ENDED, how="failed")),
        ({"input": "1\x00" + "9" * 3000}, replace(ENDED, typed="1 " + "9" * 1998)),
        (
            {"durationInMillis": "nan", "hopsCount": "-1"},
            replace(ENDED, seconds=None, hops=None),
        ),
    ],
)
def test_word_of_an_end(changes, ended):
    request = post({**NOTICE, **changes}, "/events")
    assert GATEWAY.parse(request) == ended
    assert GATEWAY.acknowledge(request).status == 200
