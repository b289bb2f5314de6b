"""One office as a file: taken home, changed there, brought back. What a file brings about is shown
before it is done."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from console import offices
from console.pages import page
from console.sessions import me
from console.setup import saving, words
from console.setup.saving import ChangedMeanwhile, NotShown
from console.speaking import _
from database import reading
from queues.setup import exporting, parts
from queues.setup.files import BrokenFile, Complaint, Fault
from queues.setup.parts import Plain
from queues.setup.reading import read
from queues.setup.shape import OfficesFile
from staff.models import MANAGER


@page.route("/settings/offices/<code>/file.yaml", may=MANAGER)
def setup_download(code: str) -> Response:
    with reading() as db:
        text = _export(db, code)
    disposition = f'attachment; filename="{code}.yaml"'
    return Response(text, mimetype="text/yaml", headers={"Content-Disposition": disposition})


@page.route("/settings/offices/<code>/file", methods=["GET", "POST"], may=MANAGER)
def setup_file(code: str) -> ResponseReturnValue:
    with reading() as db:
        text, office = _export(db, code), saving.whole(db, code)["offices"][0]
    if request.method != "POST":
        return _page(office, text, parts.version(office))
    text, drawn = _sent(), request.form.get("drawn", "")
    try:
        wanted = _read(code, text)
        _keep_agencies(code, wanted)
    except BrokenFile as broken:
        return _page(office, text, drawn, complaints=broken.complaints, status=422)
    return _apply(office, wanted, text, drawn)


def _apply(office: Plain, wanted: OfficesFile, text: str, drawn: str) -> ResponseReturnValue:
    """The first time it is only shown."""
    code, remove, seen = office["code"], "remove" in request.form, request.form.get("seen", "")
    try:
        changes = saving.replace(code, wanted, remove, drawn, seen)
    except NotShown as shown:
        return _page(office, text, drawn, shown=shown, remove=remove)
    except ChangedMeanwhile as changed:
        now, said = parts.version(changed.current), words.changed_by(changed.by)
        return _page(office, text, now, problem=said, status=409)
    flash(_("C'est enregistré.") if changes else _("Rien à changer."), "done")
    return redirect(url_for("console.setup_office", code=code), 303)


def _page(
    office: Plain, text: str, drawn: str, status: int = 200, **more: Any
) -> ResponseReturnValue:
    usual = {"complaints": (), "shown": None, "remove": False, "problem": ""}
    values = {**usual, **more, "text": text, "drawn": drawn, "words": words}
    return render_template("setup/file.html", office=office, **values), status


def _sent() -> str:
    """The file, where one was chosen; else what stands in the field."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return str(file.read(), "utf-8", errors="replace")
    return request.form.get("text", "").replace("\r\n", "\n")


def _read(code: str, text: str) -> OfficesFile:
    """Raises BrokenFile, also for a file of other offices."""
    wanted = read(text, f"{code}.yaml")
    if [one.code for one in wanted.offices] != [code]:
        raise _broken("other_office", f"offices: {code} alone", code=code)
    return wanted


def _keep_agencies(code: str, wanted: OfficesFile) -> None:
    """They belong to more offices than one's own. Raises BrokenFile."""
    if me().office_id is None:
        return
    with reading() as db:
        known = saving.agencies(db)
    if any(one.model_dump() not in known for one in wanted.agencies):
        raise _broken("other_agencies", "agencies: an administrator changes these")


def _broken(why: str, said: str, **values: object) -> BrokenFile:
    return BrokenFile("", [Complaint(1, said, Fault((), why, said, values))])


def _export(db: Session, code: str) -> str:
    office = offices.of_code(db, code)
    if office is None or not offices.is_mine(office.id or 0):
        abort(404)
    return exporting.export(db, code)
