"""Programs' tokens: made and shown once, used, and ended."""

import re

import pytest

from tests.console.conversations import send, sign_in

TOKENS = "/console/tokens"
FIELDS = {"name": "état civil", "scopes": "cases:read", "agency": "", "days": ""}


@pytest.fixture
def admin(office):
    client = office.app.test_client()
    sign_in(client, "admin")
    return client


def make(client, **fields) -> str:
    answer = send(client, f"{TOKENS}/new", {**FIELDS, **fields})
    assert answer.status_code == 200, answer.text
    return re.search(r'value="(guichet_[^"]+)"', answer.text)[1]


def asks(office, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return office.app.test_client().get("/api/v1/cases", headers=headers).status_code


def test_without_one_the_page_says_what_they_are_for(admin):
    assert "Aucun programme n'a de jeton" in admin.get(TOKENS).text


def test_a_token_opens_the_api_until_it_is_revoked(office, admin):
    key = make(admin)
    assert asks(office, key) == 200
    shown = admin.get(TOKENS).text
    assert key not in shown
    assert "état civil" in shown
    assert "Lire les dossiers" in shown
    [revoke] = re.findall(r'action="(/console/tokens/\d+/revoke)"', shown)
    send(admin, revoke)
    assert asks(office, key) == 401
    assert "Retirés ou finis" in admin.get(TOKENS).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": ""}, "Écrivez le nom"),
        ({"scopes": []}, "Cochez au moins"),
        ({"days": "0"}, "de 1 à 3650"),
        ({"name": "x" * 41}, "40 caractères"),
    ],
)
def test_what_is_wrong_is_said(admin, fields, told):
    shown = send(admin, f"{TOKENS}/new", {**FIELDS, **fields})
    assert shown.status_code == 422
    assert told in shown.text


def test_a_name_is_taken_once(admin):
    make(admin)
    again = send(admin, f"{TOKENS}/new", FIELDS)
    assert again.status_code == 422
    assert "Ce nom est pris" in again.text
