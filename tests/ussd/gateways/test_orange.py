"""Orange browses: choices are links, what is typed a form, the state travels in both."""

from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from ussd import wire
from ussd.dials import BadDial, Dial, Reply, added, seen
from ussd.gateways import Handset
from ussd.gateways.orange import GATEWAY, Orange
from ussd.wire import Request

HEADERS = {"user-msisdn": "+221770000001"}
DIAL = Dial("orange", "", "+221770000001", "", "orange", text="", starts=True, turn=0)
MENU = Reply("Bienvenue\nMairie & <Poste>\n1 File\n00 Accueil", False, choices=2, turn=3)
QUESTION = Reply("Votre nom ?\n0 Retour", False, choices=1, types=True, turn=4)


@pytest.mark.parametrize(
    ("fields", "rest", "dial"),
    [
        ({}, "", DIAL),
        ({}, "/384-50", replace(DIAL, service_code="*384*50#")),
        ({"n": "0", "e": "1"}, "", replace(DIAL, text="1", starts=False, turn=1)),
        ({"n": "3", "e": "00"}, "", replace(DIAL, text="00", starts=False, turn=4)),
        ({"n": "4", "e": ""}, "", replace(DIAL, text="", starts=False, turn=5)),
        ({"n": "4", "e": "a*b# é"}, "", replace(DIAL, text="a*b# é", starts=False, turn=5)),
    ],
)
def test_a_visit_is_a_dial(fields, rest, dial):
    assert GATEWAY.parse(wire.get(fields, rest, HEADERS)) == dial


@pytest.mark.parametrize(
    ("fields", "headers", "words"),
    [
        ({}, {}, "missing: User-MSISDN"),
        ({}, {"user-msisdn": "unknown"}, "User-MSISDN is not an international phone number"),
        ({"n": "-1", "e": "1"}, HEADERS, "n is not a turn"),
        ({"n": "", "e": "1"}, HEADERS, "n is not a turn"),
        ({"n": "1"}, HEADERS, "missing: e"),
        ({"n": "1", "e": "9" * 2001}, HEADERS, "e is over 2,000 characters"),
    ],
)
def test_what_is_wrong_is_said(fields, headers, words):
    with pytest.raises(BadDial, match=words):
        GATEWAY.parse(wire.get(fields, headers=headers))


def test_the_contract_names_the_header():
    browser = Orange("X-Orange-Number")
    assert browser.parse(wire.get({}, headers={"x-orange-number": "221770000001"})) == DIAL


def test_choices_are_links_that_carry_the_turn_and_the_entry():
    body = GATEWAY.render(MENU, Request("GET")).body
    assert "Bienvenue<br/>Mairie &amp; &lt;Poste&gt;<br/>" in body
    assert '<a href="?n=3&amp;e=1">1 File</a><br/><a href="?n=3&amp;e=00">00 Accueil</a>' in body
    assert "<form" not in body


def test_what_is_typed_is_a_form_below_its_links():
    body = GATEWAY.render(QUESTION, Request("GET")).body
    assert '<a href="?n=4&amp;e=0">0 Retour</a>' in body
    assert '<form action="?n=4" method="get"><input type="hidden" name="n" value="4"/>' in body


def test_a_page_that_ends_leads_nowhere():
    body = GATEWAY.render(Reply("Merci\n1 an", True, choices=1, types=True), Request("GET")).body
    assert "Merci<br/>1 an</p></body>" in body


@pytest.mark.parametrize(
    "reply",
    [MENU, QUESTION, Reply('"\'<a href="?n=9&e=9">&amp;\x00\x1b\ud800\r\n]]>', False, choices=1)],
)
def test_every_page_is_well_formed_xml(reply):
    body = GATEWAY.render(reply, Request("GET")).body
    ElementTree.fromstring(body.encode())


@pytest.mark.parametrize(
    ("reply", "entry", "query"),
    [
        (MENU, "00", "n=3&e=00"),
        (MENU, "7", "n=3&e=7"),
        (QUESTION, "0", "n=4&e=0"),
        (QUESTION, "Awa & fils", "n=4&e=Awa+%26+fils"),
    ],
)
def test_a_phone_follows_links_and_fills_forms_in(reply, entry, query):
    answer = GATEWAY.render(reply, Request("GET"))
    handset = Handset("+221770000001", "*384*50#", "", entries=(entry,), answer=answer)
    assert GATEWAY.call(handset) == Request("GET", "/384-50", query, headers=HEADERS)


def test_a_link_that_is_followed_twice_is_told_by_its_turn():
    first = GATEWAY.parse(wire.get({"n": "3", "e": "1"}, headers=HEADERS))
    before = seen(first, at=0)
    assert added(before, first, came=60_000) is None
    older = GATEWAY.parse(wire.get({"n": "2", "e": "2"}, headers=HEADERS))
    assert added(before, older, came=60_000) is None
    following = GATEWAY.parse(wire.get({"n": "4", "e": "1"}, headers=HEADERS))
    assert added(before, following, came=0) == "1"
