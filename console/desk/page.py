"""The desk as a page: which counter, and then all that is seen from it."""

import hashlib
from dataclasses import dataclass

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

import moment
from console import offices
from console.desk import seen, words
from console.pages import page
from console.sessions import me
from database import reading
from queues import calling
from queues.board.slip import slip_page
from queues.models import Counter, Office, Ticket
from queues.overview import overview
from staff.models import AGENT, Staff


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter that one may take, or who is at it."""

    id: int
    number: int
    services: list[str]
    taken_by: str


@page.route("/queue", may=AGENT)
def queue() -> str:
    with reading() as db:
        view = _view(db)
        if view is not None:
            return _desk(view)
        office = offices.chosen(db)
        if office is None:
            return render_template("desk/offices.html", offices=offices.all_of_them(db))
        return render_template("desk/counters.html", office=office, seats=_seats(db, office))


@page.route("/queue/live", may=AGENT, by_itself=True)
def queue_live() -> ResponseReturnValue:
    """What moves on the page; nothing, where it is as `?seen=` has it. The page that is left in
    another tab hears that there is no counter any more."""
    with reading() as db:
        view = _view(db)
    if view is None:
        return redirect(url_for("console.queue"))
    html = render_template("desk/waiting.html", view=view, words=words, now=g.now)
    version = hashlib.sha256(html.encode()).hexdigest()[:12]
    if request.args.get("seen") == version:
        return "", 204
    return html, 200, {"X-Version": version, "X-Mark": view.mark}


@page.route("/slip/<int:ticket_id>", may=AGENT)
def slip(ticket_id: int) -> str:
    """The ticket on paper."""
    with reading() as db:
        ticket = db.get(Ticket, ticket_id)
    if ticket is None or not offices.is_mine(ticket.office_id):
        abort(404)
    printed = slip_page(ticket_id, moment.now())
    if printed is None:
        abort(404)
    return printed


def _desk(view: seen.View) -> str:
    return render_template("desk/desk.html", view=view, words=words, now=g.now)


def _view(db: Session) -> seen.View | None:
    """From the counter where one sits; None before one has taken a seat."""
    staff_id = me().id
    assert staff_id is not None
    g.now = moment.now()
    counter = calling.counter_of(db, staff_id)
    if counter is None or not offices.is_mine(counter.office_id):
        return None
    return seen.view(db, counter, staff_id, g.now)


def _seats(db: Session, office: Office) -> list[Seat]:
    assert office.id is not None
    live = overview(moment.now()).office(office.id)
    names = {one.id: one.name for one in live.place.services}
    counters = db.exec(
        select(Counter).where(Counter.office_id == office.id).order_by(col(Counter.number))
    ).all()
    sitting = [one.staff_id for one in counters if one.staff_id]
    people = {
        one.id: one.display_name for one in db.exec(select(Staff).where(col(Staff.id).in_(sitting)))
    }
    return [
        Seat(
            id=one.id or 0,
            number=one.number,
            services=[name for id, name in names.items() if id in seen.planned(live, one).services],
            taken_by=people.get(one.staff_id, "?") if one.staff_id else "",
        )
        for one in counters
    ]
