"""Who may do what, tried over the whole route table: every role, nobody, and those of another
office, with real things in the addresses and forms that are our own. New routes are in it by
themselves."""

import re
from urllib.parse import unquote

import pytest
from sqlmodel import select

from citizens.audit import AuditEntry
from console.pages import ANYONE, page
from database import reading, writing
from settings import DEMO_PASSWORD
from staff import directory
from staff.models import ROLES, StaffSession, grants
from tests.console.conversations import ACCOUNT, FRENCH, is_in, send, sign_in, try_to_sign_in
from tests.console.routes import (
    HOLDER,
    OF_AN_OFFICE,
    OF_NONE,
    PHONE,
    WORDS,
    add_staff,
    gets,
    routes,
    state,
    things,
)

USERS = {"agent": "awa", "manager": "fatou", "administrator": "admin", "translator": "penda"}
PASSWORD = "quatre mots sans lien"

# What a form may hold, all at once: what one page does not know, it does not read.
FIELDS = {
    **{"version": "1", "step": "1", "drawn": "0", "note-note": "x", "note-version": "1"},
    **{"words": "x", "what": "holder", "role": "administrator", "office": "", "name": "x"},
    **{"display_name": "x", "counter": "1", "service": "1", "language": "fr", "outcome": "done"},
}


def in_form(client, url, method):
    """As sent from a page of the console's own."""
    if method == "GET":
        return client.get(url, headers=FRENCH)
    shown = client.get(ACCOUNT, headers=FRENCH).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)[1]
    return client.post(url, data={**FIELDS, "csrf_token": token}, headers=FRENCH)


def deeds() -> list[str]:
    with reading() as db:
        return list(db.exec(select(AuditEntry.did)))


def test_every_argument_of_an_address_is_known_to_these_tests(office):
    """Say in `tests/console/routes.py` what a new one is, and whether it belongs to an office."""
    with office.app.test_request_context():
        found = {
            argument
            for rule in office.app.url_map.iter_rules()
            if rule.rule.startswith("/console")
            for argument in rule.arguments
        }
    assert found <= OF_AN_OFFICE | OF_NONE, found - OF_AN_OFFICE - OF_NONE


def test_nobody_reaches_what_is_not_for_anyone(office):
    there = things(office)
    before, noted = state(), deeds()
    for endpoint, url, method in routes(office.app, there):
        if page.may[endpoint] == ANYONE:
            continue
        answer = office.app.test_client().open(url, method=method, data=FIELDS)
        if method == "GET":
            assert answer.status_code == 302, url
            assert answer.location.startswith("/console/sign-in"), url
        else:
            assert answer.status_code == 401, url
        assert HOLDER not in answer.text
        assert WORDS not in answer.text
    assert state() == before
    assert deeds() == noted


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_refused_all_that_it_is_not_granted_and_nothing_comes_of_it(office, role):
    there = things(office)
    client = office.app.test_client()
    sign_in(client, USERS[role])
    before, noted = state(), deeds()
    refused = 0
    for endpoint, url, method in routes(office.app, there):
        least = page.may[endpoint]
        if least != ANYONE and not grants(role, least):
            answer = in_form(client, url, method)
            assert answer.status_code == 403, (method, url)
            assert HOLDER not in answer.text
            refused += 1
    assert (refused == 0) is (role == "administrator")
    assert state() == before
    assert deeds() == noted


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_all_that_it_is_granted(office, role):
    there = things(office)
    client = office.app.test_client()
    sign_in(client, USERS[role])
    for endpoint, url, method in routes(office.app, there):
        if method == "GET" and page.may[endpoint] != ANYONE and grants(role, page.may[endpoint]):
            # 409: what can't be taken away, since somebody waits
            assert client.get(url).status_code in (200, 302, 409), url


@pytest.mark.parametrize("role", ["agent", "manager"])
def test_another_office_s_people_reach_nothing_of_this_one(office, role):
    there = things(office)
    add_staff("other", role, "fiscal", PASSWORD)
    client = office.app.test_client()
    sign_in(client, "other", PASSWORD)
    before = state()
    tried = 0
    for endpoint, url, method in routes(office.app, there):
        with office.app.test_request_context():
            rules = list(office.app.url_map.iter_rules(endpoint))
        if not {one for rule in rules for one in rule.arguments} & OF_AN_OFFICE:
            continue
        answer = in_form(client, url, method)
        tried += 1
        # A dossier is found by its whole reference: how it stands is told, and no more. At no
        # counter one moves no ticket, and is led back to choose one.
        also = {"console.case": 200, "console.move_ticket": 303}.get(endpoint, 404)
        allowed = (403, 404, also)
        assert answer.status_code in allowed, (method, url, answer.status_code)
        for secret in (HOLDER, WORDS, PHONE, PHONE[-9:]):
            assert secret not in answer.text, (method, url)
    assert tried > 20
    assert state() == before


