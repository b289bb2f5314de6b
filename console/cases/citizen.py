"""A citizen's page: what we know, how their dossiers stand, and all that there was, a line each.
Who opens it is noted; so is who has the number or the words of an SMS shown."""

from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

import moment
from cases.models import Case
from citizens import emails
from citizens.models import Citizen
from console import offices
from console.cases import access, words
from console.cases.rows import rows
from console.cases.timeline import KINDS, timeline
from console.pages import page
from database import writing
from database.sealing import fingerprints
from sms.models import Inbound, Message
from staff.models import AGENT, MANAGER

_MOST_DOSSIERS = 20
_MOST_PAGES = 100


@page.route("/citizens/<int:citizen_id>", may=AGENT)
def citizen(citizen_id: int) -> ResponseReturnValue:
    with writing() as db:
        found = access.citizen(db, citizen_id)
        access.note_reading(db, "citizen.open", f"citizen:{citizen_id}")
        return _page(db, found)


@page.route("/citizens/<int:citizen_id>/phone", methods=["POST"], may=AGENT)
def citizen_phone(citizen_id: int) -> ResponseReturnValue:
    with writing() as db:
        found = access.citizen(db, citizen_id)
        access.note(db, "citizen.phone", f"citizen:{citizen_id}")
        return _page(db, found, reveals="phone")


@page.route("/citizens/<int:citizen_id>/words", methods=["POST"], may=MANAGER)
def citizen_words(citizen_id: int) -> ResponseReturnValue:
    """The words of one SMS, on the page where its line is."""
    what = request.form.get("what", "")
    with writing() as db:
        found = access.citizen(db, citizen_id)
        said = _words(db, found, what)
        access.note(db, "sms.reveal", what.replace(":", " "))
        return _page(db, found, reveals=what, said=said)


def _page(db: Session, found: Citizen, reveals: str = "", said: str = "") -> str:
    kind = request.values.get("kind", "")
    number = request.values.get("page", 1, type=int)
    if (kind and kind not in KINDS) or not 1 <= number <= _MOST_PAGES:
        abort(404)
    lines, more = timeline(db, found, kind, number)
    today = moment.now().astimezone(offices.zone()).date()
    return render_template(
        "cases/citizen.html",
        citizen=found,
        email=emails.masked(found.email) if found.email else "",
        dossiers=rows(db, _dossiers(db, found), today),
        lines=lines,
        more=more,
        kind=kind,
        kinds=KINDS,
        number=number,
        reveals=reveals,
        said=said,
        words=words,
    )


def _dossiers(db: Session, found: Citizen) -> list[Case]:
    query: Any = select(Case).where(
        Case.citizen_id == found.id, access.of_my_offices(col(Case.office_id))
    )
    return list(db.exec(query.order_by(col(Case.changed_at).desc()).limit(_MOST_DOSSIERS)))


def _words(db: Session, of: Citizen, what: str) -> str:
    """404 for what is not this citizen's."""
    kind, _colon, written = what.partition(":")
    if kind not in ("message", "inbound") or not written.isdecimal():
        abort(404)
    hashes = fingerprints(of.phone)
    if kind == "inbound":
        inbound = db.get(Inbound, int(written))
        if inbound is None or inbound.phone_hash not in hashes or inbound.words is None:
            abort(404)
        return inbound.words
    message = db.get(Message, int(written))
    hashes += fingerprints(of.email) if of.email else []
    if message is None or message.address_hash not in hashes or message.body is None:
        abort(404)
    return message.body
