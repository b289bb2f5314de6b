"""One's own second step: a phone is linked by a QR code, and proves it by the first of its codes.
Whoever found a browser open can't do it: it takes the password."""

from datetime import UTC, datetime
from typing import Final

import segno
from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from console import sessions
from console.account import proves
from console.forms import Form, asks, status
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from settings import current
from staff import two_steps as steps
from staff.models import ANY_ROLE, Staff

_TO_ENROL: Final = 3600  # seconds for which the secret of a form is good


class Enrol(Form):
    secret = HiddenField()
    code = StringField(validators=[InputRequired(N_("Écrivez le code que montre le téléphone."))])
    now = PasswordField(validators=[InputRequired(N_("Écrivez votre mot de passe actuel."))])


class Sure(Form):
    now = PasswordField(validators=[InputRequired(N_("Écrivez votre mot de passe actuel."))])


@page.route("/settings/account/two-steps", may=ANY_ROLE, without_second_step=True)
def two_steps() -> ResponseReturnValue:
    return _on_page(Sure()) if me().totp_secret is not None else _off_page(Enrol())


@page.route(
    "/settings/account/two-steps/on", methods=["POST"], may=ANY_ROLE, without_second_step=True
)
def turn_on_two_steps() -> ResponseReturnValue:
    if me().totp_secret is not None:
        return redirect(url_for("console.two_steps"), 303)
    form = Enrol(request.form)
    secret = _unsigned(str(form.secret.data))
    if secret is None:
        flash(_("Ce QR code avait vieilli : en voici un autre."), "attention")
        return redirect(url_for("console.two_steps"), 303)
    if not asks(form) or not proves(form):
        return _off_page(form, secret)
    now = datetime.now(UTC)
    with writing() as db:
        mine = db.get_one(Staff, me().id)
        codes = steps.turn_on(db, mine, secret, str(form.code.data), mine.signature, now)
    if codes is None:
        form.code.errors = [
            N_("Ce n'est pas le code de ce QR code. Vérifiez l'heure du téléphone.")
        ]
        return _off_page(form, secret)
    sessions.begin(session, mine, now)
    return render_template("people/recovery.html", codes=codes)


@page.route("/settings/account/two-steps/codes", methods=["POST"], may=ANY_ROLE)
def new_recovery_codes() -> ResponseReturnValue:
    form = Sure(request.form)
    if me().totp_secret is None:
        abort(404)
    if not asks(form) or not proves(form):
        return _on_page(form)
    with writing() as db:
        codes = steps.new_codes(db, db.get_one(Staff, me().id), me().signature)
    return render_template("people/recovery.html", codes=codes)


@page.route("/settings/account/two-steps/off", methods=["POST"], may=ANY_ROLE)
def turn_off_two_steps() -> ResponseReturnValue:
    form = Sure(request.form)
    if me().totp_secret is None or sessions.must_have_second_step(me()):
        abort(404)
    if not asks(form) or not proves(form):
        return _on_page(form)
    with writing() as db:
        mine = db.get_one(Staff, me().id)
        steps.turn_off(db, mine, mine.signature)
    sessions.begin(session, mine, datetime.now(UTC))
    flash(_("Votre mot de passe suffit de nouveau."), "done")
    return redirect(url_for("console.account"), 303)


def _off_page(form: Enrol, secret: str = "") -> ResponseReturnValue:
    secret = secret or steps.new_secret()
    form.secret.data = _signer().dumps([me().id, secret])
    picture = segno.make(steps.uri(secret, me().name), error="m", micro=False)
    html = render_template(
        "people/enrol.html",
        fields=form,
        picture=picture.svg_data_uri(scale=5, light="#fff"),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        must=sessions.lacks_second_step(me()),
    )
    return html, status(form)


def _on_page(form: Sure) -> ResponseReturnValue:
    with reading() as db:
        left = steps.codes_left(db, me())
    html = render_template(
        "people/enrolled.html",
        fields=form,
        left=left,
        must=sessions.must_have_second_step(me()),
    )
    return html, status(form)


def _unsigned(written: str) -> str | None:
    """The secret of a form that we made, for this person, not long ago."""
    try:
        whose, secret = _signer().loads(written, max_age=_TO_ENROL)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(secret) if whose == me().id else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current().secret_key, salt="second step")
