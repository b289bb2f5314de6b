"""What citizens, colleagues and programs write is text on every page, whatever it looks like: each
field holds markup with its own mark, and all pages are looked at."""

import re

from sqlmodel import select

import moment
from api.models import ApiToken
from cases.models import Case, CaseEvent, CaseImport, Complaint
from citizens.audit import AuditEntry
from database import reading, writing
from queues.models import Agency, Office, Service, SpecialDay, TicketEvent
from sms.models import Message
from staff.models import Staff, StaffSession
from tests.console.conversations import FRENCH, send, sign_in
from tests.console.routes import gets, things

# Every field that somebody fills freely, with a mark of its own. What is validated on its way in is
# written past its form: a page must not rely on it.
FIELDS = {
    (Staff, "display_name"),
    (Staff, "email"),
    (StaffSession, "browser"),
    (StaffSession, "address"),
    (Office, "name"),
    (Office, "address"),
    (Agency, "name"),
    (Service, "name"),
    (Service, "documents"),
    (SpecialDay, "reason"),
    (TicketEvent, "note"),
    (Case, "holder_name"),
    (Case, "reason"),
    (Case, "appeal"),
    (CaseEvent, "note"),
    (CaseImport, "name"),
    (CaseImport, "notes"),
    (CaseImport, "problems"),
    (Complaint, "words"),
    (Complaint, "reply"),
    (Message, "body"),
    (ApiToken, "name"),
    (AuditEntry, "who"),
    (AuditEntry, "did"),
    (AuditEntry, "about"),
    (AuditEntry, "before"),
    (AuditEntry, "after"),
    (AuditEntry, "address"),
}
MARKS = {
    f"x{number:02d}": field
    for number, field in enumerate(sorted(FIELDS, key=lambda one: (one[0].__name__, one[1])))
}


def markup(mark: str) -> str:
    """22 characters at most: as long as a service's name may be."""
    return f"'\"><i id={mark}>"


def spoil() -> None:
    with writing() as db:
        day = moment.now().date()
        office = db.exec(select(Office).where(Office.code == "mairie")).one()
        db.add(SpecialDay(office_id=office.id, day=day, hours="", reason="x"))
        audit = AuditEntry(who="x", did="x", about="x", before="x", after="x", address="x")
        db.add(audit)
        db.flush()
        for mark, (model, field) in MARKS.items():
            rows = db.exec(select(model)).all()
            rows = [audit] if model is AuditEntry else rows
            assert rows, model
            for row in rows:
                # Unique ones stay so.
                value = markup(mark)
                setattr(row, field, f"ligne,{value}\n1,{value}" if field == "problems" else value)
                db.add(row)
                if model in (ApiToken,):
                    break


def looked_at(office) -> dict[str, str]:
    there = things(office)
    spoil()
    client = office.app.test_client()
    sign_in(client, "admin")
    shown = {url: client.get(url, headers=FRENCH) for url in gets(office.app, there)}
    with reading() as db:
        mairie = db.exec(select(Office.id).where(Office.code == "mairie")).one()
    for url in ("/console/queue", "/console/queue/walk-in", "/console/cases"):
        shown[f"{url}?office"] = client.get(f"{url}?office={mairie}", headers=FRENCH)
    shown["search"] = send(client, "/console/cases", {"q": markup("x98"), "wanted": markup("x98")})
    citizen = f"/console/citizens/{there['citizen_id']}"
    for what in set(re.findall(r'name="what" value="([^"]+)"', shown[citizen].text)):
        fields = {"what": what, "kind": "", "page": "1"}
        shown[f"{citizen} {what}"] = send(client, f"{citizen}/words", fields)
    at_desk = re.findall(r'name="counter" value="(\d+)"', shown["/console/queue?office"].text)
    send(client, "/console/queue/sit", {"counter": at_desk[0], "office": str(mairie)})
    desk = client.get("/console/queue", headers=FRENCH)
    drawn = re.search(r'name="drawn" value="(\d*)"', desk.text)[1]
    send(client, "/console/queue/next", {"drawn": drawn})
    shown["desk"] = client.get("/console/queue", headers=FRENCH)
    fatou = office.app.test_client()
    sign_in(fatou, "fatou")
    for url in ("/console/", "/console/people", "/console/complaints", "/console/settings/imports"):
        shown[f"fatou {url}"] = fatou.get(url, headers=FRENCH)
    assert {answer.status_code for answer in shown.values()} <= {200, 302, 404, 409, 422}
    return {
        url: answer.text
        for url, answer in shown.items()
        if answer.mimetype in ("text/html", "application/json")
    }


def test_no_markup_that_somebody_wrote_is_markup_on_any_page(office):
    shown = looked_at(office)
    for url, text in shown.items():
        assert "<i id=x" not in text, (url, re.findall(r".{60}<i id=x\d\d", text, re.S)[:1])
        assert '"><i ' not in text, url
    escaped = {mark for mark in MARKS if any(f"&lt;i id={mark}&gt;" in t for t in shown.values())}
    unseen = {MARKS[mark] for mark in set(MARKS) - escaped}
    names = {f"{model.__name__}.{field}" for model, field in unseen}
    assert not names, "shown on none of the pages, so not tried"


def test_what_is_in_an_address_is_text_too(office):
    client = office.app.test_client()
    sign_in(client, "admin")
    wrong = markup("x99")
    for url in (
        "/console/audit",
        "/console/sign-in",
        "/console/cases",
        "/console/queue",
        "/console/x",
    ):
        for name in (
            "who",
            "did",
            "about",
            "since",
            "until",
            "next",
            "lang",
            "q",
            "office",
            "service",
        ):
            text = client.get(url, query_string={name: wrong}, headers=FRENCH).text
            assert "<i id=" not in text, (url, name)
    out = office.app.test_client()
    assert "<i id=" not in out.get("/console/sign-in", query_string={"next": wrong}).text
    assert "<i id=" not in out.get(f"/console/join/{wrong}").text
