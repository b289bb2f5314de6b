"""The offices as pages: which there are, one with all that belongs to it, and a form for each part
of it. What takes people's appointments away is shown with their number before it is done."""

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

import moment
from console import offices
from console.forms import Form
from console.pages import page
from console.setup import saving, words
from console.setup.forms import FORMS, Facts, beside, show_faults
from console.setup.planning import planning
from console.setup.saving import ChangedMeanwhile, Edit, Kept, NotShown
from console.speaking import _
from database import reading
from queues.closures import Refused
from queues.hours import Wrong
from queues.models import Office
from queues.overview import Live, look
from queues.setup import parts
from queues.setup.files import Faulty
from queues.setup.parts import Part, Plain
from staff.models import ADMINISTRATOR, MANAGER

NEW = "new"
_HOLIDAYS_SHOWN = timedelta(days=62)


@page.route("/settings/offices", may=MANAGER)
def setup_offices() -> ResponseReturnValue:
    """Who belongs to an office has one to look at."""
    mine = offices.mine()
    if mine is not None:
        return redirect(url_for("console.setup_office", code=mine.code))
    with reading() as db:
        seen = look(db, moment.now())
    return render_template("setup/offices.html", lives=seen.offices)


@page.route("/settings/new-office", methods=["GET", "POST"], may=ADMINISTRATOR)
def setup_new_office() -> ResponseReturnValue:
    with reading() as db:
        agencies = saving.agencies(db)
        form = Facts(request.form, {}, {}, agencies)
        code = (form.code.data or "").strip()
        if request.method != "POST":
            return _form_page("", Part("facts"), form, {})
        if offices.of_code(db, code) is not None:
            form.code.errors = [words.wrong("twice", {"written": code})]
            return _form_page("", Part("facts"), form, {}, code=422)
    office = {**form.value(), "code": code}
    try:
        saving.create(office)
    except Faulty as faulty:
        problems = show_faults(form, office, Part("facts"), faulty.faults)
        return _form_page("", Part("facts"), form, {}, problems, code=422)
    flash(_("C'est enregistré. Ajoutez maintenant ses heures, ses services, ses guichets."), "done")
    return redirect(url_for("console.setup_office", code=code), 303)


@page.route("/settings/offices/<code>", may=MANAGER)
def setup_office(code: str) -> str:
    with reading() as db:
        _mine(db, code)
        whole = saving.whole(db, code)
        live = look(db, moment.now()).by_code(code)
    [office] = whole["offices"]
    today = live.local.date()
    special = [one for one in office.get("special_days", ()) if one["day"] >= today]
    return render_template(
        "setup/office.html",
        office=office,
        agency=next(
            (one["name"] for one in whole["agencies"] if one["code"] == office.get("agency")), ""
        ),
        live=live,
        week=parts.by_day(office.get("hours", {})),
        special=special,
        holidays=_holidays(live, {one["day"] for one in special}),
        words=words,
    )


@page.route("/settings/offices/<code>/planning", may=MANAGER)
def setup_planning(code: str) -> str:
    with reading() as db:
        _mine(db, code)
        office = saving.whole(db, code)["offices"][0]
    return render_template(
        "setup/planning.html", office=office, rows=planning(office), days=words.DAYS
    )


@page.route("/settings/offices/<code>/<kind>", methods=["GET", "POST"], may=MANAGER)
def setup_part(code: str, kind: str) -> ResponseReturnValue:
    """What an office has one of: its facts, its hours."""
    if kind not in ("facts", "hours"):
        abort(404)
    return _edit(code, Part(kind))


@page.route("/settings/offices/<code>/<kind>/<key>", methods=["GET", "POST"], may=MANAGER)
def setup_one(code: str, kind: str, key: str) -> ResponseReturnValue:
    """One of a list."""
    if kind not in parts.KEYS:
        abort(404)
    return _edit(code, Part(kind, "" if key == NEW else key))


@page.route("/settings/offices/<code>/<kind>/<key>/remove", methods=["GET", "POST"], may=MANAGER)
def setup_remove(code: str, kind: str, key: str) -> ResponseReturnValue:
    if kind not in parts.KEYS:
        abort(404)
    part = Part(kind, key)
    with reading() as db:
        _mine(db, code)
        office = saving.whole(db, code)["offices"][0]
    current = parts.found(office, part)
    if current is None:
        return _gone(code)
    edit = Edit(code, part, None, _drawn(current), request.form.get("seen", ""))
    try:
        if request.method != "POST":
            return _remove_page(office, part, current, told=saving.preview(edit))
        saving.save(edit)
    except Kept as kept:
        said = words.stays(kind, kept.left.why, _waiting(code, part))
        return _remove_page(office, part, current, said)
    except Refused as refused:
        said = words.wrong(refused.why, refused.values, otherwise=str(refused))
        return _remove_page(office, part, current, said)
    except NotShown as not_shown:
        return _remove_page(office, part, current, told=not_shown.told)
    except ChangedMeanwhile as changed:
        flash(words.changed_by(changed.by), "attention")
        return redirect(request.path, 303)
    return _saved(code)


