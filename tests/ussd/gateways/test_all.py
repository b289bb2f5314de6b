"""What every gateway must do, whoever the provider: a conversation through both its sides, and
whatever bytes arrive."""

import json
import re
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ussd.dials import BadDial, Dial, Ended, Reply, added, seen, shortcut
from ussd.gateways import Gateway, Handset, NotAScreen, all_gateways
from ussd.wire import Request, Response

NUMBER, CODE = "+221770000001", "*384*50#"
PHONE = Handset(NUMBER, CODE, session_id="4f3a-91", network="60801")
MENU = Reply("Bienvenue\n1 File\n2 Dossier\n00 Accueil", ends=False, choices=3)
QUESTION = Reply("Votre nom ?\n0 Retour", ends=False, choices=1, types=True)
BYE = Reply("Merci, à bientôt", ends=True)

# A long dial's end is lost where the provider does not tell what was dialled.
NO_SHORTCUT = {"beem", "orange"}
NO_CODE_LATER = {"arkesel", "nalo", "infobip"}

ENTRIES = [
    "1",
    "00",
    "1*2",
    "*",
    "#",
    "*#",
    "12#",
    "Awa Ndèye",
    "ŋ ɓ",
    "٣٤",
    "a&b=c",
    "<1>",
    "%s {0}",
]
each = pytest.mark.parametrize("gateway", all_gateways().values(), ids=all_gateways())


def dialled(gateway: Gateway, handset: Handset) -> Dial:
    found = gateway.parse(gateway.call(handset))
    assert isinstance(found, Dial)
    return found


def asked(gateway: Gateway, *entries: str) -> Handset:
    """A phone that typed these, the last one at a question that followed the others."""
    question = replace(QUESTION, turn=len(entries) - 1)
    answer = gateway.render(question, gateway.call(PHONE))
    return replace(PHONE, entries=entries, answer=answer)


@each
def test_its_contract_says_what_an_operator_needs(gateway):
    contract = gateway.contract
    assert gateway is all_gateways()[contract.name]
    assert re.fullmatch(r"[a-z]+", contract.name)
    assert set(contract.methods) <= {"GET", "POST", "PUT"}
    said = (contract.title, contract.countries, contract.takes, contract.gives, contract.starts)
    assert all((*said, contract.repeats, contract.ends, contract.source))
    assert gateway.call(PHONE).method in contract.methods
    assert gateway.call(PHONE).rest.startswith(contract.address)


@each
def test_dialling_the_code_begins_a_session(gateway):
    dial = dialled(gateway, PHONE)
    assert dial.provider == gateway.contract.name
    assert (dial.phone, dial.service_code, dial.text) == (NUMBER, CODE, "")
    assert dial.starts
    assert dial.session_id in (PHONE.session_id, "")
    assert shortcut(dial.service_code, CODE, dial.text) == []


@each
def test_a_long_dial_tells_its_entries(gateway):
    dial = dialled(gateway, replace(PHONE, shortcut="2*1"))
    expected = [] if gateway.contract.name in NO_SHORTCUT else ["2", "1"]
    assert shortcut(dial.service_code, CODE, dial.text) == expected


@each
@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_arrives_as_it_was_typed(gateway, entry):
    start = dialled(gateway, PHONE)
    dial = dialled(gateway, asked(gateway, entry))
    assert not dial.starts
    assert dial.session_id == start.session_id
    assert added(seen(start), dial) == entry


@each
@pytest.mark.parametrize("entry", ["1", "*", "12#", "٣٤"])
def test_the_same_callback_again_adds_nothing(gateway, entry):
    dial = dialled(gateway, asked(gateway, entry))
    assert added(seen(dial, at=10_000), dial, came=9_000) is None
    start = dialled(gateway, PHONE)
    assert added(seen(start, at=10_000), start, came=60_000) is None


@each
@pytest.mark.parametrize("entry", ["1", "00", "*", "4821"])
def test_an_equal_entry_that_is_typed_again_is_another(gateway, entry):
    once = dialled(gateway, asked(gateway, entry))
    twice = dialled(gateway, asked(gateway, entry, entry))
    assert added(seen(once, at=10_000), twice, came=10_000) == entry


