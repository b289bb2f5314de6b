"""What is done to a dossier, each by a form of its page.

A form carries the version with which it was drawn. Where somebody else has moved the dossier since,
nothing is done: what happened is said, the dossier shown as it is now, and what was typed kept.
"""

import json
from datetime import datetime
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select

import moment
from cases import events, pins
from cases.events import Sender
from cases.history import NotPossible
from cases.kinds.store import kinds
from cases.models import Case, CaseEvent
from citizens import audit
from console import offices
from console.cases import access, correcting, drawing, offers, words
from console.cases.forms import FORMS, MOST_MISSING, Ask, Correct, Deed, Move, Reopen
from console.cases.sheet import sheet, zone_of
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from database.sealing import fingerprint
from queues.models import Office
from staff.models import AGENT

_CONSOLE: Final = "console"  # the source of events that come from here


class TooMany(Exception):
    """More papers would be missing than can be told."""


class Aged(Exception):
    """The dossier has moved since the form was drawn."""


@page.route("/cases/<reference>", may=AGENT)
def case(reference: str) -> ResponseReturnValue:
    with writing() as db:
        found = access.dossier(db, reference)
        here = offices.is_mine(found.office_id)
        did = "dossier.open" if here else "dossier.elsewhere"
        access.note_reading(db, did, f"dossier:{found.id}")
        shown = sheet(db, found, moment.now())
        if not here:
            return render_template("cases/elsewhere.html", sheet=shown, words=words)
        return drawing.page_of(db, shown)


@page.route("/cases/<reference>/phone", methods=["POST"], may=AGENT)
def case_phone(reference: str) -> ResponseReturnValue:
    """The holder's whole number, on this page only; it is noted who asked."""
    with writing() as db:
        found = access.mine(db, reference)
        access.note(db, "dossier.phone", f"dossier:{found.id}")
        return drawing.page_of(db, sheet(db, found, moment.now()), reveals=True)


@page.route("/cases/<reference>/pin", methods=["POST"], may=AGENT)
def case_pin(reference: str) -> ResponseReturnValue:
    """For a holder who has lost theirs: a new one goes to their own phone; no agent sees it."""
    with writing() as db:
        found = access.mine(db, reference)
        if found.citizen_id is None:
            return _back(reference, _("Ce dossier ne nomme aucun téléphone."), "attention")
        pins.send_new(db, found, moment.now())
        access.note(db, "dossier.pin", f"dossier:{found.id}")
    return _back(reference, _("Un nouveau code part par SMS, l'ancien n'ouvre plus rien."), "done")


@page.route("/cases/<reference>/<deed>", methods=["POST"], may=AGENT)
def move_case(reference: str, deed: str) -> ResponseReturnValue:
    if deed not in FORMS:
        abort(404)
    form = FORMS[deed](request.form, prefix=f"{deed}-")
    if not form.validate():
        return _again(reference, drawing.Kept(deed, form), 422)
    try:
        with writing() as db:
            _do(db, reference, deed, form, moment.now())
    except TooMany:
        form.note.errors = [N_("Huit papiers au plus peuvent manquer à la fois.")]
        return _again(reference, drawing.Kept(deed, form), 422)
    except Aged:
        return _again(reference, drawing.Kept(deed, form), 409)
    except correcting.Same:
        return _back(reference, _("Rien n'a été changé."), "attention")
    except NotPossible:
        return _back(reference, _("Le dossier ne le permet pas, là où il en est."), "attention")
    return _back(reference, _("C'est enregistré."), "done")


def _back(reference: str, text: str, kind: str) -> ResponseReturnValue:
    flash(text, kind)
    return redirect(url_for("console.case", reference=reference), 303)


def _again(reference: str, kept: drawing.Kept, status: int) -> ResponseReturnValue:
    with reading() as db:
        return drawing.page_of(
            db, sheet(db, access.mine(db, reference), moment.now()), kept
        ), status


def _do(db: Session, reference: str, deed: str, form: Deed, now: datetime) -> None:
    """Raises Aged, Same, TooMany, NotPossible: then nothing was done. 403 for what one's role may
    not."""
    found = _locked(db, access.mine(db, reference))
    assert found.id is not None
    sender = Sender(me().signature, _CONSOLE, _transaction(deed))
    if found.version != form.version.data:
        if _is_done(db, found.id, sender):
            return
        raise Aged
    kind = kinds(db).types[found.type_id]
    offer = offers.offers(kind, events.standing(found), me().may).get(deed)
    if offer is None:
        raise NotPossible(deed)
    if offer.barred or not _is_offered(form, offer):
        abort(403)
    if isinstance(form, Ask) and len({*json.loads(found.missing), *form.wanted}) > MOST_MISSING:
        raise TooMany
    if isinstance(form, Correct):
        change = correcting.correct(db, found, form)
    else:
        change = form.change(offer, kind, zone_of(db.get_one(Office, found.office_id)))
    before = found.stage
    events.add(db, found.id, change, sender, now)
    if not isinstance(form, Correct):  # which notes itself
        audit.note(db, sender.who, f"dossier.{deed}", f"dossier:{found.id}", before, found.stage)


def _locked(db: Session, found: Case) -> Case:
    query = select(Case).where(Case.id == found.id).with_for_update()
    return db.exec(query.execution_options(populate_existing=True)).one()


def _transaction(deed: str) -> str:
    """The same for the same form sent twice by one person: what it asks for is then done once."""
    fields = sorted(
        (name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"
    )
    return fingerprint(repr((me().signature, deed, fields)))


def _is_done(db: Session, case_id: int, sender: Sender) -> bool:
    known = select(CaseEvent.id).where(
        CaseEvent.case_id == case_id,
        CaseEvent.source == sender.source,
        CaseEvent.transaction_id == sender.transaction,
    )
    return db.exec(known).first() is not None


def _is_offered(form: Deed, offer: offers.Offer) -> bool:
    """A stage that one may choose."""
    if not isinstance(form, Move | Reopen):
        return True
    return form.stage.data in {one.code for one in offer.stages}
