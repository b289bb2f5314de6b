"""The agent's desk: a counter, who is at it, who waits; and what one can do about it.

Every deed is a form that names the ticket and the step at which it was drawn: pressed twice, or on
a page that is old, it says what happened instead.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

import moment
from citizens.directory import find_or_add
from citizens.phones import normal
from console.desk_state import desk_of
from console.pages import page
from console.sessions import who
from console.speaking import N_, _
from database import reading, writing
from queues import calling, events, overview, tickets
from queues.board.slip import slip_page
from queues.models import Counter, Service, Ticket
from queues.moves import MOST_RECALLS, NotPossible
from queues.waiting import Kind
from staff.models import AGENT, Staff

OUTCOMES: Final = {
    "served": N_("Traité"),
    "come_again": N_("À revenir"),
    "elsewhere": N_("Mal orienté"),
    "refused": N_("Refusé"),
}
CLASSES: Final = {
    "": N_("Sans priorité"),
    "elderly": N_("Personne âgée"),
    "pregnant": N_("Femme enceinte"),
    "disabled": N_("Personne handicapée"),
}
_WHY: Final = {
    tickets.Why.CLOSED: N_("Le bureau est fermé : pas de ticket pour maintenant."),
    tickets.Why.FULL: N_("Tous les tickets du jour sont donnés."),
    tickets.Why.TOO_LATE: N_("Le bureau ferme avant que ce soit son tour."),
    tickets.Why.TAKEN: N_("Cette heure est déjà prise."),
    tickets.Why.TOO_MANY: N_("Trop de tickets pris pour d'autres."),
}
_MOVED_ON: Final = N_("Ce n'est plus possible : la file a bougé. Voici où elle en est.")


@page.route("/queue", may=AGENT)
def queue() -> ResponseReturnValue:
    staff, now = _staff(), moment.now()
    with reading() as db:
        desk = desk_of(db, staff, now)
        if desk is None:
            return _choose(db, staff, now)
        return render_template(
            "desk.html",
            desk=desk,
            outcomes=OUTCOMES,
            classes=CLASSES,
            kinds=Kind,
            may_recall=desk.here is not None and desk.here.recalls < MOST_RECALLS,
        )


@page.route("/queue/waiting", may=AGENT, by_itself=True)
def waiting() -> ResponseReturnValue:
    """The list alone, for the page's script."""
    with reading() as db:
        desk = desk_of(db, _staff(), moment.now())
    if desk is None:
        return "", 204
    return render_template("desk_waiting.html", desk=desk, classes=CLASSES, kinds=Kind)


@page.route("/queue/counter", methods=["POST"], may=AGENT)
def sit() -> ResponseReturnValue:
    staff = _staff()
    number = _number("counter")

    def open_it(db: Session) -> None:
        counter = db.get(Counter, number)
        if counter is None or not _is_of(staff, counter.office_id):
            abort(404)
        calling.open_counter(db, number, staff.id or 0, moment.now())

    return _do(open_it, _("Ce guichet n'est pas libre, ou quelqu'un est encore au vôtre."))


@page.route("/queue/leave", methods=["POST"], may=AGENT)
def leave() -> ResponseReturnValue:
    staff = _staff()
    return _do(
        lambda db: calling.close_counter(db, staff.id or 0),
        _("Quelqu'un est encore à votre guichet : terminez d'abord."),
    )


@page.route("/queue/next", methods=["POST"], may=AGENT)
def call_next() -> ResponseReturnValue:
    def call(db: Session) -> None:
        ticket = calling.call_next(db, _counter(db), _name(), moment.now())
        if ticket is None:
            flash(_("Personne n'attend pour ce guichet."), "attention")

    return _do(call, _("Quelqu'un est déjà à votre guichet."))


@page.route("/queue/do/<deed>", methods=["POST"], may=AGENT)
def deed(deed: str) -> ResponseReturnValue:
    """What is done with who is at the counter."""
    action = _DEEDS.get(deed)
    if action is None:
        abort(404)

    def do(db: Session) -> None:
        counter = _counter(db)
        here = calling.at_counter(db, counter)
        if here is None or here.id != _number("ticket") or here.steps != _number("step"):
            raise NotPossible("moved on")
        action(db, counter)

    return _do(do)


@page.route("/queue/with/<deed>", methods=["POST"], may=AGENT)
def other(deed: str) -> ResponseReturnValue:
    """What is done with one who is not at the counter."""
    action = _OTHERS.get(deed)
    if action is None:
        abort(404)

    def do(db: Session) -> None:
        ticket = db.get(Ticket, _number("ticket"))
        if ticket is None or not _is_of(_staff(), ticket.office_id):
            abort(404)
        if ticket.steps != _number("step"):
            raise NotPossible("moved on")
        action(db, ticket)

    return _do(do)