@each
def test_a_session_keeps_the_code_that_was_dialled_if_it_is_told(gateway):
    dial = dialled(gateway, asked(gateway, "1"))
    assert dial.service_code == ("" if gateway.contract.name in NO_CODE_LATER else CODE)


@each
def test_a_phone_that_is_cut_off_is_told_or_not(gateway):
    request = gateway.hang_up(asked(gateway, "1", "4821"))
    if request is None:
        assert gateway.contract.ends == "not told"
        return
    ended = gateway.parse(request)
    assert isinstance(ended, Ended)
    assert (ended.provider, ended.phone) == (gateway.contract.name, NUMBER)
    assert ended.session_id == PHONE.session_id
    assert ended.how != "completed"
    assert is_end(gateway, gateway.acknowledge(request))


TEXTS = [
    "Un mot",
    'Une "citation" et un \\ trait\n1 A\n\n2 B',
    "<b>&amp; </p></body></html>",
    "CON END \r\nFreeflow: FC\r\n\r\n",
    "{0} %s ${x}",
    "Fula ɓ ɗ ŋ\nالعربية 😀",
]


@each
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ends", [False, True])
def test_a_page_is_shown_as_it_was_written(gateway, text, ends):
    answer = gateway.render(Reply(text, ends, choices=0), gateway.call(PHONE))
    shown = gateway.screen(answer)
    assert shown.goes_on is not ends
    expected = text.replace("\r", "") if gateway.contract.name == "orange" else text
    assert shown.text == expected
    assert_sendable(answer)


@each
@pytest.mark.parametrize("reply", [MENU, QUESTION, BYE])
def test_menus_questions_and_ends_come_round(gateway, reply):
    shown = gateway.screen(gateway.render(reply, gateway.call(PHONE)))
    assert (shown.text, shown.goes_on) == (reply.text, not reply.ends)


@each
@pytest.mark.parametrize(
    "answer",
    [
        Response(""),
        Response("<html><body>500</body></html>", status=500),
        Response("CON 1 File", status=502),
        Response('{"message": 1, "reply": 1}'),
        Response("[]"),
        Response('{"Type": "response", "payload": [], "data": []}'),
    ],
)
def test_what_no_network_would_show_is_not_a_screen(gateway, answer):
    with pytest.raises(NotAScreen):
        gateway.screen(answer)


# Whatever arrives.


def is_end(gateway: Gateway, answer: Response) -> bool:
    """Whether this closes the session; an answer without a body is none that can go on."""
    assert_sendable(answer)
    return answer == Response("") or not gateway.screen(answer).goes_on


def assert_sendable(answer: Response) -> None:
    answer.body.encode()
    assert answer.status == 200
    for name, value in answer.headers:
        assert re.fullmatch(r"[\x21-\x7e]+", name)
        assert re.fullmatch(r"[\x20-\x7e]+", value)


HOSTILE = [
    "",
    " ",
    "\x00",
    "\r\nSet-Cookie: a=b",
    "\ud800",
    "é" * 3000,
    "٣٤٥",
    "'; DROP TABLE tickets; --",
    "%s%n{0.__class__}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "*384*50#" * 40,
    "9" * 400,
    "NaN",
    "\u202e\u200d\ufeff",
]
VALUES = [
    *HOSTILE,
    None,
    True,
    False,
    0,
    -1,
    10**300,
    1.5,
    float("inf"),
    [],
    ["1"],
    {},
    {"a": [{}]},
]
values = st.one_of(st.sampled_from(VALUES), st.text(max_size=40))
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
noise = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([b"null", b"[]", b"{", b"[" * 5000, b'{"a":' * 5000, b"1" * 9000]),
    st.sampled_from([b'{"a": "\\ud800"}', "{}".encode("utf-16"), b"\xff\xfe{", b"\xef\xbb\xbf{}"]),
)
STARTS = [PHONE, replace(PHONE, shortcut="2*1")]


def requests_of(gateway: Gateway) -> list[Request]:
    """Everything the provider sends."""
    typed = asked(gateway, "1", "4821")
    sent = [*(gateway.call(handset) for handset in (*STARTS, typed)), gateway.hang_up(typed)]
    return [request for request in sent if request is not None]


