"""Who works here: the list, one person, and an invitation. `staff.rights` says who sees to whom;
who may only look finds no buttons, and no way around them."""

from datetime import UTC, datetime
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from citizens import audit, emails
from console import offices
from console.forms import Form, asks, choices, status
from console.pages import page
from console.people import letters
from console.sessions import me
from console.speaking import N_, NAMES, ROLE_NAMES, _
from database import reading, writing
from staff import directory, links, rights, sessions, two_steps
from staff.models import ADMINISTRATOR, EVERYWHERE, MANAGER, Staff, StaffLink, is_a_name

_NO_OFFICE: Final = N_("Aucun : tous les bureaux")


class Details(Form):
    display_name = StringField(
        validators=[
            InputRequired(N_("Écrivez le nom que voient les collègues.")),
            Length(max=60, message=N_("60 caractères au plus.")),
        ]
    )
    email = StringField()

    def validate_email(self, field: Any) -> None:
        try:
            field.data = emails.normal(field.data) if (field.data or "").strip() else ""
        except ValueError:
            raise ValidationError(N_("Écrivez l'adresse comme nom@exemple.org.")) from None


class Place(Form):
    role = SelectField()
    office = SelectField()

    def validate_office(self, field: Any) -> None:
        if self.role.data in EVERYWHERE and field.data:
            raise ValidationError(N_("Ce rôle n'a pas de bureau : choisissez « aucun »."))
        if self.role.data not in EVERYWHERE and not field.data:
            raise ValidationError(N_("Choisissez le bureau : ce rôle en a un."))

    @property
    def office_id(self) -> int | None:
        return int(self.office.data) if self.office.data else None


class Invitation(Details, Place):
    name = StringField()
    language = SelectField(choices=choices(NAMES))

    def validate_name(self, field: Any) -> None:
        if not is_a_name((field.data or "").strip().lower()):
            raise ValidationError(
                N_("De 2 à 40 lettres sans accent, chiffres, points ou tirets, sans espace.")
            )


@page.route("/people", may=MANAGER)
def people() -> str:
    by = me()
    with reading() as db:
        everybody = [one for one, _code in directory.everybody(db) if rights.sees(by, one)]
        seen = sessions.last_seen(db)
        names = {one.id: one.name for one in offices.all_of_them(db)}
    everybody.sort(key=lambda one: (not one.active, one.display_name.lower()))
    return render_template("people/people.html", everybody=everybody, seen=seen, offices=names)


@page.route("/people/new", methods=["GET", "POST"], may=MANAGER)
def new_person() -> ResponseReturnValue:
    with reading() as db:
        form = _offered(Invitation(request.form, language=me().language, **_usual()), db)
    if not asks(form) or not _is_mine_to_give(form):
        return render_template("people/new.html", fields=form), status(form)
    by, now = me().signature, datetime.now(UTC)
    name = str(form.name.data).strip().lower()
    with writing() as db:
        if directory.find(db, name) is not None:
            form.name.errors = [N_("Ce nom d'utilisateur est pris : choisissez-en un autre.")]
            return render_template("people/new.html", fields=form), 422
        made = directory.add(
            db,
            name,
            None,
            role=str(form.role.data),
            office_id=form.office_id,
            by=by,
            display_name=str(form.display_name.data),
            language=str(form.language.data),
            email=str(form.email.data) or None,
        )
        link = links.make(db, made, links.INVITATION, by, now)
    return _link_page(link, made)


@page.route("/people/<int:staff_id>", may=MANAGER)
def person(staff_id: int) -> ResponseReturnValue:
    with reading() as db:
        return _page(db, _seen(db, staff_id))


@page.route("/people/<int:staff_id>/details", methods=["POST"], may=MANAGER)
def set_details(staff_id: int) -> ResponseReturnValue:
    form = Details(request.form)
    with writing() as db:
        found = _managed(db, staff_id)
        if not asks(form):
            return _page(db, found, details=form)
        name, email = str(form.display_name.data), str(form.email.data) or None
        directory.set_details(db, found, name, email, me().signature)
    return _done(staff_id, _("C'est enregistré."))


@page.route("/people/<int:staff_id>/place", methods=["POST"], may=MANAGER)
def set_place(staff_id: int) -> ResponseReturnValue:
    with writing() as db:
        found = _managed(db, staff_id)
        form = _offered(Place(request.form), db)
        if not asks(form) or not _is_mine_to_give(form):
            return _page(db, found, place=form)
        try:
            directory.set_place(db, found, str(form.role.data), form.office_id, me().signature)
        except directory.LastAdministrator:
            return _last_one(db, found)
    return _done(staff_id, _("C'est enregistré. Ses sessions sont terminées."))


@page.route("/people/<int:staff_id>/deactivate", methods=["POST"], may=MANAGER)
def deactivate_person(staff_id: int) -> ResponseReturnValue:
    with writing() as db:
        found = _managed(db, staff_id)
        try:
            directory.set_active(db, found, False, me().signature)
        except directory.LastAdministrator:
            return _last_one(db, found)
    return _done(staff_id, _("Cette personne ne peut plus se connecter."))