@page.route("/queue/walk-in", methods=["POST"], may=AGENT)
def walk_in() -> ResponseReturnValue:
    """A ticket for somebody who stands here, with a phone or without."""
    form = request.form
    priority, reason = form.get("priority", ""), form.get("reason", "").strip()
    phone = form.get("phone", "").strip()
    if priority not in CLASSES:
        abort(400)
    if priority and not reason:
        return _again(_("Une priorité demande sa raison, par exemple « 67 ans »."))
    try:
        number = normal(phone) if phone else None
    except ValueError:
        return _again(_("Ce numéro n'est pas complet : écrivez-le comme +221 77 000 00 00."))
    given: list[Ticket] = []

    def take(db: Session) -> None:
        service = db.get(Service, _number("service"))
        if service is None or not _is_of(_staff(), service.office_id):
            abort(404)
        ticket = tickets.take(
            db,
            tickets.Request(
                service.id or 0,
                citizen_id=find_or_add(db, number).id if number else None,
                priority=priority,
                who=_name(),
                note=reason,
                travel_minutes=0,
            ),
            moment.now(),
        )
        given.append(ticket)

    try:
        answer = _do(take)
    except tickets.AlreadyHeld as held:
        return _again(_("Cette personne a déjà le ticket %(label)s.", label=held.ticket.label))
    except tickets.Refused as refused:
        return _again(_(_WHY[refused.why]))
    flash(_("Ticket %(label)s donné.", label=given[0].label), "done")
    return redirect(url_for("console.queue", given=given[0].id)) if given else answer


@page.route("/slip/<int:ticket_id>", may=AGENT)
def slip(ticket_id: int) -> ResponseReturnValue:
    """The ticket on paper."""
    with reading() as db:
        ticket = db.get(Ticket, ticket_id)
        if ticket is None or not _is_of(_staff(), ticket.office_id):
            abort(404)
    return slip_page(ticket_id, moment.now()) or abort(404)


# -- deeds ----------------------------------------------------------------------------------------


def _transfer(db: Session, counter: int) -> None:
    here = calling.at_counter(db, counter)
    assert here is not None
    assert here.id is not None
    kind, _colon, number = request.form.get("to", "").partition(":")
    if kind not in ("service", "counter") or not number.isdecimal():
        raise NotPossible("nowhere")
    to = {f"{kind}_id": int(number)}
    note = request.form.get("note", "").strip()
    try:
        calling.transfer(db, here.id, _name(), moment.now(), note=note, **to)
    except LookupError:
        abort(404)


def _done(db: Session, counter: int) -> None:
    outcome = request.form.get("outcome", "served")
    if outcome not in OUTCOMES:
        abort(400)
    note = request.form.get("note", "").strip()
    calling.done(db, counter, _name(), moment.now(), outcome, note)


_DEEDS: Final[dict[str, Callable[[Session, int], object]]] = {
    "recall": lambda db, counter: calling.recall(db, counter, _name(), moment.now()),
    "start": lambda db, counter: calling.start(db, counter, _name(), moment.now()),
    "hold": lambda db, counter: calling.hold(db, counter, _name(), moment.now()),
    "absent": lambda db, counter: calling.no_show(db, counter, _name(), moment.now()),
    "done": _done,
    "transfer": _transfer,
}
_OTHERS: Final[dict[str, Callable[[Session, Ticket], object]]] = {
    "call": lambda db, ticket: calling.call_this(
        db, ticket.id or 0, _counter(db), _name(), moment.now()
    ),
    "resume": lambda db, ticket: calling.resume(
        db, ticket.id or 0, _counter(db), _name(), moment.now()
    ),
    "back": lambda db, ticket: tickets.come_back(db, ticket, moment.now(), who=_name()),
    "undo": lambda db, ticket: calling.undo(db, ticket.id or 0, _name(), moment.now()),
}


def _do(what: Callable[[Session], object], problem: str = "") -> ResponseReturnValue:
    """Does it in one transaction, and shows the desk again; says what is not possible any more."""
    try:
        with writing() as db:
            what(db)
    except NotPossible:
        flash(
            problem or _("Ce n'est plus possible : la file a bougé. Voici où elle en est."),
            "attention",
        )
    overview.forget()
    return redirect(url_for("console.queue"))


def _again(problem: str) -> ResponseReturnValue:
    """The desk with what was typed, and what is wrong with it."""
    flash(problem, "wrong")
    kept = {name: request.form.get(name, "") for name in ("service", "phone", "priority", "reason")}
    return redirect(f"{url_for('console.queue')}?{urlencode(kept)}#walk-in")


# -- who and where --------------------------------------------------------------------------------


def _staff() -> Staff:
    staff = who()
    assert staff is not None  # `pages.admit` saw to it
    return staff


def _name() -> str:
    return events.staff(_staff().id or 0)


def _is_of(staff: Staff, office_id: int) -> bool:
    """Administrators are of all offices."""
    return staff.office_id is None or staff.office_id == office_id


def _counter(db: Session) -> int:
    counter = calling.counter_of(db, _staff().id or 0)
    if counter is None or counter.id is None:
        raise NotPossible("no counter")
    return counter.id


def _number(field: str) -> int:
    written = request.form.get(field, "")
    if not written.isdecimal() or len(written) > 9:
        abort(400)
    return int(written)


def _choose(db: Session, staff: Staff, now: datetime) -> ResponseReturnValue:
    """The counters one may sit down at, those of one's office; who is at which."""
    of = select(Counter).order_by(col(Counter.office_id), col(Counter.number))
    if staff.office_id is not None:
        of = of.where(Counter.office_id == staff.office_id)
    names = {one.id: one.display_name for one in db.exec(select(Staff))}
    seen = overview.look(db, now)
    offices = [live for live in seen.offices if _is_of(staff, live.place.office.id or 0)]
    return render_template(
        "counters.html", counters=list(db.exec(of)), names=names, offices=offices
    )
