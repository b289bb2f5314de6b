"""A ticket for somebody who stands at the desk, with a phone or without."""

from datetime import datetime, timedelta
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

import moment
from citizens import audit, phones
from citizens.directory import at_the_counter
from citizens.models import Citizen
from console import offices
from console.desk import words
from console.forms import Form, asks, choices, status
from console.pages import page
from console.sessions import me
from console.showing import when
from console.speaking import N_, _
from database import reading, writing
from locales.catalogues import NAMES
from menus.codes import code_to_dial
from queues import calling, events, letters, overview, tickets
from queues.models import Office, Ticket, TicketEvent
from queues.tickets import Why
from settings import current
from staff.models import AGENT

_A_DAY: Final = timedelta(hours=12)

_WHY: Final = {
    Why.CLOSED: N_("Le bureau est fermé."),
    Why.FULL: N_("Tous les tickets d'aujourd'hui sont donnés."),
    Why.TOO_LATE: N_("Le bureau fermera avant que ce soit son tour."),
    Why.TAKEN: N_("Cette heure est prise."),
    Why.TOO_MANY: N_("Ce numéro a déjà trop de tickets pour d'autres."),
}


class WalkIn(Form):
    service = SelectField(validators=[InputRequired(N_("Choisissez un service."))])
    phone = StringField(validators=[Optional(), Length(max=24)])
    language = SelectField(choices=choices(NAMES))
    priority = SelectField(choices=choices({"": N_("Aucune"), **words.PRIORITIES}))
    reason = StringField(validators=[Length(max=200)])
    drawn = IntegerField(validators=[Optional()])

    def validate_phone(self, field: Any) -> None:
        try:
            phones.local(field.data or "", current().country_prefix)
        except ValueError:
            raise ValidationError(
                N_("Écrivez le numéro comme 77 000 00 01, ou avec + et l'indicatif du pays.")
            ) from None

    def validate_reason(self, field: Any) -> None:
        if self.priority.data and not (field.data or "").strip():
            raise ValidationError(N_("Dites pourquoi en un mot : carte, visible, certificat."))


class NotGiven(Exception):
    """Why, for people."""


class Twice(Exception):
    """This ticket was taken since the form was drawn: a second click, or another tab."""


@page.route("/queue/walk-in", methods=["GET", "POST"], may=AGENT)
def walk_in() -> ResponseReturnValue:
    with reading() as db:
        office = _office(db)
        if office is None:
            return redirect(url_for("console.queue"))
        form = _form(db, office)
        taken = _shown(db, request.args.get("taken", type=int))
        last = _last_taken(db)
    if not asks(form):
        form.drawn.data = last
        return _page(form, office, taken)
    try:
        with writing() as db:
            ticket = _take(db, form, moment.now())
    except Twice as twice:
        with reading() as db:
            form.drawn.data = _last_taken(db)
        problem = _(
            "%(label)s vient d'être pris. Est-ce pour quelqu'un d'autre ? Alors envoyez encore.",
            label=str(twice),
        )
        return _page(form, office, None, problem)
    except NotGiven as why:
        return _page(form, office, None, str(why))
    overview.forget()
    flash(_("Ticket %(label)s.", label=ticket.label), "done")
    return redirect(url_for("console.walk_in", office=office.id, taken=ticket.id), 303)


def _page(
    form: WalkIn, office: Office, taken: Ticket | None, problem: str = ""
) -> ResponseReturnValue:
    now = moment.now()
    wait = tickets.wait_of(taken, now) if taken is not None else None
    html = render_template(
        "desk/walk_in.html",
        fields=form,
        office=office,
        taken=taken,
        wait=wait,
        problem=problem,
    )
    return html, 409 if problem else status(form)


def _office(db: Session) -> Office | None:
    """That of one's counter; else one's own, or the one that an administrator chose."""
    staff_id = me().id
    assert staff_id is not None
    counter = calling.counter_of(db, staff_id)
    if counter is not None and offices.is_mine(counter.office_id):
        return db.get(Office, counter.office_id)
    return offices.chosen(db)


def _form(db: Session, office: Office) -> WalkIn:
    assert office.id is not None
    form = WalkIn(request.form, language=current().default_language)
    live = overview.overview(moment.now()).office(office.id)
    given = [one for one in live.place.services if one.quota != 0]
    names = {str(one.id): f"{one.prefix} · {one.name}" for one in given}
    form.service.choices = choices(names)
    form.priority.choices = choices(
        {key: _(name) for key, name in {"": N_("Aucune"), **words.PRIORITIES}.items()}
    )
    return form


def _take(db: Session, form: WalkIn, now: datetime) -> Ticket:
    """Raises Twice, NotGiven: then nothing was done."""
    staff_id = me().id
    assert staff_id is not None
    priority, citizen = form.priority.data or "", _citizen(db, form)
    request_ = tickets.Request(
        service_id=int(form.service.data),
        citizen_id=citizen.id if citizen else None,
        priority=priority,
        travel_minutes=0,  # the person is here
        who=events.staff(staff_id),
        note=(form.reason.data or "").strip() if priority else "",
    )
    try:
        ticket = tickets.take(db, request_, now)
    except tickets.AlreadyHeld as held:
        label = held.ticket.label
        raise NotGiven(_("Cette personne a déjà le ticket %(label)s.", label=label)) from None
    except tickets.Refused as refused:
        raise NotGiven(_refusal(refused)) from None
    other = _taken_since(db, form.drawn.data or 0, ticket)
    if other is not None:
        raise Twice(other.label)
    if citizen is not None:
        spoken = citizen.language or current().default_language
        letters.taken(db, ticket, citizen.phone, spoken, code_to_dial(db), now)
    audit.note(db, me().signature, "ticket.walk_in", f"ticket:{ticket.id}")
    return ticket


def _citizen(db: Session, form: WalkIn) -> Citizen | None:
    written = (form.phone.data or "").strip()
    if not written:
        return None
    number = phones.local(written, current().country_prefix)
    return at_the_counter(db, number, form.language.data)


def _mine() -> Any:
    """The tickets that I took for others, each with its first event."""
    staff_id = me().id
    assert staff_id is not None
    return (
        select(Ticket, TicketEvent.id)
        .join(TicketEvent, col(TicketEvent.ticket_id) == Ticket.id)
        .where(
            col(TicketEvent.at) >= moment.now() - _A_DAY,
            TicketEvent.who == events.staff(staff_id),
            TicketEvent.kind == "joined",
            col(Ticket.previous_id).is_(None),
        )
        .order_by(col(TicketEvent.id).desc())
    )


def _last_taken(db: Session) -> int:
    found = db.exec(_mine()).first()
    return found[1] if found else 0


def _taken_since(db: Session, drawn: int, but: Ticket) -> Ticket | None:
    """The service's number is raised in the same transaction, so a second click sees the first."""
    found = db.exec(_mine().where(col(TicketEvent.id) > drawn, Ticket.id != but.id)).first()
    return found[0] if found else None


def _shown(db: Session, ticket_id: int | None) -> Ticket | None:
    """The ticket that was just taken, of an office that one may see."""
    found = db.get(Ticket, ticket_id) if ticket_id else None
    return found if found is not None and offices.is_mine(found.office_id) else None


def _refusal(refused: tickets.Refused) -> str:
    said = _(_WHY[refused.why])
    if refused.next is None:
        return said
    return said + " " + _("La prochaine fois : %(time)s.", time=when(refused.next))
