"""One text to many: drafted, seen in each language with its cost, started, watched, reported.

An administrator writes to a list that they bring, or to holders of dossiers; a manager to the
holders of their own office's. Each is shown their own office's, an administrator all.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select
from wtforms import FileField, SelectField, StringField
from wtforms.validators import InputRequired, Length

import moment
from cases.statuses import STATUSES
from citizens import audit
from console import offices
from console.cases.people import names
from console.cases.words import STATUSES as STATUS_NAMES
from console.forms import Form, asks, choices
from console.messages import words
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from locales.catalogues import NAMES, SOURCE
from settings import current
from sms.bulk import sending
from sms.bulk.audiences import AUDIENCES
from sms.bulk.reading import NoList, Row, read
from sms.bulk.texts import WrongText, check, columns_of, size
from sms.models import Bulk
from sms.states import DOSSIERS, FINAL, TOPICS, UNCERTAIN
from staff.models import ADMINISTRATOR, MANAGER

MOST_ROWS: Final = 20_000  # of a list that is brought here; `flask sms bulk` takes any
_MOST_BYTES: Final = 4 << 20
_SHOWN: Final = 20
HOLDERS: Final = "cases"  # an audience


class Draft(Form):
    name = StringField(
        validators=[InputRequired(N_("Donnez un nom : il n'est que pour vous.")), Length(max=60)]
    )
    topic = SelectField(choices=choices({}), default=DOSSIERS)
    to = SelectField(choices=choices({}), default=HOLDERS)
    status = SelectField(choices=choices({}), default="")
    office = SelectField(choices=choices({}), default="")
    file = FileField()


@dataclass(frozen=True, slots=True)
class Meter:
    """How far a bulk has come, of all that it writes to. `over`: those that are settled one way or
    another, or taken by a provider; `waits`: some are still to be posted or to leave."""

    state: str
    people: int
    left: int
    messages: Mapping[str, int]
    bad: int
    doubles: int

    @property
    def share(self) -> int:
        return min(100, round(100 * self.left / self.people)) if self.people else 0

    @property
    def moves(self) -> bool:
        return self.state in (sending.RUNNING, sending.LOADING)


@page.route("/messages/bulk", may=MANAGER)
def bulks() -> str:
    with reading() as db:
        query: Any = select(Bulk).order_by(col(Bulk.id).desc()).limit(_SHOWN)
        if me().office_id is not None:
            query = query.where(Bulk.office_id == me().office_id)
        found = db.exec(query).all()
        makers = names(db, {one.by for one in found})
    return render_template("messages/bulks.html", bulks=found, makers=makers, words=words)


@page.route("/messages/bulk/new", methods=["GET", "POST"], may=MANAGER, takes=_MOST_BYTES)
def new_bulk() -> ResponseReturnValue:
    form = _form()
    texts = {code: request.form.get(f"text-{code}", "").strip() for code in _tongues()}
    problem = ""
    if asks(form):
        try:
            made = _drafted(form, {code: text for code, text in texts.items() if text})
        except WrongText as wrong:
            problem = _wrong_text(texts, str(wrong))
        except NoList as wrong:
            form.file.errors = [_no_list(str(wrong))]
        else:
            return redirect(url_for("console.bulk", bulk_id=made.id), 303)
    return (
        render_template(
            "messages/new_bulk.html",
            fields=form,
            texts=texts,
            problem=problem,
            others=any(text for code, text in texts.items() if code != SOURCE),
            sizes={code: size(code, text) for code, text in texts.items() if text},
            can_bring=me().may(ADMINISTRATOR),
            most=MOST_ROWS,
        ),
        422 if form.errors or problem else 200,
    )


def _tongues() -> Sequence[str]:
    """The languages of citizens, French first."""
    return [SOURCE, *(code for code in NAMES if code != SOURCE)]


def _form() -> Draft:
    form = Draft(request.form)
    form.topic.choices = choices(words.topics())
    everybody = {"": _("Tous les états")}
    form.status.choices = choices(
        everybody | {one: _(STATUS_NAMES.get(one, one)) for one in STATUSES}
    )
    ways = {HOLDERS: _("Titulaires de dossiers")}
    if me().may(ADMINISTRATOR):
        ways["file"] = _("Une liste : un fichier CSV")
    form.to.choices = choices(ways)
    form.office.choices = choices(_offices())
    return form


def _offices() -> dict[str, str]:
    """By name, as the list of holders has them; one's own only, for a manager."""
    own = offices.mine()
    if own is not None:
        return {own.name: own.name}
    with reading() as db:
        return {"": _("Tous les bureaux")} | {one.name: one.name for one in offices.all_of_them(db)}


