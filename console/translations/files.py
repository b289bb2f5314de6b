"""Texts out to PO files and spreadsheets, and in again: what would change is shown before it does.

What is shown is sent along with the form that then does it, and judged again: nothing of a file is
kept here.
"""

import json
from collections import Counter
from dataclasses import dataclass, field

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from wtforms import FileField, SelectField

import moment
from cases.imports import sheets
from console.forms import Form, choices
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from console.speaking import language as spoken_here
from console.translations import judging, saving, words
from console.translations.access import TRANSLATES, spoken
from console.translations.saving import Wish
from console.translations.shelf import Entry, Shelf, load
from database import reading, writing
from gsm.alphabet import normalise
from locales.exchange import CONTEXT, FRENCH, SAID, Row, from_po, to_xlsx
from locales.values import Kind
from menus.phrasebook import to_po
from menus.versions import Refused

MOST_BYTES = 4 << 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Upload(Form):
    file = FileField()
    group = SelectField()


@dataclass(frozen=True, slots=True)
class Wrong:
    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """What a file would do. `reviewed`: those that would take the place of a reviewed text."""

    changes: list[Wish] = field(default_factory=list)
    reviewed: list[Wish] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@page.route("/translations/<language>/files", may=TRANSLATES)
def translation_files(language: str) -> ResponseReturnValue:
    return _page(language)


def _page(language: str, error: str = "") -> ResponseReturnValue:
    name = spoken(language)
    with reading() as db:
        groups = {one: words.group_name(one) for one in load(db).groups(language)}
    form = Upload()
    form.group.choices = choices(groups)
    if error:
        form.file.errors = [error]
    html = render_template(
        "translations/files.html", code=language, name=name, groups=groups, fields=form
    )
    return html, 422 if error else 200


@page.route("/translations/<language>/files/<group>.<form>", may=TRANSLATES)
def translation_file(language: str, group: str, form: str) -> Response:
    spoken(language)
    with reading() as db:
        entries = [one for one in load(db).entries(db, language) if one.item.group == group]
    if not entries or form not in ("po", "xlsx"):
        abort(404)
    if form == "po":
        phrases = {(one.item.text.context, one.item.text.source): one.said for one in entries}
        answer = Response(to_po(phrases, language), mimetype="text/x-gettext-translation")
    else:
        rows = (
            (
                one.item.text.context,
                one.item.text.source,
                one.text,
                _(words.STATE_NAMES[one.state]),
            )
            for one in entries
        )
        answer = Response(to_xlsx(rows, f"{language} {group}"), mimetype=_XLSX)
    name = f"{language}-{group}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@page.route("/translations/<language>/files", methods=["POST"], may=TRANSLATES, takes=MOST_BYTES)
def bring_translations(language: str) -> ResponseReturnValue:
    """Shows what the file would change."""
    name = spoken(language)
    sent, group = request.files.get("file"), request.form.get("group", "")
    data = sent.read() if sent else b""
    if not data:
        return _page(language, N_("Choisissez un fichier PO, XLSX ou CSV, et envoyez-le."))
    try:
        rows = _rows(data, language)
    except sheets.NoSheet as problem:
        return _page(language, problem.said.told(spoken_here()))
    except ValueError as problem:
        return _page(language, _("Ce fichier ne se lit pas : %(why)s", why=problem))
    with reading() as db:
        shelf = load(db)
        if group not in shelf.groups(language):
            return _page(language, N_("Choisissez à quels textes le fichier appartient."))
        plan = _planned(db, shelf, language, group, rows)
    return render_template(
        "translations/plan.html",
        code=language,
        name=name,
        group=group,
        group_name=words.group_name(group),
        plan=plan,
        sent=json.dumps(
            [
                [one.entry.item.id, one.entry.seen, one.text]
                for one in (*plan.changes, *plan.reviewed)
            ]
        ),
    )


