"""Settings, and one's own account in it: language, password, open sessions."""

from datetime import UTC, datetime
from typing import Any, Final

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from wtforms import PasswordField, SelectField
from wtforms.validators import EqualTo, InputRequired

from citizens import audit
from console import sessions
from console.forms import Form, asks, choices, status
from console.pages import page
from console.rail import SETTINGS
from console.sessions import me
from console.showing import clock
from console.speaking import N_, NAMES, _
from database import reading, writing
from staff import directory, passwords, throttle
from staff import sessions as open_sessions
from staff.models import ANY_ROLE, Staff

WHY: Final = {
    passwords.TOO_SHORT: N_("Il faut au moins 10 caractères."),
    passwords.TOO_LONG: N_("Il faut au plus 200 caractères."),
    passwords.NAME: N_("C'est votre nom d'utilisateur : choisissez autre chose."),
    passwords.COMMON: N_("On le devinerait tout de suite : choisissez autre chose."),
}


class Language(Form):
    language = SelectField(choices=choices(NAMES))


class Password(Form):
    now = PasswordField(validators=[InputRequired(N_("Écrivez votre mot de passe actuel."))])
    new = PasswordField(validators=[InputRequired(N_("Écrivez le nouveau mot de passe."))])
    again = PasswordField(
        validators=[EqualTo("new", N_("Ce n'est pas le même que juste au-dessus."))]
    )


@page.route("/settings", may=ANY_ROLE)
def settings() -> str:
    staff = me()
    return render_template("settings.html", entries=[e for e in SETTINGS if staff.may(e[2].may)])


@page.route("/settings/account", may=ANY_ROLE)
def account() -> ResponseReturnValue:
    return _page(Password())


@page.route("/settings/account/language", methods=["POST"], may=ANY_ROLE)
def set_language() -> ResponseReturnValue:
    form = Language(request.form)
    if asks(form):
        with writing() as db:
            directory.set_language(db, _mine(db), str(form.language.data), me().signature)
        g.language = form.language.data
        flash(_("C'est enregistré."), "done")
    return redirect(url_for("console.account"), 303)


@page.route("/settings/account/password", methods=["POST"], may=ANY_ROLE)
def set_password() -> ResponseReturnValue:
    form = Password(request.form)
    if not asks(form) or not proves(form):
        return _page(form)
    try:
        with writing() as db:
            changed = _mine(db)
            directory.set_password(db, changed, str(form.new.data), me().signature)
    except passwords.Unfit as unfit:
        form.new.errors = [WHY[unfit.why]]
        return _page(form)
    sessions.begin(session, changed, datetime.now(UTC))
    flash(_("Le mot de passe est changé. Vos autres appareils sont déconnectés."), "done")
    return redirect(url_for("console.account"), 303)


@page.route("/settings/account/sign-out-everywhere", methods=["POST"], may=ANY_ROLE)
def sign_out_everywhere() -> ResponseReturnValue:
    with writing() as db:
        directory.end_sessions(db, _mine(db), me().signature)
    sessions.end()
    flash(_("Vous êtes déconnecté partout."), "done")
    return redirect(url_for("console.sign_in"), 303)


@page.route("/settings/account/sessions/<int:session_id>/end", methods=["POST"], may=ANY_ROLE)
def end_my_session(session_id: int) -> ResponseReturnValue:
    """Another browser's; this one's is ended by signing out."""
    now = datetime.now(UTC)
    with writing() as db:
        if session_id not in {one.id for one in open_sessions.of(db, me(), now)}:
            abort(404)
        open_sessions.end(db, session_id, now)
        audit.note(db, me().signature, "staff.end_session", me().name)
    flash(_("Cet appareil est déconnecté."), "done")
    return redirect(url_for("console.account"), 303)


def _page(form: Password) -> ResponseReturnValue:
    language = Language(language=me().language)
    with reading() as db:
        mine = open_sessions.of(db, me(), datetime.now(UTC))
    html = render_template(
        "account.html",
        fields=form,
        language_form=language,
        devices=mine,
        here=session["session"],
        must=sessions.must_have_second_step(me()),
    )
    return html, status(form)


def _mine(db: Session) -> Staff:
    found = db.get(Staff, me().id)
    assert found is not None
    return found


def proves(form: Any) -> bool:
    """Whether the present password, `form.now`, is right; tries are counted as at sign-in."""
    staff, address = me(), request.remote_addr or ""
    until = throttle.take_a_try(staff.name, address, datetime.now(UTC))
    if until is not None:
        later = _("Trop d'essais. Le prochain est possible à %(time)s.", time=clock(until))
        form.now.errors = [later]
        return False
    if not passwords.matches(staff.password_hash, str(form.now.data)):
        form.now.errors = [N_("Ce n'est pas votre mot de passe actuel.")]
        return False
    throttle.was_right(staff.name, address)
    return True
