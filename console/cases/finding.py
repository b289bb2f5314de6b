"""The place of dossiers: one field to find them by, and what waits for somebody.

What is typed is posted, not put into the address: numbers and names are in no log and no history.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select
from wtforms import StringField
from wtforms.validators import InputRequired, Length

import moment
from cases import names
from cases.models import Case
from citizens.directory import find
from citizens.models import Citizen
from console import offices
from console.cases import access, attention, words
from console.cases.rows import Row, rows
from console.cases.typed import Typed, understood
from console.forms import Form, asks, status
from console.pages import page
from console.sessions import me
from console.speaking import N_
from database import reading, writing
from settings import current
from staff.models import AGENT

MOST: Final = 50


class Search(Form):
    what = StringField(
        validators=[
            InputRequired(N_("Écrivez une référence, un numéro de téléphone ou un nom.")),
            Length(max=80),
        ]
    )


@dataclass(frozen=True, slots=True)
class Found:
    """`more`: there are more than are shown."""

    typed: Typed
    rows: list[Row] = field(default_factory=list)
    more: bool = False
    citizen: Citizen | None = None


@page.route("/cases", methods=["GET", "POST"], may=AGENT)
def cases() -> ResponseReturnValue:
    form = Search(request.form)
    if not asks(form):
        return _waiting(form), status(form)
    typed = understood(str(form.what.data), current().country_prefix)
    with writing() as db:
        if typed.reference and _is_there(db, typed.reference):
            return redirect(url_for("console.case", reference=typed.reference), 303)
        found = _found(db, typed)
    return render_template("cases/found.html", fields=form, found=found, most=MOST, words=words)


def _waiting(form: Search) -> str:
    now = moment.now()
    today = now.astimezone(offices.zone()).date()
    asked = attention.kind(request.args.get("list", ""))
    with reading() as db:
        office = offices.chosen(db)
        office_id = office.id if office else None
        if asked is not None:
            piles = [attention.pile(db, asked, office_id, today, attention.MOST)]
        else:
            piles = [attention.pile(db, one, office_id, today) for one in attention.KINDS]
        others = offices.all_of_them(db) if me().office_id is None else []
        is_empty = not any(one.count for one in piles) and _has_none(db)
    return render_template(
        "cases/cases.html",
        fields=form,
        piles=piles,
        asked=asked,
        office=office,
        offices=others,
        is_empty=is_empty,
        most=attention.MOST,
        words=words,
    )


def _has_none(db: Session) -> bool:
    any_one = select(Case.id).where(access.of_my_offices(col(Case.office_id)))
    return db.exec(any_one.limit(1)).first() is None


def _is_there(db: Session, reference: str) -> bool:
    return db.exec(select(Case.id).where(Case.reference == reference)).first() is not None


def _found(db: Session, typed: Typed) -> Found:
    today = moment.now().astimezone(offices.zone()).date()
    if typed.name:
        return _named(db, typed, today)
    citizen = find(db, typed.phone) if typed.phone else None
    if citizen is None or not access.knows(db, citizen):
        return Found(typed)
    query: Any = select(Case).where(
        Case.citizen_id == citizen.id, access.of_my_offices(col(Case.office_id))
    )
    latest = db.exec(query.order_by(col(Case.changed_at).desc()).limit(MOST + 1)).all()
    access.note_reading(db, "dossier.find", f"citizen:{citizen.id}")
    return Found(typed, rows(db, latest[:MOST], today), len(latest) > MOST, citizen)


def _named(db: Session, typed: Typed, today: date) -> Found:
    """Of one's own office, whatever one's role; names are shown, to tell one from another."""
    ids = names.find(db, typed.name or "", MOST + 1, me().office_id)
    by_id = {one.id: one for one in db.exec(select(Case).where(col(Case.id).in_(ids)))}
    latest = [by_id[one] for one in ids]
    access.note(db, "dossier.find", f"by name: {len(ids)}")
    return Found(typed, rows(db, latest[:MOST], today, with_names=True), len(ids) > MOST)
