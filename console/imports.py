"""Importing dossiers: a file is checked, seen, imported; its wrong rows come back to be mended.

A manager imports for their office, an administrator for all; each sees their own files, an
administrator all of them.
"""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select
from wtforms import FileField, SelectField

from cases.imports import jobs, report
from cases.imports.batches import ALL, NONE, RECENT
from cases.imports.rows import COLUMNS
from cases.imports.running import File, Options
from cases.models import CHECKED, CHECKING, IMPORTING, CaseImport
from citizens import audit
from console import offices
from console.forms import Form, asks, choices, status
from console.pages import page
from console.sessions import me
from console.speaking import N_, _, language
from database import reading, writing
from staff.models import ADMINISTRATOR, MANAGER, ROLES

_SHOWN = 20  # files
_FIRST = 10  # wrong lines that the page tells; the file has all
TELL = {
    RECENT: N_("Ceux dont le dossier a bougé depuis 3 jours"),
    NONE: N_("Personne"),
    ALL: N_("Tous, aussi pour les dossiers nouveaux ou anciens"),
}
STATES = {
    CHECKING: N_("Vérification en cours"),
    CHECKED: N_("Vérifié, pas encore importé"),
    IMPORTING: N_("Import en cours"),
    "ended": N_("Terminé"),
    "refused": N_("Fichier illisible"),
}


class Upload(Form):
    file = FileField()
    tell = SelectField(choices=choices(TELL), default=RECENT)


@page.route("/settings/imports", methods=["GET", "POST"], may=MANAGER, takes=jobs.MOST_BYTES)
def imports() -> ResponseReturnValue:
    form = Upload(request.form)
    if asks(form):
        sent = request.files.get("file")
        data = sent.read() if sent else b""
        if sent and data:
            with writing() as db:
                record = jobs.bring(db, File(sent.filename or "?", data), _options(form))
                audit.note(db, me().signature, "cases.bring", f"import:{record.id}")
            return redirect(url_for("console.imported", record=record.id), 303)
        form.file.errors = [N_("Choisissez un fichier CSV ou XLSX, et envoyez-le.")]
    with reading() as db:
        mine = select(CaseImport).order_by(col(CaseImport.id).desc()).limit(_SHOWN)
        if not me().may(ADMINISTRATOR):
            mine = mine.where(CaseImport.who == me().signature)
        found = db.exec(mine).all()
    return (
        render_template(
            "imports.html", fields=form, records=found, states=STATES, columns=list(COLUMNS)
        ),
        status(form),
    )


@page.route("/settings/imports/<int:record>", may=MANAGER, by_itself=True)
def imported(record: int) -> str:
    """While it is at work, the page asks for itself again."""
    with reading() as db:
        found = _mine(db, record)
    share = min(100, round(100 * found.done / found.rows)) if found.rows else 0
    return render_template(
        "import.html",
        record=found,
        state=STATES[found.state],
        works=found.state in (CHECKING, IMPORTING),
        waits=found.state == CHECKED,
        share=share,
        wrong=report.first(found.problems or "", _FIRST),
        tell=TELL[Options.read(found.options).tell],
    )


@page.route("/settings/imports/<int:record>/start", methods=["POST"], may=MANAGER)
def start_import(record: int) -> ResponseReturnValue:
    with writing() as db:
        started = jobs.start(db, _mine(db, record))
        if started:
            audit.note(db, me().signature, "cases.start", f"import:{record}")
    if not started:
        flash(_("Ce fichier n'attend plus d'être importé."), "attention")
    return redirect(url_for("console.imported", record=record), 303)


@page.route("/settings/imports/<int:record>/drop", methods=["POST"], may=MANAGER)
def drop_import(record: int) -> ResponseReturnValue:
    with writing() as db:
        found = _mine(db, record)
        if found.state == CHECKED:
            jobs.drop(found)
            audit.note(db, me().signature, "cases.drop", f"import:{record}")
    flash(_("Le fichier est effacé, rien n'a été importé."), "done")
    return redirect(url_for("console.imports"), 303)


@page.route("/settings/imports/<int:record>/wrong.csv", may=MANAGER)
def wrong_rows(record: int) -> Response:
    """They hold phones and names: who took them is noted."""
    with writing() as db:
        found = _mine(db, record)
        if not found.problems:
            abort(404)
        audit.note(db, me().signature, "cases.import_wrong", str(record))
    answer = Response("\ufeff" + found.problems, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="lignes-fausses-{record}.csv"'
    return answer


def _options(form: Upload) -> Options:
    office = offices.mine()
    return Options(
        who=me().signature,
        office=office.code if office is not None else None,
        tell=str(form.tell.data),
        language=language(),
        by=tuple(role for role in ROLES if me().may(role)),
    )


def _mine(db: Session, record: int) -> CaseImport:
    found = db.get(CaseImport, record)
    if found is None or (found.who != me().signature and not me().may(ADMINISTRATOR)):
        abort(404)
    return found