@page.route("/people/<int:staff_id>/reactivate", methods=["POST"], may=MANAGER)
def reactivate_person(staff_id: int) -> ResponseReturnValue:
    with writing() as db:
        directory.set_active(db, _managed(db, staff_id), True, me().signature)
    return _done(staff_id, _("Cette personne peut se connecter de nouveau."))


@page.route("/people/<int:staff_id>/link", methods=["POST"], may=MANAGER)
def new_link(staff_id: int) -> ResponseReturnValue:
    """To choose a password: the first one, or another."""
    with writing() as db:
        found = _managed(db, staff_id)
        if not found.active:
            abort(404)
        kind = links.RESET if found.password_hash else links.INVITATION
        link = links.make(db, found, kind, me().signature, datetime.now(UTC))
        audit.note(db, me().signature, f"staff.{kind}", found.name)
    return _link_page(link, found)


@page.route("/people/<int:staff_id>/sign-out", methods=["POST"], may=MANAGER)
def sign_person_out(staff_id: int) -> ResponseReturnValue:
    with writing() as db:
        directory.end_sessions(db, _managed(db, staff_id), me().signature)
    return _done(staff_id, _("Ses sessions sont terminées."))


@page.route("/people/<int:staff_id>/sessions/<int:session_id>/end", methods=["POST"], may=MANAGER)
def end_session(staff_id: int, session_id: int) -> ResponseReturnValue:
    now = datetime.now(UTC)
    with writing() as db:
        found = _managed(db, staff_id)
        if session_id not in {one.id for one in sessions.of(db, found, now)}:
            abort(404)
        sessions.end(db, session_id, now)
        audit.note(db, me().signature, "staff.end_session", found.name)
    return _done(staff_id, _("Cet appareil est déconnecté."))


@page.route("/people/<int:staff_id>/two-steps/off", methods=["POST"], may=ADMINISTRATOR)
def reset_two_steps(staff_id: int) -> ResponseReturnValue:
    """The phone is lost, and so are the recovery codes. Not for managers: with a link for a
    password as well, one could sign in as a colleague."""
    with writing() as db:
        found = _managed(db, staff_id)
        if found.totp_secret is None:
            abort(404)
        two_steps.turn_off(db, found, me().signature)
    return _done(staff_id, _("Son mot de passe suffit, jusqu'à ce qu'un téléphone soit lié."))


def _seen(db: Session, staff_id: int) -> Staff:
    """404 for whom one does not see."""
    found = db.get(Staff, staff_id)
    if found is None or not rights.sees(me(), found):
        abort(404)
    return found


def _managed(db: Session, staff_id: int) -> Staff:
    """403 for whom one may only look at."""
    found = _seen(db, staff_id)
    if not rights.manages(me(), found):
        abort(403)
    return found


def _usual() -> dict[str, str]:
    return {"office": str(me().office_id or "")}


def _offered(form: Any, db: Session) -> Any:
    """The form with the roles and offices that one may give."""
    by = me()
    form.role.choices = choices({one: _(ROLE_NAMES[one]) for one in rights.may_give(by)})
    those = [one for one in offices.all_of_them(db) if rights.may_place(by, one.id)]
    none = {"": _(_NO_OFFICE)} if rights.may_place(by, None) else {}
    form.office.choices = choices({**none, **{str(one.id): one.name for one in those}})
    return form


def _is_mine_to_give(form: Place) -> bool:
    """What a SelectField offers is all that it takes; asked again, for it is a right."""
    by = me()
    return form.role.data in rights.may_give(by) and rights.may_place(by, form.office_id)


def _page(
    db: Session, found: Staff, details: Details | None = None, place: Place | None = None
) -> ResponseReturnValue:
    manages = rights.manages(me(), found)
    office = str(found.office_id or "")
    html = render_template(
        "people/person.html",
        person=found,
        manages=manages,
        details=details or Details(display_name=found.display_name, email=found.email or ""),
        place=place or _offered(Place(role=found.role, office=office), db),
        places=len(rights.may_give(me())) > 1,
        office={one.id: one.name for one in offices.all_of_them(db)}.get(found.office_id),
        devices=sessions.of(db, found, datetime.now(UTC)) if manages else [],
        here=session.get("session"),
    )
    return html, status(details or place or Details())


def _last_one(db: Session, found: Staff) -> ResponseReturnValue:
    flash(_("Il faut qu'un administrateur reste : nommez-en un autre d'abord."), "attention")
    return redirect(url_for("console.person", staff_id=found.id), 303)


def _done(staff_id: int, text: str) -> ResponseReturnValue:
    flash(text, "done")
    return redirect(url_for("console.person", staff_id=staff_id), 303)


def _link_page(link: StaffLink, staff: Staff) -> ResponseReturnValue:
    """The link, once: it can be made anew, but not shown again."""
    address = url_for("console.join", token=links.token(link), _external=True)
    return render_template(
        "people/link.html",
        person=staff,
        address=address,
        until=link.expires_at,
        is_new=link.kind == links.INVITATION,
        mailed=letters.send(link, staff),
    )
