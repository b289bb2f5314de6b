"""The access log: who did what, filtered, and as a file."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select

import moment
from citizens import audit
from citizens.audit import AuditEntry
from database import reading, writing
from tests.console.conversations import ACCOUNT, send, sign_in

LOG = "/console/audit"


@pytest.fixture
def admin(office):
    client = office.app.test_client()
    sign_in(client, "admin")
    return client


def fill(count: int, **more) -> None:
    with writing() as db:
        for number in range(count):
            entry = {"who": "staff:awa", "did": "ticket.call", "about": f"ticket:{number}", **more}
            db.add(AuditEntry(**entry))


def rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_it_says_who_did_what_and_from_where(office, admin):
    client = office.app.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    sign_in(client)
    send(client, f"{ACCOUNT}/language", {"language": "en"})
    shown = admin.get(LOG).text
    for text in ("Awa Exemple", "Langue d&#39;un compte changée", "192.0.2.9", "Connexion"):
        assert text in shown
    assert "<del>fr</del> → <ins>en</ins>" in shown


def test_it_is_filtered(admin):
    fill(1)
    fill(1, who="staff:ibou", did="ticket.done", about="ticket:77")
    for query, hit in (
        ({"who": "staff:ibou"}, True),
        ({"who": "staff:awa"}, False),
        ({"did": "ticket.done"}, True),
        ({"did": "ticket.call"}, False),
        ({"about": "ticket:7"}, True),
        ({"about": "100%"}, False),
        ({"since": "2020-01-01"}, True),
        ({"until": "2020-01-01"}, False),
        ({"since": "no day"}, True),
        ({"who": "staff:ibou", "did": "ticket.call"}, False),
    ):
        assert ("ticket:77" in admin.get(LOG, query_string=query).text) is hit, query


def test_it_comes_a_page_at_a_time(admin):
    fill(120)
    first = admin.get(LOG, query_string={"did": "ticket.call"}).text
    assert "ticket:119" in first
    assert ">ticket:10<" not in first
    older = first.split('href="/console/audit?before=')[1].split('"')[0].replace("&amp;", "&")
    second = admin.get(f"{LOG}?before={older}").text
    assert ">ticket:10<" in second
    assert "ticket:119" not in second
    assert "Plus anciens" not in second


def test_nothing_found_teaches(admin):
    assert "Rien ne correspond" in admin.get(f"{LOG}?about=nothing+at+all").text


def test_the_file_has_all_of_it_streamed_and_is_noted(admin):
    fill(1200)
    answer = admin.get(f"{LOG}.csv?did=ticket.call")
    assert answer.is_streamed
    found = rows(answer)
    assert [one["about"] for one in found] == [f"ticket:{n}" for n in range(1199, -1, -1)]
    with reading() as db:
        note = db.exec(select(AuditEntry).where(AuditEntry.did == "audit.export")).one()
    assert (note.who, note.about) == ("staff:admin", "did ticket.call")


def test_nothing_in_the_file_is_a_formula(admin):
    fill(1, about="=1+1", before="@x", after="-1")
    [one] = rows(admin.get(f"{LOG}.csv?did=ticket.call"))
    assert (one["about"], one["before"], one["after"]) == ("'=1+1", "'@x", "'-1")


def test_it_is_kept_as_long_as_the_setting_says(open_office):
    open_office(AUDIT_KEEP_DAYS="90")
    fill(3, at=moment.now() - timedelta(days=91))
    fill(1, at=moment.now() - timedelta(days=89), about="kept")
    audit.forget()
    with reading() as db:
        assert list(db.exec(select(AuditEntry.about))) == ["kept"]


def test_what_is_too_long_is_cut_and_what_no_person_did_has_no_address(office):
    with writing() as db:
        audit.note(db, "clock", "some.deed", "x" * 200, "y" * 900, "z")
    with reading() as db:
        one = db.exec(select(AuditEntry)).one()
    assert (len(one.about), len(one.before), one.after, one.address) == (120, 500, "z", None)


def test_an_office_s_change_is_there_with_what_it_was(office, admin):
    page = "/console/settings/offices/mairie/services/A"
    shown = admin.get(page).text
    fields = dict(re.findall(r'name="([\w-]+)"[^>]* value="([^"]*)"', shown))
    fields = {name: unescape(value) for name, value in fields.items() if name != "csrf_token"}
    assert send(admin, page, {**fields, "name": "Guichet neuf"}, page=page).status_code == 303
    with reading() as db:
        note = db.exec(select(AuditEntry).where(AuditEntry.did == "offices.edit")).one()
    assert note.who == "staff:admin"
    assert note.after == '{"name": "Guichet neuf"}'
    assert note.before.startswith('{"name": "')
