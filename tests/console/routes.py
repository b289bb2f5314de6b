"""The whole route table of the console, with addresses that lead to real things of the town hall.

there = things(office)                   a dossier, a complaint, a ticket, … whose ids are
list(routes(office.app, there))          in the addresses: (endpoint, url, method)
"""

import random
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from sqlmodel import SQLModel, col, select

import moment
from api import tokens
from api.models import ApiToken
from cases import complaints, references
from cases.complaints import Made
from cases.events import Sender
from cases.models import CaseImport
from cases.opening import New, open_case
from citizens.directory import find_or_add
from console.translations.shelf import load
from database import reading, writing
from menus import kept, versions
from menus.stories import stories
from queues.models import Office
from sms import outbox
from sms.bulk import sending
from sms.bulk.reading import Row
from sms.models import Message
from staff import directory, links, sessions
from staff.models import Staff
from tests.queues.day import take

PHONE, HOLDER, WORDS = "+221770000077", "Tidiane Secret", "mots tout à fait secrets"
TREE = "keur-exemple"

# Arguments of addresses: those that name something of an office's, and those that name nothing
# that belongs to one. A new route with another argument has to be thought of here.
OF_AN_OFFICE = {
    *("case_id", "citizen_id", "reference", "ticket_id", "staff_id", "session_id", "record"),
    *("code", "office_id", "message_id", "bulk_id"),
}
OF_NONE = {
    *("version", "name", "deed", "kind", "key", "token", "token_id", "what"),
    *("tree", "screen", "dropped", "language", "group", "form", "item"),
}
_OWN: Mapping[str, Mapping[str, str]] = {
    "console.static_file": {"version": "1", "name": "console.css"},
    "console.setup_part": {"kind": "facts"},
    "console.story_file": {"key": "1"},
    "console.story_delete": {"key": "1"},
    "console.pause_provider": {"name": "console"},
    "console.resume_provider": {"name": "console"},
    "console.move_bulk": {"deed": "start"},
}


def things(_office: Any) -> dict[str, Any]:
    """One of each, of the town hall; by the names that addresses have for them."""
    now = moment.now()
    ticket = take(PHONE)
    with reading() as db:
        hall = db.exec(select(Office.id).where(Office.code == "mairie")).one()
    bulk = sending.draft(
        name="Vaccins",
        texts={"fr": "Vaccination lundi à 9 h."},
        topic="dossiers",
        rows=[Row(1, PHONE, "fr", {})],
        by="staff:fatou",
        office=hall,
    )
    with writing() as db:
        office = db.exec(select(Office).where(Office.code == "mairie")).one()
        citizen = find_or_add(db, PHONE)
        citizen.language = "fr"
        reference = references.draw(random.Random(7))
        new = New(
            type_code="etat-civil",
            office_id=office.id,
            citizen_id=citizen.id,
            reference=reference,
            holder_name=HOLDER,
            birth_year=1980,
            pin_hash="x",
        )
        open_case(db, new, Sender("staff:awa", "console"), now)
        made = Made("reception", office.id, citizen, WORDS)
        complaint = complaints.open_complaint(db, made, Sender("citizen"), now)
        record = CaseImport(name="x.csv", digest="0" * 64, who="staff:fatou", state="checked")
        record.problems = f"reference,name\n1,{HOLDER}\n"
        db.add(record)
        awa = directory.find(db, "awa")
        session = sessions.begin(db, awa, "Firefox, Linux", "192.0.2.1", now)
        link = links.make(db, awa, links.RESET, "test", now)
        tokens.create(db, "a program", tokens.SCOPES, None, None, "test", now)
        outbox.post(
            db,
            key=f"ticket:{ticket.id}:taken",
            text="ticket_taken",
            phone=PHONE,
            language="fr",
            values={
                **{"ticket": ticket.label, "office": "Mairie", "service": "Mariage", "ahead": 0},
                **{"code": "*384*50#", "moment": now.isoformat()},
            },
            now=now,
            office=office.id,
        )
        db.flush()
        message = db.exec(select(Message.id).order_by(col(Message.id).desc())).first()
        version = versions.live(db)[TREE].version
        written = versions.load(db, version)
        versions.save_draft(db, written, "staff:admin")
        dropped = versions.drop_draft(db, TREE, "staff:admin")
        kept.keep(db, TREE, next(one for one in stories() if one.tree == TREE), "staff:admin")
        shelf = load(db)
        item = next(one.item.id for one in shelf.entries(db, "wo"))
        return {
            **{"office_id": office.id, "what": "waiting", "message_id": message},
            **{"bulk_id": bulk.id, "tree": TREE, "screen": "home", "version": version},
            **{"dropped": dropped.id, "language": "wo", "group": TREE, "form": "po", "item": item},
            "case_id": complaint.complaint.case_id,
            "citizen_id": citizen.id,
            "reference": reference,
            "ticket_id": ticket.id,
            "staff_id": awa.id,
            "session_id": session,
            "record": record.id,
            "code": "mairie",
            "name": "call",
            "deed": "note",
            "kind": "services",
            "key": "A",
            "token": links.token(link),
            "token_id": db.exec(select(ApiToken.id)).first(),
        }


def routes(app: Flask, there: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith("/console"):
                own = _OWN.get(rule.endpoint, {})
                values = {one: own.get(one, there.get(one, "1")) for one in rule.arguments}
                _, url = rule.build(values)
                for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                    yield rule.endpoint, url, method


def gets(app: Flask, there: Mapping[str, Any]) -> list[str]:
    """Every page that can be looked at by one who has signed in."""
    return [
        url
        for endpoint, url, method in routes(app, there)
        if method == "GET" and endpoint != "console.static_file"
    ]


def state() -> dict[str, list[tuple[Any, ...]]]:
    """All that is in the database, but what looking at it leaves: who was there, and who looked."""
    left = ("staff_session", "audit_entry")
    with reading() as db:
        return {
            table.name: sorted(map(tuple, db.execute(select(table)).all()), key=repr)
            for table in SQLModel.metadata.sorted_tables
            if table.name not in left
        }


def add_staff(name: str, role: str, office: str | None, password: str) -> Staff:
    with writing() as db:
        place = directory.office_of_code(db, office) if office else None
        return directory.add(db, name, password, role=role, office_id=place, by="test")