def _rows(data: bytes, language: str) -> list[Row]:
    """Raises NoSheet for a spreadsheet that can't be read, ValueError for another file."""
    if b"msgid" in data[:100_000] and not data.startswith(b"PK"):
        found = from_po(data, language)
        if not found:
            raise ValueError(_("il ne contient aucun texte"))
        return found
    sheet = sheets.read(data)
    lacking = [one for one in (CONTEXT, FRENCH, SAID) if one not in sheet.names]
    if lacking:
        raise ValueError(_("il n'a pas de colonne « %(name)s »", name=lacking[0]))
    at = [sheet.names.index(one) for one in (CONTEXT, FRENCH, SAID)]
    found = list[Row]()
    for line, cells in sheet.lines:
        cells = [*cells, *[""] * len(sheet.names)]
        found.append(Row(line, *(cells[place].replace("\r\n", "\n") for place in at)))
    return found


def _planned(db: Session, shelf: Shelf, language: str, group: str, rows: list[Row]) -> Plan:
    entries = {
        (one.item.text.context, one.item.text.source): one
        for one in shelf.entries(db, language)
        if one.item.group == group
    }
    plan, judge = Plan(), _Judge(shelf, language)
    taken: dict[str, int] = {}
    for row in rows:
        entry = entries.get((row.context, row.source))
        if entry is None:
            why = _("ce texte français n'est pas, ou plus, dans « %(group)s »") % {
                "group": words.group_name(group)
            }
            plan.wrong.append(Wrong(row.line, row.source, why))
            continue
        text = normalise(row.text.strip())
        if not text:
            plan.counts["empty"] += 1
        elif entry.item.id in taken:
            why = _("déjà traduit à la ligne %(line)s", line=taken[entry.item.id])
            plan.wrong.append(Wrong(row.line, text, why))
        elif text == entry.text and entry.state != "stale":
            plan.counts["same"] += 1
        elif (problem := judge(entry, text)) is not None:
            plan.wrong.append(Wrong(row.line, text, problem))
        else:
            taken[entry.item.id] = row.line
            wish = Wish(entry, text, reviewed=False)
            (plan.reviewed if entry.state == "reviewed" else plan.changes).append(wish)
    return plan


class _Judge:
    """The first thing that is wrong with words, told; kinds of values are worked out once."""

    def __init__(self, shelf: Shelf, language: str) -> None:
        self._shelf, self._language = shelf, language
        self._kinds: dict[tuple[str, str], dict[str, Kind]] = {}

    def __call__(self, entry: Entry, text: str) -> str | None:
        item = entry.item
        key = item.text.place, "" if item.text.place else item.text.context
        if key not in self._kinds:
            self._kinds[key] = dict(judging.kinds_of(self._shelf, item, self._language))
        found = judging.faults_of(self._shelf, item, self._language, text, self._kinds[key])
        if len(text) > 1000:
            return _("1 000 signes au plus.")
        return next((words.fault(one) for one in found if one.is_grave), None)


@page.route(
    "/translations/<language>/files/apply", methods=["POST"], may=TRANSLATES, takes=MOST_BYTES
)
def take_translations(language: str) -> ResponseReturnValue:
    spoken(language)
    reviewed = bool(request.form.get("reviewed"))
    overwrite = bool(request.form.get("overwrite"))
    in_use = bool(request.form.get("in_use"))
    try:
        sent = [(str(a), str(b), str(c)) for a, b, c in json.loads(request.form.get("rows", "[]"))]
    except (ValueError, TypeError):
        abort(400)
    try:
        with writing() as db:
            shelf = load(db)
            entries = {one.item.id: one for one in shelf.entries(db, language)}
            judge = _Judge(shelf, language)
            wishes, left = [], 0
            for item, seen, text in sent:
                entry = entries.get(item)
                fits = entry is not None and entry.seen == seen and judge(entry, text) is None
                if entry is None or not fits or (entry.state == "reviewed" and not overwrite):
                    left += 1
                else:
                    wishes.append(Wish(entry, text, reviewed, in_use))
            count = saving.save(db, language, wishes, me().signature, moment.now())
    except Refused:
        flash(
            _("Quelqu'un a enregistré ce menu au même instant : envoyez encore le fichier."),
            "attention",
        )
        return redirect(url_for("console.translation_files", language=language), 303)
    said = _("%(count)s textes enregistrés.", count=count)
    if left:
        said += " " + _("%(left)s laissés tels quels : relus, ou changés entre-temps.") % {
            "left": left
        }
    flash(said, "done")
    return redirect(url_for("console.translations_of", language=language), 303)