def _drafted(form: Draft, texts: Mapping[str, str]) -> Bulk:
    check(texts)
    own = offices.mine()
    topic = str(form.topic.data)
    made = sending.draft(
        name=str(form.name.data).strip(),
        texts=texts,
        topic=topic if topic in TOPICS else DOSSIERS,
        rows=_rows(form),
        by=me().signature[:60],
        office=own.id if own is not None else None,
    )
    with writing() as db:
        audit.note(db, me().signature, "sms.bulk.draft", f"bulk {made.id}")
    return made


def _rows(form: Draft) -> list[Row]:
    """Raises NoList."""
    if form.to.data == "file":
        sent = request.files.get("file")
        data = sent.read() if sent else b""
        if not data:
            raise NoList(N_("Choisissez un fichier CSV."))
        return _no_more_than(read(data, current().country_prefix, frozenset(NAMES)))
    own = offices.mine()
    office = own.name if own is not None else str(form.office.data or "")
    chosen = {"status": str(form.status.data or ""), "office": office}
    with reading() as db:
        found = AUDIENCES[HOLDERS](db, {name: value for name, value in chosen.items() if value})
        return _no_more_than(Row(line, *one) for line, one in enumerate(found, start=1))


def _no_more_than(rows: Iterable[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if len(found) >= MOST_ROWS:
            raise NoList(N_("La liste est trop longue pour la console : divisez-la."))
        found.append(row)
    if not found:
        raise NoList(N_("Cette liste ne compte personne."))
    return found


def _no_list(why: str) -> str:
    said = {
        "the first line": N_("La première ligne nomme les colonnes ; l'une s'appelle « phone »."),
        "two columns": N_("Deux colonnes portent le même nom."),
        "the file is neither": N_("Le fichier n'est pas lisible : enregistrez-le en CSV UTF-8."),
    }
    return next((words for start, words in said.items() if why.startswith(start)), why)


def _wrong_text(texts: Mapping[str, str], why: str) -> str:
    if not texts.get(SOURCE):
        return _("Il faut un texte français : il remplace les langues qui n'en ont pas.")
    code = why.partition(":")[0]
    name = NAMES.get(code, code)
    if "no links" in why:
        return _(
            "%(language)s : pas de lien dans un SMS ; nommez le code à composer.", language=name
        )
    return _("%(language)s : plus de 3 segments ; raccourcissez.", language=name)


# -- one -------------------------------------------------------------------------------------------


@page.route("/messages/bulk/<int:bulk_id>", may=MANAGER)
def bulk(bulk_id: int) -> str:
    with reading() as db:
        found = _mine(db, bulk_id)
        is_draft = found.state == sending.DRAFT
        meter = _meter(db, found)
        return render_template(
            "messages/bulk.html",
            bulk=found,
            makers=names(db, {found.by}),
            preview=sending.preview(db, found) if is_draft else None,
            columns=sorted(columns_of(found.texts)),
            meter=meter,
            words=words,
            problem=_problem,
        )


@page.route("/messages/bulk/<int:bulk_id>/progress", may=MANAGER, by_itself=True)
def bulk_progress(bulk_id: int) -> ResponseReturnValue:
    """What moves on the page; another `X-Mark` where all of the page has changed."""
    with reading() as db:
        found = _mine(db, bulk_id)
        html = render_template(
            "messages/progress.html", bulk=found, meter=_meter(db, found), words=words
        )
    return html, 200, {"X-Mark": found.state}


def _mine(db: Session, bulk_id: int, change: bool = False) -> Bulk:
    found = db.get(Bulk, bulk_id, with_for_update=change)
    if found is None or me().office_id not in (None, found.office_id):
        abort(404)
    return found


def _meter(db: Session, of: Bulk) -> Meter:
    seen = sending.progress(db, of)
    people = seen.rows.get("ready", 0) + seen.rows.get("posted", 0)
    over = {*FINAL, "accepted", "sent", "submitted", "buffered", UNCERTAIN}
    return Meter(
        of.state,
        people,
        sum(number for state, number in seen.messages.items() if state in over),
        seen.messages,
        seen.rows.get("bad", 0),
        seen.rows.get("double", 0),
    )


def _start(db: Session, of: Bulk) -> None:
    sending.start(db, of, moment.now())


def _cancel(db: Session, of: Bulk) -> None:
    sending.cancel(db, of, moment.now())


_DEEDS: Final[dict[str, Any]] = {
    "start": (_start, N_("L'envoi commence.")),
    "pause": (sending.pause, N_("L'envoi est en pause : rien ne part plus.")),
    "resume": (sending.resume, N_("L'envoi continue.")),
    "cancel": (_cancel, N_("L'envoi est arrêté. Ce qui est parti ne se rappelle pas.")),
}


@page.route("/messages/bulk/<int:bulk_id>/<deed>", methods=["POST"], may=MANAGER)
def move_bulk(bulk_id: int, deed: str) -> ResponseReturnValue:
    if deed not in _DEEDS:
        abort(404)
    do, said = _DEEDS[deed]
    try:
        with writing() as db:
            do(db, _mine(db, bulk_id, change=True))
            audit.note(db, me().signature, f"sms.bulk.{deed}", f"bulk {bulk_id}")
    except sending.NotNow:
        flash(_("Ce n'est plus possible : voyez où en est l'envoi."), "attention")
    else:
        flash(_(said), "done")
    return redirect(url_for("console.bulk", bulk_id=bulk_id), 303)


@page.route("/messages/bulk/<int:bulk_id>/report.csv", may=MANAGER)
def bulk_report(bulk_id: int) -> Response:
    """A line for each row: no number is in it, the line leads back to the list that was brought."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(("ligne", "état", "raison"))
    with reading() as db:
        found = _mine(db, bulk_id)
        for line, outcome, why in sending.report(db, found):
            rows.writerow((line, _outcome(outcome), _problem(why)))
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="envoi-{bulk_id}.csv"'
    return answer


_ROWS: Final = {
    "ready": N_("pas encore envoyé"),
    "posted": N_("pas encore envoyé"),
    "bad": N_("ligne fausse"),
    "double": N_("numéro déjà plus haut"),
}


def _outcome(state: str) -> str:
    return _(words.STATES.get(state) or _ROWS.get(state, state))


def _problem(why: str | None) -> str:
    """Why a row is bad, in words; of a message, its reason."""
    if not why:
        return ""
    said = {
        "no phone number": N_("ce n'est pas un numéro"),
        "the phone is missing": N_("le numéro manque"),
        "erased": N_("effacé entre-temps"),
    }
    if why in said:
        return _(said[why])
    if why.startswith("no column "):
        return _("la colonne %(name)s manque", name=why.removeprefix("no column "))
    if why.startswith("no such language"):
        return _("langue inconnue : %(name)s", name=why.partition(": ")[2].strip("'"))
    if ": over " in why:
        return _("%(name)s : texte trop long", name=why.partition(":")[0])
    return words.reason(why)