def test_another_office_s_people_can_t_ask_for_this_one_by_its_number(office):
    there = things(office)
    add_staff("other", "manager", "fiscal", PASSWORD)
    client = office.app.test_client()
    sign_in(client, "other", PASSWORD)
    with reading() as db:
        number = directory.office_of_code(db, "mairie")
    for url in gets(office.app, there):
        answer = client.get(url, query_string={"office": number}, headers=FRENCH)
        if answer.status_code == 200:
            for secret in (HOLDER, WORDS, "Awa Exemple", PHONE):
                assert secret not in answer.get_data().decode("utf-8", "replace"), url


def test_another_counter_s_ticket_is_not_there_even_for_one_at_a_counter(office):
    there = things(office)
    add_staff("other", "agent", "fiscal", PASSWORD)
    client = office.app.test_client()
    sign_in(client, "other", PASSWORD)
    shown = client.get("/console/queue").text
    [counter, *_] = re.findall(r'name="counter" value="(\d+)"', shown)
    send(client, "/console/queue/sit", {"counter": counter})
    before = state()
    for name in ("call", "recall", "start", "hold", "resume", "absent", "done", "undo", "back"):
        url = f"/console/queue/tickets/{there['ticket_id']}/{name}"
        assert send(client, url, {"step": "1", "outcome": "done"}).status_code == 404, name
    assert state() == before


def test_every_post_takes_a_token_of_this_very_session(office):
    there = things(office)
    client, other = office.app.test_client(), office.app.test_client()
    sign_in(client, "admin")
    sign_in(other, "admin")
    shown = other.get(ACCOUNT).text
    theirs = re.search(r'name="csrf_token" value="([^"]+)"', shown)[1]
    before = state()
    posts = [url for _, url, method in routes(office.app, there) if method == "POST"]
    assert len(posts) > 30
    for url in posts:
        for fields in (FIELDS, {**FIELDS, "csrf_token": theirs}):
            assert client.post(url, data=fields).status_code == 400, url
    assert state() == before
    assert is_in(client)


def test_pages_that_change_something_can_t_be_asked_for_by_address(office):
    """Looking at every page leaves the database as it was."""
    there = things(office)
    client = office.app.test_client()
    sign_in(client, "admin")
    before = state()
    for url in gets(office.app, there):
        client.get(url)
    assert state() == before


def test_a_session_from_before_signing_in_is_worth_nothing_after_it(office):
    client, thief = office.app.test_client(), office.app.test_client()
    thief.get("/console/sign-in")
    fixed = thief.get_cookie("guichet", path="/").value
    client.set_cookie("guichet", fixed, path="/")
    sign_in(client)
    assert client.get_cookie("guichet", path="/").value != fixed
    assert is_in(client)
    assert not is_in(thief)


def session_id(client) -> int:
    with client.session_transaction(path="/") as session:
        return session["session"]


def test_each_sign_in_and_each_new_password_begins_another_session(office):
    client, thief = office.app.test_client(), office.app.test_client()
    sign_in(client)
    first = session_id(client)
    old = client.get_cookie("guichet", path="/").value
    fields = {"now": DEMO_PASSWORD, "new": PASSWORD, "again": PASSWORD}
    send(client, f"{ACCOUNT}/password", fields)
    second = session_id(client)
    assert second != first
    thief.set_cookie("guichet", old, path="/")
    assert not is_in(thief)
    send(client, "/console/sign-out")
    sign_in(client, "awa", PASSWORD)
    assert session_id(client) not in (first, second)


def test_a_cookie_that_names_another_s_session_is_not_believed(office):
    """Nobody can write one without our key; and were it so, person and session must be of one."""
    client, other = office.app.test_client(), office.app.test_client()
    sign_in(client)
    sign_in(other, "admin")
    with client.session_transaction(path="/") as session:
        session["session"] = session_id(other)
    assert not is_in(client)
    with reading() as db:
        assert len(db.exec(select(StaffSession)).all()) == 2


ELSEWHERE = [
    "https://evil.example/console/",
    "//evil.example/console/",
    "/\\evil.example",
    "/console//evil.example\\@x",
    "javascript:alert(1)",
    "/console/\r\nLocation: https://evil.example",
    "/console@evil.example",
    "\thttps://evil.example",
    "/console/../../evil",
    "/console/%2e%2e/evil",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_after_signing_in_one_is_led_nowhere_else(office, wanted):
    client = office.app.test_client()
    location = try_to_sign_in(client, next=wanted).location
    assert location.startswith("/console/")
    assert "\n" not in location
    assert ".." not in unquote(location)


def test_a_role_that_changes_while_one_is_in_holds_at_once(office):
    there = things(office)
    client = office.app.test_client()
    sign_in(client, "fatou")
    assert client.get(f"/console/people/{there['staff_id']}").status_code == 200
    with writing() as db:
        fatou = directory.find(db, "fatou")
        directory.set_place(db, fatou, "agent", fatou.office_id, "test")
    assert client.get(f"/console/people/{there['staff_id']}").status_code == 302
    sign_in(client, "fatou")
    assert client.get(f"/console/people/{there['staff_id']}").status_code == 403
