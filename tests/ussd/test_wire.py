"""Fields: forgiving in form, strict in content; a complaint names the field, not what it held."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ussd import wire
from ussd.dials import BadDial
from ussd.wire import Request, Response


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body is not JSON"),
        (b"\xff", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        (b"1" * 10_000, "the body is not JSON"),
        (b"[]", "the body is not a JSON object"),
        (b"null", "the body is not a JSON object"),
    ],
)
def test_a_body_that_is_no_object_is_refused(body, words):
    request = Request("POST", body=body)
    with pytest.raises(BadDial, match=words):
        request.json()
    assert wire.heard(request) == {}


def test_of_doubled_fields_the_last_counts():
    assert Request("GET", query="a=1&b=2&a=3").arguments() == {"a": "3", "b": "2"}
    assert Request("POST", body=b'{"a": 1, "a": 2}').json() == {"a": 2}


@given(st.text(alphabet="ab=&+%2fé 0", max_size=40))
def test_a_query_reads_as_the_standard_library_reads_it(query):
    expected = dict(parse_qsl(query, keep_blank_values=True))
    assert Request("GET", query=query).arguments() == expected


def test_a_form_may_hold_sixty_fields_and_bytes_that_are_no_letters():
    assert len(Request("POST", body=b"&".join([b"a%d=" % n for n in range(60)])).form()) == 60
    with pytest.raises(BadDial, match="over 60 fields"):
        Request("POST", body=b"a=&" * 60 + b"a=").form()
    assert Request("POST", body=b"a=%ff\xff").form() == {"a": "\ufffd\ufffd"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1*2", "1*2"),
        (4821, "4821"),
        ("\ud800", "?"),
        (True, ""),
        (1.5, ""),
        (None, ""),
        (["1"], ""),
        ({}, ""),
    ],
)
def test_a_value_as_text(value, text):
    assert wire.sound(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", "1"),
        ("  Awa Ndèye ", "Awa Ndèye"),
        ("a\x00b\r\nc\x85d", "a b  c d"),
        ("\x00", ""),
        ("٣٤", "٣٤"),
        (None, ""),
        (12, "12"),
    ],
)
def test_what_was_typed_holds_no_control_characters(value, text):
    assert wire.entry({"text": value}, "text") == text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "missing: text"),
        ({"text": False}, "text is not text"),
        ({"text": 1.5}, "text is not text"),
        ({"text": ["1"]}, "text is not text"),
        ({"text": "1" * 2001}, "text is over 2,000 characters"),
    ],
)
def test_an_entry_that_is_none_is_refused(fields, words):
    with pytest.raises(BadDial, match=words):
        wire.entry(fields, "text")


@pytest.mark.parametrize("given", ["+221770000001", "221770000001", " 221770000001", 221770000001])
def test_a_number_is_read_with_and_without_its_plus(given):
    assert wire.phone({"msisdn": given}, "msisdn") == "+221770000001"


@pytest.mark.parametrize("given", ["77", "+22177A", "٢٢١٧٧٠٠٠٠٠٠١", "2217700\x0000001", 10**30])
def test_a_number_that_is_none_is_not_told(given):
    with pytest.raises(BadDial) as refused:
        wire.phone({"msisdn": given}, "msisdn")
    assert str(refused.value) == "msisdn is not an international phone number"


@pytest.mark.parametrize(
    ("value", "dialled"),
    [
        ("*384*50*2#", "*384*50*2#"),
        ("*384*50", "*384*50#"),
        ("#303#", "#303#"),
        ("384*50", ""),
        ("*384*a#", ""),
        ("*" + "1" * 90, ""),
        (None, ""),
    ],
)
def test_a_dialled_string_is_known_by_its_signs(value, dialled):
    assert wire.dialled({"text": value}, "text") == dialled


@pytest.mark.parametrize(
    ("rest", "code"),
    [("", ""), ("/", ""), ("/384-50", "*384*50#"), ("/384*50/", "*384*50#"), ("/303", "*303#")],
)
def test_our_address_may_end_in_the_service_code(rest, code):
    assert wire.address_code(rest) == code
    if code:
        assert wire.address_code(wire.code_address(code)) == code


@pytest.mark.parametrize("rest", ["/x", "/384--50", "/384-50/x", "384-50", "/٣٨٤", "/" + "1" * 70])
def test_another_ending_is_refused(rest):
    with pytest.raises(BadDial, match="the address ends in no service code such as /384-50"):
        wire.address_code(rest)


@pytest.mark.parametrize(
    ("value", "truth"),
    [(True, True), (False, False), ("True", True), ("no", False), (1, True), (0, False)],
)
def test_a_truth_in_json_or_in_words(value, truth):
    assert wire.flag({"new": value}, "new") is truth


def test_a_truth_that_is_not_there_is_untrue():
    assert wire.flag({}, "new") is wire.flag({"new": None}, "new") is False


@pytest.mark.parametrize("value", ["perhaps", 2, [], {"a": []}, 1.0])
def test_a_truth_that_is_none_is_refused(value):
    with pytest.raises(BadDial, match="new is neither true nor false"):
        wire.flag({"new": value}, "new")


@pytest.mark.parametrize(
    ("value", "quantity"),
    [("42500", 42.5), (42500, 42.5), ("", None), ("nan", None), ("-1", None), ("9" * 400, None)],
)
def test_a_quantity_is_none_if_it_can_t_be_meant(value, quantity):
    assert wire.number({"ms": value}, "ms", per=1000) == quantity


@pytest.mark.parametrize(
    ("value", "repeated"),
    [
        ("a", "a"),
        (7, 7),
        (0, 0),
        (True, ""),
        ("\ud800", "?"),
        ("x" * 101, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_an_answer_repeats_a_field_as_it_came(value, repeated):
    assert wire.echo({"id": value}, "id") == repeated
    assert type(wire.echo({"id": value}, "id")) is type(repeated)


def test_an_error_page_tells_nothing():
    assert wire.told(Response("<html>")) == wire.told(Response("[]")) == {}
    assert wire.told(Response('{"message": ""}', status=500)) == {}


def test_json_goes_out_in_letters():
    answer = wire.answer_json({"message": 'À "bientôt"\n'})
    assert answer.body == '{"message": "À \\"bientôt\\"\\n"}'
    assert json.loads(answer.body) == {"message": 'À "bientôt"\n'}