@st.composite
def mutated(draw: st.DrawFn, gateway: Gateway) -> Request:
    """A provider's request with some of it missing, doubled, or turned into something else."""
    request = draw(st.sampled_from(requests_of(gateway)))
    if draw(st.booleans()) and request.body:
        request = replace(request, body=draw(st.one_of(noise, bodies(request))))
    if draw(st.booleans()):
        request = replace(request, query=draw(queries(request)))
    if draw(st.integers(0, 5)) == 0:
        request = replace(request, rest=draw(st.one_of(words, words.map(lambda word: f"/{word}"))))
    if draw(st.integers(0, 3)) == 0:
        request = replace(request, headers={name: draw(words) for name in request.headers})
    if draw(st.integers(0, 5)) == 0:
        request = replace(request, method=draw(st.sampled_from(["GET", "POST", "PUT", "HEAD"])))
    return request


@st.composite
def bodies(draw: st.DrawFn, request: Request) -> bytes:
    try:
        fields = json.loads(request.body)
    except ValueError:
        return draw(pairs(dict(request.form()))).encode()
    names = draw(st.lists(st.sampled_from(sorted(fields)), unique=True, max_size=3))
    for name in names:
        if draw(st.booleans()):
            fields[name] = draw(values)
        else:
            del fields[name]
    if draw(st.booleans()):
        fields |= {name.upper(): draw(values) for name in names}
    body = json.dumps(fields)
    if draw(st.booleans()) and names:
        body = body[:-1] + f', "{names[0]}": {json.dumps(draw(values))}}}'
    return body.encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-32"])))


@st.composite
def queries(draw: st.DrawFn, request: Request) -> str:
    return draw(st.one_of(words, pairs(dict(request.arguments()))))


@st.composite
def pairs(draw: st.DrawFn, fields: dict[str, str]) -> str:
    fields = {**fields, draw(words): draw(words)}
    for name in draw(st.lists(st.sampled_from(sorted(fields)), unique=True, max_size=3)):
        fields[name] = draw(words)
    text = urlencode(fields, errors="surrogatepass")
    cut = draw(st.integers(0, len(text)))
    return draw(st.sampled_from([text, text[:cut], f"{text}&{text}", text.replace("%", "", 2)]))


@each
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_arrives_is_a_dial_or_a_bad_dial_and_gets_an_end(gateway, data):
    request = data.draw(mutated(gateway))
    try:
        found = gateway.parse(request)
    except BadDial as refused:
        found = str(refused)
    assert_plain(found)
    assert is_end(gateway, gateway.render(BYE, request))
    assert gateway.screen(gateway.render(BYE, request)).text == BYE.text
    assert is_end(gateway, gateway.acknowledge(request))


def assert_plain(found: Dial | Ended | str) -> None:
    """Nothing in it that could not be kept, compared and sent; no number where it is refused."""
    if isinstance(found, str):
        assert NUMBER.strip("+") not in found
        assert found.isprintable()
        return
    assert re.fullmatch(r"\+[1-9][0-9]{7,14}", found.phone)
    assert len(found.session_id) <= 100
    texts = [
        value
        for value in (getattr(found, name) for name in found.__slots__)
        if isinstance(value, str)
    ]
    for text in texts:
        text.encode()
        assert len(text) <= 2000
        assert not re.search(r"[\x00-\x1f\x7f]", text)
    if isinstance(found, Dial):
        assert re.fullmatch(r"|[*#][0-9*#]{1,61}", found.service_code)
        assert len(found.network) <= 20


@each
@pytest.mark.parametrize("number", ["77000", "+22177A000001", "221770000001" * 2, "²²¹⁷⁷⁰⁰⁰⁰⁰⁰¹"])
def test_a_number_that_is_refused_is_not_told(gateway, number):
    handset = replace(PHONE, number=number)
    with pytest.raises(BadDial) as refused:
        gateway.parse(gateway.call(handset))
    assert number not in str(refused.value)
    assert "is not an international phone number" in str(refused.value)
