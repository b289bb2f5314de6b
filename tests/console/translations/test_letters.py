"""Letters outside GSM-7: what either way costs, decided for a language and for one SMS."""

from datetime import date

import pytest

from database import writing
from locales.catalogues import FOLDED, folded, is_folded
from sms.models import Spent
from sms.texts import compose
from tests.conftest import CODE
from tests.console.conversations import FRENCH, send
from tests.console.translations.conversation import PLACE, entry, page_of, translator, write

NATIVE = {"do": "reviewed", "native": "1"}
TEXT = "Tikket {ticket}: waɗtu maa ɓadii. {counter}, {office}."
VALUES = {"ticket": "A001", "counter": 3, "office": "Mairie"}


@pytest.fixture
def client(office):
    return translator(office)


def body(language: str = "ff") -> str:
    return compose("ticket_called", language, VALUES).body


def decide(client, url: str, letters: str, page: str = ""):
    return send(client, url, {"letters": letters}, page=page or url)


def test_one_sms_keeps_its_letters_where_its_language_folds_them(client):
    called = entry("ff", "sms.ticket_called")
    write(client, "ff", called, TEXT, **NATIVE)
    assert "wadtu maa badii" in body()
    page = page_of("ff", called)
    shown = client.get(page, headers=FRENCH).text
    assert "Lettres gardées" in shown
    assert "Lettres pliées" in shown
    assert decide(client, f"{page}/letters", "kept", page).status_code == 303
    assert "waɗtu maa ɓadii" in body()
    assert compose("ticket_called", "ff", VALUES).encoding == "UCS-2"
    assert is_folded("ff", "sms.ticket_near")
    decide(client, f"{page}/letters", "", page)
    assert "wadtu maa badii" in body()


def test_what_segments_cost_here_is_said_in_money(client):
    with writing() as db:
        day = date(2026, 11, 20)
        db.add(Spent(day=day, gateway="a", currency="XOF", millionths=250_000_000, segments=10))
    called = entry("ff", "sms.ticket_called")
    write(client, "ff", called, TEXT, **NATIVE)
    shown = client.get(page_of("ff", called), headers=FRENCH).text
    assert "25 XOF" in shown


def test_a_language_whose_menus_would_run_over_is_not_changed(client):
    answer = decide(client, f"{PLACE}/ff/letters", "kept")
    assert answer.status_code == 422
    assert "feraient déborder" in answer.text
    assert folded() == FOLDED


def asked(office) -> str:
    """How the survey asks in Bambara, as sessions that begin now are asked."""
    office.library.refresh()
    tree, _ = office.library.dialled(CODE)
    return str(tree.screens["rate"].text["bm"])


def test_a_language_is_folded_in_menus_and_sms_within_a_refresh(office, client):
    office.phone().dial()
    assert asked(office) == "I taara biro la, a kɛra cogo di?"
    assert decide(client, f"{PLACE}/bm/letters", "folded").status_code == 303
    assert "bm" in folded()
    assert asked(office) == "I taara biro la, a kera cogo di?"
    decide(client, f"{PLACE}/bm/letters", "kept")
    assert "bm" not in folded()
    assert "ɛ" in asked(office)


def test_both_costs_stand_side_by_side(client):
    shown = client.get(f"{PLACE}/ff/letters", headers=FRENCH).text
    assert "Pages de tous les écrans" in shown
    assert "ŋ → ng" in shown
    assert "écrans débordent" in shown
