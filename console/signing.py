"""Signing in, by password and for some by a code too, and out."""

from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from citizens import audit
from console import half, sessions
from console.forms import Form, asks, status
from console.pages import ANYONE, page
from console.people import letters
from console.rail import home
from console.showing import clock
from console.speaking import N_, _
from database import writing
from settings import current
from staff.models import ANY_ROLE
from staff.signing_in import Wait, Wrong, second_step
from staff.signing_in import sign_in as try_to


class SignIn(Form):
    name = StringField(validators=[InputRequired(N_("Écrivez votre nom d'utilisateur."))])
    password = PasswordField(validators=[InputRequired(N_("Écrivez votre mot de passe."))])


@page.route("/sign-in", methods=["GET", "POST"], may=ANYONE)
def sign_in() -> ResponseReturnValue:
    wanted = request.values.get("next", "")
    if sessions.who() is not None:
        return redirect(within(wanted))
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
    if found.totp_secret is not None:
        half.begin(session, found, wanted, now)
        return redirect(url_for("console.sign_in_code"), 303)
    sessions.begin(session, found, now)
    return redirect(within(wanted), 303)


class Code(Form):
    code = StringField(validators=[InputRequired(N_("Écrivez le code."))])


@page.route("/sign-in/code", methods=["GET", "POST"], may=ANYONE)
def sign_in_code() -> ResponseReturnValue:
    """The second step, for those who have one."""
    if sessions.who() is not None:
        return redirect(home())
    now = datetime.now(UTC)
    begun = half.of(session, now)
    if begun is None:
        flash(_("Recommencez : le code se donne juste après le mot de passe."), "attention")
        return redirect(url_for("console.sign_in"))
    form = Code(request.form)
    if not asks(form):
        return render_template("sign_in_code.html", fields=form, problem=""), status(form)
    code = str(form.code.data)
    found = second_step(begun.staff, begun.stamp, code, request.remote_addr or "", now)
    if isinstance(found, Wait):
        problem = _("Trop d'essais. Le prochain est possible à %(time)s.", time=clock(found.until))
        return render_template("sign_in_code.html", fields=form, problem=problem), 429
    if isinstance(found, Wrong):
        form.code.errors = [
            N_("Ce code n'est pas le bon, ou il a déjà servi : attendez le prochain.")
        ]
        return render_template("sign_in_code.html", fields=form, problem=""), 422
    sessions.begin(session, found, now)
    return redirect(within(begun.next), 303)


def _page(form: SignIn, wanted: str, problem: str = "") -> str:
    return render_template(
        "sign_in.html",
        fields=form,
        next=within(wanted),
        problem=problem,
        mails=letters.can_be_sent(),
        tries=current().phone_for_anyone,
    )


@page.route("/sign-out", methods=["POST"], may=ANY_ROLE, without_second_step=True)
def sign_out() -> ResponseReturnValue:
    with writing() as db:
        audit.note(db, sessions.me().signature, "staff.sign_out", sessions.me().name)
    sessions.end()
    flash(_("Vous êtes déconnecté."), "done")
    return redirect(url_for("console.sign_in"), 303)


def within(wanted: str) -> str:
    """Where one wanted to go, if it is a page of the console's, or the phone; else where one
    begins."""
    parts = urlsplit(wanted.replace("\\", "/"))
    below = url_for("console.today")
    here = f"{parts.path}/".startswith(below) or parts.path == url_for("phone.show")
    ours = here and not parts.scheme and not parts.netloc
    climbs = ".." in unquote(parts.path).replace("\\", "/").split("/")
    somewhere = ours and not climbs and parts.path != below and wanted.isprintable()
    return wanted if somewhere else home()
