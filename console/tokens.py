"""Programs that may use the API: their tokens, each shown once, and how to end one."""

from datetime import datetime
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

import moment
from api import tokens
from api.models import ApiToken
from console.forms import Form, asks, choices, status
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from queues.models import Agency
from staff.models import ADMINISTRATOR

SCOPE_NAMES: Final = {
    tokens.CASES_READ: N_("Lire les dossiers"),
    tokens.CASES_WRITE: N_("Ouvrir des dossiers et les faire avancer"),
}


class NewToken(Form):
    name = StringField(
        validators=[
            InputRequired(N_("Écrivez le nom du programme.")),
            Length(max=40, message=N_("40 caractères au plus.")),
        ]
    )
    scopes = SelectMultipleField(
        validators=[InputRequired(N_("Cochez au moins un droit."))],
    )
    agency = SelectField()
    days = IntegerField(
        validators=[
            Optional(),
            NumberRange(1, 3650, message=N_("Un nombre de jours, de 1 à 3650 ; ou rien.")),
        ]
    )


@page.route("/tokens", may=ADMINISTRATOR)
def api_tokens() -> str:
    with reading() as db:
        found = db.exec(select(ApiToken).order_by(ApiToken.name)).all()
        agencies = {one.id: one.name for one in db.exec(select(Agency))}
    now = moment.now()
    return render_template(
        "tokens/tokens.html",
        good=[one for one in found if is_good(one, now)],
        over=[one for one in found if not is_good(one, now)],
        agencies=agencies,
        scopes=SCOPE_NAMES,
    )


def is_good(token: ApiToken, now: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or now < token.expires_at)


@page.route("/tokens/new", methods=["GET", "POST"], may=ADMINISTRATOR)
def new_api_token() -> ResponseReturnValue:
    with reading() as db:
        form = _form(db)
    if not asks(form):
        return render_template("tokens/new.html", fields=form), status(form)
    name = str(form.name.data).strip()
    try:
        with writing() as db:
            key = tokens.create(
                db,
                name,
                form.scopes.data or (),
                form.agency.data or None,
                form.days.data,
                me().signature,
                moment.now(),
            )
    except ValueError:
        form.name.errors = [N_("Ce nom est pris, ou l'a été : choisissez-en un autre.")]
        return render_template("tokens/new.html", fields=form), 422
    return render_template("tokens/made.html", name=name, key=key)


@page.route("/tokens/<int:token_id>/revoke", methods=["POST"], may=ADMINISTRATOR)
def revoke_api_token(token_id: int) -> ResponseReturnValue:
    with writing() as db:
        found = db.get(ApiToken, token_id)
        if found is not None:
            tokens.revoke(db, found.name, me().signature, moment.now())
    flash(_("Ce jeton est refusé à partir de maintenant."), "done")
    return redirect(url_for("console.api_tokens"), 303)


def _form(db: Session) -> Any:
    form = NewToken(request.form)
    form.scopes.choices = choices({scope: _(name) for scope, name in SCOPE_NAMES.items()})
    agencies = {one.code: one.name for one in db.exec(select(Agency).order_by(Agency.name))}
    form.agency.choices = choices({"": _("Toutes"), **agencies})
    return form
