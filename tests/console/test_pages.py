"""Every page: who may use it, what goes out with it, that it is our own form, how heavy it is."""

import gzip
import re

import pytest
from sqlalchemy.exc import OperationalError

from console import today
from console.pages import ANYONE, Pages, page
from staff.models import ROLES, grants
from tests.console.conversations import ACCOUNT, FRENCH, send, sign_in

# For anyone, and without something else first they lead to signing in.
LEAD_BACK = ("console.sign_in_code", "console.forgotten")
USERS = {"agent": "awa", "manager": "fatou", "administrator": "admin", "translator": "penda"}


@pytest.fixture
def client(office):
    return office.app.test_client()


def routes(app):
    """Each page's endpoint, URL and method."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith("/console"):
                _, url = rule.build(dict.fromkeys(rule.arguments, "1"))
                for method in rule.methods - {"HEAD", "OPTIONS"}:
                    yield rule.endpoint, url, method


def test_every_page_says_who_may_use_it(office):
    found = list(routes(office.app))
    assert len(found) >= 10
    assert {endpoint for endpoint, _, _ in found} == set(page.may)


def test_a_page_that_does_not_say_so_can_t_exist():
    pages = Pages("some", __name__)
    with pytest.raises(TypeError, match="say who may use it"):
        pages.route("/secret")(lambda: "")
    with pytest.raises(TypeError, match="say who may use it"):
        pages.route("/secret", may="everybody")(lambda: "")


def test_signed_out_one_reaches_only_what_is_for_anyone(office):
    for endpoint, url, method in routes(office.app):
        answer = office.app.test_client().open(url, method=method)
        is_out = answer.status_code == (401 if method == "POST" else 302)
        if endpoint in LEAD_BACK:
            assert answer.location == "/console/sign-in" or method == "POST"
            continue
        assert is_out is (page.may[endpoint] != ANYONE), (method, url, answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_what_is_for_it_and_no_more(office, role):
    client = office.app.test_client()
    sign_in(client, USERS[role])
    for endpoint, url, method in routes(office.app):
        least = page.may[endpoint]
        allowed = least == ANYONE or grants(role, least)
        answer = client.open(url, method=method)  # a POST without its token does nothing
        assert (answer.status_code != 403) is allowed, (role, method, url, answer.status_code)
    assert client.get(ACCOUNT).status_code == 200


def test_a_page_above_one_s_role_says_whom_to_ask(office, client, monkeypatch):
    monkeypatch.setitem(page.may, "console.queue", "administrator")
    sign_in(client)
    shown = client.get("/console/queue")
    assert shown.status_code == 403
    assert "Demandez à votre responsable" in shown.text


@pytest.mark.parametrize("token", [None, "", "wrong", "IjEi.aaaaaa.bbbbbb"])
def test_a_form_that_is_not_our_own_does_nothing(client, token):
    sign_in(client)
    fields = {"language": "en"} | ({} if token is None else {"csrf_token": token})
    answer = client.post(f"{ACCOUNT}/language", data=fields)
    assert answer.status_code == 400
    assert "Cette page avait vieilli" in answer.text
    assert '<html lang="fr">' in client.get("/console/").text


def test_every_post_needs_its_token(office, client):
    sign_in(client, "admin")
    posts = [url for _, url, method in routes(office.app) if method == "POST"]
    assert len(posts) >= 5
    for url in posts:
        assert client.post(url).status_code == 400, url


TYPED = {"reason": "Il manque <l'acte>", "new": "a secret word"}


def test_what_was_typed_on_an_old_page_is_shown_but_no_password(client):
    sign_in(client)
    shown = client.post(f"{ACCOUNT}/password", data=TYPED).text
    assert "Il manque &lt;l&#39;acte&gt;" in shown
    assert "a secret word" not in shown
    assert "Envoyer à nouveau" not in shown  # it may have been somebody else's page


def test_what_came_from_our_own_page_can_be_sent_again(client):
    sign_in(client)
    headers = {"Sec-Fetch-Site": "same-origin"}
    shown = client.post(f"{ACCOUNT}/language", data={"language": "en"}, headers=headers).text
    assert "Envoyer à nouveau" in shown
    token = re.findall(r'name="csrf_token" value="([^"]+)"', shown)[-1]
    again = client.post(f"{ACCOUNT}/language", data={"language": "en", "csrf_token": token})
    assert again.status_code == 303


def test_what_was_typed_when_the_session_had_ended_is_shown(client):
    shown = client.post("/console/settings/account/language", data=TYPED, headers=FRENCH)
    assert shown.status_code == 401
    assert "Il manque &lt;l&#39;acte&gt;" in shown.text
    assert "connectez-vous" in shown.text


def test_an_address_without_a_page_says_so_in_the_console_s_look(client):
    shown = client.get("/console/nothing/here", headers=FRENCH)
    assert shown.status_code == 404
    assert "Il n&#39;y a rien à cette adresse" in shown.text
    assert "Content-Security-Policy" in shown.headers


def test_citizens_paths_answer_as_ever(office):
    for url in ("/nothing", "/sms/nothing", "/consoles"):
        answer = office.app.test_client().get(url)
        assert "Guichet" not in answer.text
        assert "Content-Security-Policy" not in answer.headers
    assert office.post(
        {"sessionId": "1", "phoneNumber": "+221770000050", "text": "", "serviceCode": "*384*50#"}
    ).text.startswith("CON ")
    assert office.app.test_client().post("/sms/africastalking/demo/delivery").text == "OK\n"


def test_what_breaks_is_said_with_a_number_and_without_a_trace(client, monkeypatch):
    sign_in(client)
    monkeypatch.setattr(today, "sheets", lambda _now: 1 / 0)
    shown = client.get("/console/", headers=FRENCH)
    assert shown.status_code == 500
    assert shown.headers["X-Request-ID"] in shown.text
    assert "ZeroDivision" not in shown.text


def test_without_a_database_a_page_says_to_wait(client, monkeypatch):
    def gone(_now: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    sign_in(client)
    monkeypatch.setattr(today, "sheets", gone)
    shown = client.get("/console/", headers=FRENCH)
    assert shown.status_code == 503
    assert "Attendez une minute" in shown.text


def test_browsers_are_told_what_pages_may_do(client):
    sign_in(client)
    headers = client.get("/console/").headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_no_page_holds_a_script_or_a_style_of_its_own(office, client):
    sign_in(client, "admin")
    for _, url, method in routes(office.app):
        if method == "GET" and "/static/" not in url:
            text = client.get(url, follow_redirects=True).text
            assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", text), url


def test_a_style_sheet_is_kept_for_good_and_named_by_what_is_in_it(client):
    text = client.get("/console/sign-in").text
    for url in re.findall(r'"(/console/static/[^"]+)"', text):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers["Vary"]
        name = url.rpartition("/")[2]
        old = client.get(f"/console/static/000000000000/{name}")
        assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")
    assert client.get("/console/static/1/..%2Fpages.py").status_code == 404
    assert client.get("/console/static/1/none.css").status_code == 404


def test_a_first_visit_weighs_less_than_sixty_thousand_bytes(client):
    sign_in(client, "admin")
    packs = {"Accept-Encoding": "gzip"}
    for url in ("/console/", "/console/queue", ACCOUNT):
        first = client.get(url, headers=packs)
        html = gzip.decompress(first.data).decode()
        plain, packed = len(html), len(first.data)
        for part in re.findall(r'"(/console/static/[^"]+)"', html):
            asset = client.get(part, headers=packs)
            packed += len(asset.data)
            plain += len(gzip.decompress(asset.data))
        assert plain < 60_000
        assert packed < 15_000, (url, packed)


def test_without_gzip_pages_come_plain(client):
    answer = client.get("/console/sign-in", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_form_that_is_too_large_is_refused_in_words(client):
    sign_in(client)
    answer = send(client, f"{ACCOUNT}/language", {"language": "x" * 2_000_000})
    assert answer.status_code == 413
    assert "trop grand" in answer.text
