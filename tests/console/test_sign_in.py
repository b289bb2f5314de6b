"""Signing in, staying, and being out again."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from sqlmodel import select

from citizens.audit import AuditEntry
from console import sessions
from console.signing import within
from database import reading, writing
from settings import Settings
from staff import directory
from staff.models import Staff
from tests.console.conversations import ACCOUNT, FRENCH, is_in, send, sign_in, token, try_to_sign_in

NEW = "quatre mots sans lien"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def client(office):
    return office.app.test_client()


@pytest.fixture
def other(office):
    """Another browser."""
    return office.app.test_client()


def person(name: str = "awa") -> Staff:
    with reading() as db:
        return directory.find(db, name)


def back_in_time(client, mark: str, by: timedelta) -> None:
    """The cookie as it would be, had that been so long ago."""
    with client.session_transaction(path="/") as session:
        session[mark] -= int(by.total_seconds())


def test_who_is_out_is_led_to_sign_in_and_then_to_where_they_wanted_to_go(client):
    asked = client.get("/console/queue?service=2")
    assert asked.status_code == 302
    assert asked.location == "/console/sign-in?next=/console/queue?service%3D2"
    shown = client.get(asked.location, headers=FRENCH)
    wanted = re.search(r'name="next" value="([^"]+)"', shown.text)[1]
    assert try_to_sign_in(client, next=wanted).location == "/console/queue?service=2"
    page = client.get("/console/queue")
    assert page.status_code == 200
    assert "Awa Exemple" in page.text


def test_without_a_wish_one_comes_to_today(client):
    assert try_to_sign_in(client).location == "/console/"
    assert "Aujourd'hui" in client.get("/console/").text


def test_a_translator_comes_to_what_is_theirs_and_finds_no_way_to_the_rest(client):
    landed = try_to_sign_in(client, "penda", next="/console/").location
    shown = client.get(landed)
    assert shown.status_code == 200
    assert "Traducteur" in shown.text
    assert "/console/queue" not in shown.text
    assert client.get("/console/").status_code == 403
    assert f'href="{landed}"' in client.get("/console/").text
    settings = client.get("/console/settings").text
    assert ACCOUNT in settings
    assert "/console/settings/offices" not in settings


def test_capitals_and_blanks_around_a_user_name_don_t_matter(client):
    sign_in(client, " Awa ")
    assert is_in(client)


def test_it_is_noted_who_signed_in(client):
    sign_in(client)
    with reading() as db:
        notes = db.exec(select(AuditEntry.who, AuditEntry.did)).all()
    assert ("staff:awa", "staff.sign_in") in notes


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client):
    answers = [
        try_to_sign_in(client, *pair)
        for pair in (("awa", "not the password"), ("nobody", "not the password"))
    ]
    texts = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert texts[0] == texts[1]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "ne vont pas ensemble" in texts[0]
    assert not is_in(client)


def test_the_user_name_stays_written_and_the_password_does_not(client):
    shown = try_to_sign_in(client, "awa", "not the password").text
    assert 'value="awa"' in shown
    assert "not the password" not in shown


def test_what_is_missing_is_said_beside_its_field(client):
    shown = try_to_sign_in(client, "", "")
    assert shown.status_code == 422
    assert "Écrivez votre nom d&#39;utilisateur." in shown.text
    assert 'aria-invalid="true"' in shown.text


def test_after_five_wrong_tries_one_is_told_when_to_try_again(client):
    for _ in range(5):
        assert try_to_sign_in(client, "awa", "not the password").status_code == 422
    told = try_to_sign_in(client)  # the right one
    assert told.status_code == 429
    assert 0 < int(told.headers["Retry-After"]) <= 61
    assert re.search(r"Trop d&#39;essais. Le prochain est possible à \d+ h \d\d", told.text)
    assert not is_in(client)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/console/",
        "//evil.example/console/",
        "/\\evil.example",
        "\\\\evil.example/console/",
        "https:/console/",
        "/console.evil.example",
        "/consoles",
        "console/",
        "javascript:alert(1)",
        "/console/\r\nX: y",
        "/ussd/",
        "",
    ],
)
def test_nobody_is_led_elsewhere(client, elsewhere):
    assert try_to_sign_in(client, next=elsewhere).location == "/console/"
    again = client.get(f"/console/sign-in?next={quote(elsewhere)}")
    assert again.location == "/console/"


def test_a_page_of_ours_is_where_one_is_led(office):
    with office.app.test_request_context():
        assert within("/console/queue?a=b&c=//d") == "/console/queue?a=b&c=//d"


def test_a_cookie_that_somebody_prepared_is_worth_nothing(client, other):
    before = token(client, "/console/sign-in")
    prepared = client.get_cookie("guichet", path="/").value
    other.set_cookie("guichet", prepared, path="/")
    sign_in(other)
    assert other.get_cookie("guichet", path="/").value != prepared
    assert not is_in(client)
    stale = other.post("/console/sign-out", data={"csrf_token": before})
    assert stale.status_code == 400  # the token from before is none any more
    assert is_in(other)


def test_signing_out_is_a_deed_and_takes_a_form(client):
    sign_in(client)
    assert client.get("/console/sign-out").status_code == 405
    assert send(client, "/console/sign-out").location == "/console/sign-in"
    assert not is_in(client)


def test_the_cookie_is_for_the_console_and_not_for_scripts(client):
    client.get("/console/sign-in")
    cookie = client.get_cookie("guichet", path="/")
    assert (cookie.http_only, cookie.same_site, cookie.secure) == (True, "Lax", False)


def test_in_production_the_cookie_travels_by_https_only(open_office):
    app = open_office(**production()).app
    answer = app.test_client().get("/console/sign-in")
    assert "; Secure;" in answer.headers["Set-Cookie"]


def test_production_takes_no_demo_password(open_office):
    client = open_office(**production()).app.test_client()
    base = {"base_url": "https://localhost"}
    shown = client.get("/console/sign-in", **base).text
    fields = {
        "csrf_token": re.search(r'csrf_token" value="([^"]+)', shown)[1],
        "name": "awa",
        "password": "guichet-demo",
    }
    assert client.post("/console/sign-in", data=fields, **base).status_code == 422


def production() -> dict[str, str]:
    return {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "x" * 32,
        "WEBHOOK_SECRETS": "a-long-webhook-secret",
        "DATA_KEYS": "c29tZSBvdGhlciBrZXksIG5vdCB0aGUgZGVtbydzISE=",
        "SMS_GATEWAY": "console",
    }


def test_a_session_is_open_while_somebody_is_there():
    marks = {"seen": NOW.timestamp(), "began": NOW.timestamp()}
    for hours, awake, is_open in (
        (1.9, 0, True),
        (2.1, 0, False),
        (11.9, 11, True),
        (12.1, 12, False),
    ):
        later = NOW + timedelta(hours=hours)
        seen = (NOW + timedelta(hours=awake)).timestamp()
        assert sessions.is_open({**marks, "seen": seen}, later, Settings()) is is_open


def test_the_settings_say_how_long():
    marks = {"seen": NOW.timestamp(), "began": NOW.timestamp()}
    settings = Settings(console_idle_minutes=5, console_hours=1)
    assert sessions.is_open(marks, NOW + timedelta(minutes=4), settings)
    assert not sessions.is_open(marks, NOW + timedelta(minutes=6), settings)


@pytest.mark.parametrize(("mark", "hours"), [("seen", 2), ("began", 12)])
def test_who_was_long_away_signs_in_again_and_is_told_why(client, mark, hours):
    sign_in(client)
    back_in_time(client, mark, timedelta(hours=hours, minutes=-1))
    assert is_in(client)
    back_in_time(client, mark, timedelta(hours=hours, minutes=2))
    out = client.get("/console/queue", headers=FRENCH)
    assert out.location.startswith("/console/sign-in?next=/console/queue")
    assert "Votre session est terminée" in client.get(out.location, headers=FRENCH).text


def test_doing_something_keeps_a_session_open(client):
    sign_in(client)
    for _ in range(3):
        back_in_time(client, "seen", timedelta(minutes=90))
        assert is_in(client)


def test_who_may_not_sign_in_any_more_is_out_at_the_next_request(client):
    sign_in(client)
    with writing() as db:
        directory.set_active(db, directory.find(db, "awa"), False, by="test")
    assert not is_in(client)
    assert try_to_sign_in(client).status_code == 422
    with writing() as db:
        directory.set_active(db, directory.find(db, "awa"), True, by="test")
    assert not is_in(client)  # the old session stays ended
    sign_in(client)


def test_a_new_password_ends_other_sessions_and_not_this_one(client, other):
    sign_in(client)
    sign_in(other)
    fields = {"now": "guichet-demo", "new": NEW, "again": NEW}
    assert send(client, f"{ACCOUNT}/password", fields).status_code == 303
    assert is_in(client)
    assert not is_in(other)
    assert try_to_sign_in(other).status_code == 422
    sign_in(other, "awa", NEW)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"now": "wrong password", "new": NEW, "again": NEW}, "pas votre mot de passe actuel"),
        ({"now": "guichet-demo", "new": "court", "again": "court"}, "au moins 10"),
        ({"now": "guichet-demo", "new": "motdepasse", "again": "motdepasse"}, "devinerait"),
        ({"now": "guichet-demo", "new": NEW, "again": NEW + "s"}, "pas le même"),
        ({"now": "", "new": NEW, "again": NEW}, "mot de passe actuel"),
    ],
)
def test_a_password_that_is_not_taken_is_said_beside_its_field(client, fields, told):
    sign_in(client)
    shown = send(client, f"{ACCOUNT}/password", fields)
    assert shown.status_code == 422
    assert told in shown.text
    assert NEW not in shown.text
    assert person().stamp == 1


def test_who_found_a_browser_open_can_t_guess_the_password_there(client):
    sign_in(client)
    wrong = {"now": "wrong password", "new": NEW, "again": NEW}
    for _ in range(5):
        send(client, f"{ACCOUNT}/password", wrong)
    right = {**wrong, "now": "guichet-demo"}
    assert "Trop d&#39;essais" in send(client, f"{ACCOUNT}/password", right).text


def test_signing_out_everywhere_is_everywhere(client, other):
    sign_in(client)
    sign_in(other)
    send(client, f"{ACCOUNT}/sign-out-everywhere")
    assert not is_in(client)
    assert not is_in(other)


def test_the_language_is_the_person_s_own(client, other):
    sign_in(client)
    assert "Saved." in _after(client, send(client, f"{ACCOUNT}/language", {"language": "en"}))
    sign_in(other)
    assert "<h1>Today</h1>" in other.get("/console/", headers=FRENCH).text


def test_before_signing_in_the_browser_s_language_is_spoken_or_the_one_asked_for(client):
    assert "Sign in" in client.get("/console/sign-in", headers={"Accept-Language": "en-GB"}).text
    assert "Se connecter" in client.get("/console/sign-in", headers={"Accept-Language": "wo"}).text
    assert "Sign in" in client.get("/console/sign-in?lang=en", headers=FRENCH).text


def _after(client, answer) -> str:
    return client.get(answer.location).text
