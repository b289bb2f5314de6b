"""Complaints of an office: which wait for an answer, the late ones first; one of them, and what can
be done with it. Who reads one is in the access log."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

import moment
from cases import complaints, events, references
from cases.complaints import File
from cases.events import Sender
from cases.history import NotPossible
from cases.kinds.store import kinds
from cases.models import Case, Complaint
from cases.statuses import DECIDED, HANDED_OVER, REFUSED
from citizens import audit
from citizens.models import Citizen
from console import offices
from console.forms import Form, asks, status
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from queues.models import Office, Ticket
from staff.models import AGENT, MANAGER

CATEGORY_NAMES: Final = {
    "wait": N_("Attente trop longue"),
    "paid_more": N_("Payé plus que le prix"),
    "reception": N_("Mal reçu"),
    "delay": N_("Dossier en retard"),
    "other": N_("Autre chose"),
}
_MOST: Final = 200


class Reply(Form):
    words = TextAreaField(
        validators=[
            InputRequired(N_("Écrivez la réponse : la personne la reçoit par SMS.")),
            Length(
                max=complaints.MOST_REPLY,
                message=N_("320 caractères au plus : elle doit tenir dans un SMS."),
            ),
        ]
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One of the list. `stage`: as staff call it; `passed_on`: it went to who is above."""

    file: File
    office: Office
    stage: str
    passed_on: bool
    late: bool

    @property
    def tail(self) -> str:
        return references.tail(self.file.case.reference)

    @property
    def category(self) -> str:
        return CATEGORY_NAMES.get(self.file.complaint.category, self.file.complaint.category)


@page.route("/complaints", may=AGENT)
def complaints_list() -> str:
    answered = request.args.get("answered", type=int) == 1
    now = moment.now()
    with reading() as db:
        lines = _lines(db, now, answered)
    return render_template(
        "complaints/list.html",
        lines=lines,
        answered=answered,
        late=sum(line.late for line in lines),
    )


def _lines(db: Session, now: datetime, answered: bool) -> list[Line]:
    """Late ones first, then by the promised day; of those that are answered the latest first."""
    over = col(Case.status).in_((DECIDED, HANDED_OVER, REFUSED))
    query: Any = (
        select(Case, Complaint, Office)
        .join(Complaint, col(Complaint.case_id) == col(Case.id))
        .join(Office, col(Office.id) == col(Case.office_id))
        .where(over if answered else ~over)
    )
    if me().office_id is not None:
        query = query.where(Case.office_id == me().office_id)
    order = (
        (col(Complaint.replied_at).desc(),)
        if answered
        else (col(Complaint.promised), col(Complaint.case_id))
    )
    found = db.exec(query.order_by(*order).limit(_MOST))
    return [_line(db, File(case, complaint), office, now) for case, complaint, office in found]


def _line(db: Session, file: File, office: Office, now: datetime) -> Line:
    kind = kinds(db).types[file.case.type_id]
    return Line(
        file,
        office,
        kind.stage(file.case.stage).name,
        file.is_open and file.case.stage in {stage.escalate for stage in kind.stages},
        file.is_late(events.local_day(office, now)),
    )


# -- one ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """One complaint, and what it is linked to."""

    line: Line
    phone: str | None
    about_case: Case | None
    about_ticket: Ticket | None
    can_pass_on: bool
    can_take_up: bool
    today: date

    @property
    def file(self) -> File:
        return self.line.file

    @property
    def id(self) -> int:
        return self.file.complaint.case_id


@page.route("/complaints/<int:case_id>", may=AGENT)
def complaint(case_id: int) -> ResponseReturnValue:
    return _page(case_id, Reply())


def _page(case_id: int, form: Reply) -> ResponseReturnValue:
    with writing() as db:
        sheet = _sheet(db, case_id, moment.now())
        audit.note(db, me().signature, "complaints.read", f"dossier:{case_id}")
        html = render_template("complaints/one.html", sheet=sheet, fields=form)
    return html, status(form)


def _sheet(db: Session, case_id: int, now: datetime) -> Sheet:
    file = _mine(db, case_id)
    case, complaint = file.case, file.complaint
    office = db.get_one(Office, case.office_id)
    kind = kinds(db).types[case.type_id]
    citizen = db.get(Citizen, case.citizen_id) if case.citizen_id else None
    first = complaints.first_in_progress(kind)
    return Sheet(
        line=_line(db, file, office, now),
        phone=citizen.phone if citizen else None,
        about_case=db.get(Case, complaint.about_case_id) if complaint.about_case_id else None,
        about_ticket=(
            db.get(Ticket, complaint.about_ticket_id) if complaint.about_ticket_id else None
        ),
        can_pass_on=file.is_open and complaints.above(kind, case.stage) is not None,
        can_take_up=file.is_open and case.stage == kind.stages[0].code and first is not None,
        today=events.local_day(office, now),
    )


def _mine(db: Session, case_id: int) -> File:
    """Another office's is not there."""
    try:
        file = complaints.find(db, case_id)
    except LookupError:
        abort(404)
    if not offices.is_mine(file.case.office_id):
        abort(404)
    return file


@page.route("/complaints/<int:case_id>/reply", methods=["POST"], may=AGENT)
def reply_to_complaint(case_id: int) -> ResponseReturnValue:
    return _answer(case_id, "reply", complaints.reply, _("La réponse part par SMS."))


@page.route("/complaints/<int:case_id>/reject", methods=["POST"], may=MANAGER)
def reject_complaint(case_id: int) -> ResponseReturnValue:
    done = _("La plainte est rejetée. La raison part par SMS.")
    return _answer(case_id, "reject", complaints.reject, done)


def _answer(case_id: int, did: str, answer: Any, done: str) -> ResponseReturnValue:
    form = Reply(request.form)
    if not asks(form):
        return _page(case_id, form)
    words = form.words.data or ""
    return _do(case_id, did, lambda db, sender, now: answer(db, case_id, words, sender, now), done)


@page.route("/complaints/<int:case_id>/take-up", methods=["POST"], may=AGENT)
def take_up_complaint(case_id: int) -> ResponseReturnValue:
    return _do(
        case_id,
        "take_up",
        lambda db, sender, now: complaints.take_up(db, case_id, sender, now),
        _("La plainte est à l'étude."),
    )


@page.route("/complaints/<int:case_id>/pass-on", methods=["POST"], may=AGENT)
def pass_on_complaint(case_id: int) -> ResponseReturnValue:
    return _do(
        case_id,
        "pass_on",
        lambda db, sender, now: complaints.escalate(db, case_id, sender, now),
        _("La plainte est chez le responsable."),
    )


@page.route("/complaints/<int:case_id>/close", methods=["POST"], may=AGENT)
def close_complaint(case_id: int) -> ResponseReturnValue:
    """An answered one whose citizen has said that it will do."""
    return _do(
        case_id,
        "close",
        lambda db, sender, now: complaints.close_answered(db, case_id, sender, now),
        _("La plainte est close."),
    )


def _do(case_id: int, did: str, deed: Any, done: str) -> ResponseReturnValue:
    try:
        with writing() as db:
            file = _mine(db, case_id)
            before = file.case.stage
            deed(db, Sender(me().signature, "console"), moment.now())
            about, after = f"dossier:{case_id}", file.case.stage
            audit.note(db, me().signature, f"complaints.{did}", about, before, after)
    except NotPossible:
        flash(_("La plainte a changé entre-temps : voyez où elle en est."), "attention")
    else:
        flash(done, "done")
    return redirect(url_for("console.complaint", case_id=case_id), 303)