def _edit(code: str, part: Part) -> ResponseReturnValue:
    with reading() as db:
        _mine(db, code)
        whole = saving.whole(db, code)
    [office] = whole["offices"]
    current = parts.found(office, part)
    if part.key and current is None:
        return _gone(code)
    form = FORMS[part.kind](request.form, current or _asked(part), office, whole["agencies"])
    if request.method != "POST" or request.form.get("again"):
        return _form_page(code, part, form, office, drawn=_drawn(current))
    return _save(code, part, form, office, _drawn(current))


def _save(code: str, part: Part, form: Any, office: Plain, drawn: str) -> ResponseReturnValue:
    """What was typed stays, whatever is wrong; a form that has grown old is told so."""
    value = form.value()
    if part.key:
        value = {**value, parts.KEYS[part.kind]: part.key}  # never changes
    sent = request.form
    try:
        saving.save(Edit(code, part, value, sent.get("drawn", drawn), sent.get("seen", "")))
    except Faulty as faulty:
        changed = parts.placed(office, part, value)
        problems = show_faults(form, changed, part, faulty.faults)
        return _form_page(code, part, form, office, problems, drawn=sent.get("drawn", ""), code=422)
    except Wrong as wrong:
        problem = beside(form, wrong.why, wrong.values, str(wrong))
        return _form_page(code, part, form, office, [problem], drawn=drawn, code=422)
    except ChangedMeanwhile as aged:
        if part.key and aged.current is None:
            return _gone(code)
        old, now = [words.changed_by(aged.by)], parts.version(aged.current)
        return _form_page(code, part, form, office, old, drawn=now, code=409)
    except NotShown as not_shown:
        return _confirm_page(code, office, not_shown)
    return _saved(code)


def _form_page(
    office_code: str,
    part: Part,
    form: Form,
    office: Plain,
    problems: Any = (),
    drawn: str = "",
    code: int = 200,
) -> ResponseReturnValue:
    html = render_template(
        f"setup/{part.kind}.html",
        fields=form,
        office=office,
        code=office_code,
        part=part,
        drawn=drawn,
        problems=[problem for problem in problems if problem],
        days=words.DAYS,
    )
    return html, code


def _confirm_page(code: str, office: Plain, not_shown: NotShown) -> ResponseReturnValue:
    """Sends the same again, with what was seen."""
    sent = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "seen", "again")
    ]
    html = render_template(
        "setup/confirm.html",
        office=office,
        code=code,
        told=not_shown.told,
        stamp=not_shown.stamp,
        sent=sent,
    )
    return html, 409


def _remove_page(
    office: Plain, part: Part, current: Plain, problem: str = "", told: Any = None
) -> ResponseReturnValue:
    counters = [
        str(one["number"])
        for one in office.get("counters", ())
        if part.kind == "services" and part.key in (one.get("services") or [part.key])
    ]
    html = render_template(
        "setup/remove.html",
        office=office,
        part=part,
        current=current,
        problem=problem,
        told=told,
        stamp=saving.stamp(told) if told else "",
        counters=counters,
        drawn=_drawn(current),
        usual=_usual_hours(office, part),
    )
    return html, 409 if problem else 200


def _waiting(code: str, part: Part) -> int:
    """Who would still have to be called."""
    with reading() as db:
        live = look(db, moment.now()).by_code(code)
    services = live.place.services if part.kind == "services" else ()
    return sum(live.waiting(one.id or 0) for one in services if one.prefix == part.key)


def _usual_hours(office: Plain, part: Part) -> str:
    """What a special day would go back to."""
    if part.kind != "special_days":
        return ""
    week = parts.by_day(office.get("hours", {}))
    return week.get(list(words.DAYS)[date.fromisoformat(part.key).weekday()], "")


def _holidays(live: Live, special: set[date]) -> list[tuple[date, str]]:
    """Public holidays of the next weeks that nobody has given hours to."""
    today = live.local.date()
    return [
        (day, name)
        for day, name in sorted(live.place.reasons.items())
        if today <= day <= today + _HOLIDAYS_SHOWN and day not in special
    ]


def _asked(part: Part) -> Plain:
    """What the address says of one that is to be added: a holiday's day."""
    wanted = request.args.get("day", "")
    return {"day": wanted} if part.kind == "special_days" and wanted else {}


def _drawn(current: Plain | None) -> str:
    return request.form.get("drawn") or parts.version(current)


def _gone(code: str) -> ResponseReturnValue:
    flash(_("Cela n'existe plus : quelqu'un l'a retiré."), "attention")
    return redirect(url_for("console.setup_office", code=code), 303)


def _saved(code: str) -> ResponseReturnValue:
    flash(_("C'est enregistré."), "done")
    return redirect(url_for("console.setup_office", code=code), 303)


def _mine(db: Session, code: str) -> Office:
    """Another's is not there for one who belongs to an office."""
    office = offices.of_code(db, code)
    if office is None or not offices.is_mine(office.id or 0):
        abort(404)
    return office
