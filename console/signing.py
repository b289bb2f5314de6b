"""Signing in and out."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from console import sessions
from console.forms import Form, asks, status
from console.pages import ANYONE, page
from console.showing import clock
from console.speaking import N_, _
from settings import current
from staff.models import AGENT
from staff.signing_in import Wait, Wrong
from staff.signing_in import sign_in as try_to


class SignIn(Form):
    name = StringField(validators=[InputRequired(N_("Écrivez votre nom d'utilisateur."))])
    password = PasswordField(validators=[InputRequired(N_("Écrivez votre mot de passe."))])


@page.route("/sign-in", methods=["GET", "POST"], may=ANYONE)
def sign_in() -> ResponseReturnValue:
    wanted = within(request.values.get("next", ""))
    if sessions.who() is not None:
        return redirect(wanted)
    form = SignIn(request.form)
    if not asks(form):
        return _page(form, wanted), status(form)
    now = datetime.now(UTC)
    found = try_to(str(form.name.data), str(form.password.data), request.remote_addr or "", now)
    if isinstance(found, Wait):
        seconds = int((found.until - now).total_seconds()) + 1
        problem = _("Trop d'essais. Le prochain est possible à %(time)s.", time=clock(found.until))
        return _page(form, wanted, problem), 429, {"Retry-After": str(seconds)}
    if isinstance(found, Wrong):
        problem = _(
            "Ce nom d'utilisateur et ce mot de passe ne vont pas ensemble. Vérifiez les deux, ou "
            "demandez un nouveau mot de passe à votre responsable."
        )
        return _page(form, wanted, problem), 422
    sessions.begin(session, found, now)
    return redirect(wanted, 303)


def _page(form: SignIn, wanted: str, problem: str = "") -> str:
    return render_template(
        "sign_in.html",
        fields=form,
        next=wanted,
        problem=problem,
        tries=current().phone_for_anyone,
    )


@page.route("/sign-out", methods=["POST"], may=AGENT)
def sign_out() -> ResponseReturnValue:
    sessions.end()
    flash(_("Vous êtes déconnecté."), "done")
    return redirect(url_for("console.sign_in"), 303)


def within(wanted: str) -> str:
    """Where one wanted to go, if it is a page of the console's, or the phone; else Today."""
    home = url_for("console.today")
    parts = urlsplit(wanted.replace("\\", "/"))
    here = f"{parts.path}/".startswith(home) or parts.path == url_for("phone.show")
    ours = here and not parts.scheme and not parts.netloc
    return wanted if ours and wanted.isprintable() else home
