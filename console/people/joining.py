"""Coming in by a link: whoever was invited, or lost the password, chooses one. And asking for such
a link, which is answered alike for whom we know and whom not."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from console.account import WHY
from console.forms import Form, asks, status
from console.pages import ANYONE, page
from console.people import letters
from console.showing import clock
from console.speaking import N_, _
from database import reading, writing
from staff import directory, links, passwords, throttle
from staff.models import Staff, is_a_name


class Joining(Form):
    new = PasswordField(validators=[InputRequired(N_("Choisissez un mot de passe."))])
    again = PasswordField(
        validators=[EqualTo("new", N_("Ce n'est pas le même que juste au-dessus."))]
    )


@page.route("/join/<token>", methods=["GET", "POST"], may=ANYONE)
def join(token: str) -> ResponseReturnValue:
    now = datetime.now(UTC)
    with reading() as db:
        found = links.find(db, token, now)
    if found is None:
        return _spent()
    link, staff = found
    form = Joining(request.form)
    if asks(form) and _is_fit(form, staff):
        with writing() as db:
            is_first = links.use(db, link, now)
            if is_first:
                mine = db.get_one(Staff, staff.id)
                directory.set_password(db, mine, str(form.new.data), staff.signature)
        if not is_first:
            return _spent()
        flash(_("Le mot de passe est choisi : connectez-vous."), "done")
        return redirect(url_for("console.sign_in"), 303)
    html = render_template(
        "people/join.html", fields=form, joins=staff, is_new=link.kind == links.INVITATION
    )
    return html, status(form)


def _spent() -> ResponseReturnValue:
    return render_template("people/spent.html", mails=letters.can_be_sent()), 410


def _is_fit(form: Joining, staff: Staff) -> bool:
    try:
        passwords.check(str(form.new.data), staff.name)
    except passwords.Unfit as unfit:
        form.new.errors = [WHY[unfit.why]]
        return False
    return True


class Forgotten(Form):
    name = StringField(validators=[InputRequired(N_("Écrivez votre nom d'utilisateur."))])


@page.route("/forgotten", methods=["GET", "POST"], may=ANYONE)
def forgotten() -> ResponseReturnValue:
    if not letters.can_be_sent():
        return redirect(url_for("console.sign_in"))
    form = Forgotten(request.form)
    if not asks(form):
        return render_template("people/forgotten.html", fields=form, problem=""), status(form)
    now = datetime.now(UTC)
    name = str(form.name.data).strip().lower()
    until = throttle.take_a_try(f"forgotten:{name}", request.remote_addr or "", now)
    if until is not None:
        problem = _("Trop d'essais. Le prochain est possible à %(time)s.", time=clock(until))
        return render_template("people/forgotten.html", fields=form, problem=problem), 429
    if is_a_name(name):
        letters.ask_for(name)
    said = _(
        "Si ce nom d'utilisateur existe et a une adresse e-mail, un message y part. Sans message "
        "d'ici dix minutes, demandez à votre responsable."
    )
    flash(said, "done")
    return redirect(url_for("console.sign_in"), 303)
