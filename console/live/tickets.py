"""What the figures of an office's queues are made of: who waits, who was served today, which
counters are open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import abort, render_template, request
from sqlmodel import Session, col, select

import moment
from console import offices
from console.desk.seen import planned
from console.pages import page
from console.speaking import N_
from database import reading
from queues.models import Counter, Office, Service, Ticket
from queues.moves import DONE, WAITING
from queues.overview import Live, overview
from staff.models import AGENT, Staff

MOST: Final = 200
WHAT: Final = {
    "waiting": N_("En attente maintenant"),
    "served": N_("Servis aujourd'hui"),
    "counters": N_("Guichets ouverts"),
}


@dataclass(frozen=True, slots=True)
class Seat:
    number: int
    who: str
    since: datetime | None
    services: list[str]


@page.route("/live/office/<int:office_id>/<what>", may=AGENT)
def live_tickets(office_id: int, what: str) -> str:
    if what not in WHAT or not offices.is_mine(office_id):
        abort(404)
    now = moment.now()
    with reading() as db:
        office = db.get(Office, office_id)
        if office is None:
            abort(404)
        live = overview(now).office(office_id)
        service = _service(db, office_id)
        seats = _seats(db, live, service) if what == "counters" else []
        tickets = [] if what == "counters" else _tickets(db, live, service, what, now)
    return render_template(
        "live/tickets.html",
        office=office,
        service=service,
        what=what,
        title=WHAT[what],
        seats=seats,
        tickets=tickets[:MOST],
        more=len(tickets) > MOST,
        most=MOST,
        names={one.id: one.name for one in live.place.services},
        numbers={desk.id: desk.number for desk in live.place.desks},
    )


def _service(db: Session, office_id: int) -> Service | None:
    asked = request.args.get("service", type=int)
    if asked is None:
        return None
    found = db.get(Service, asked)
    if found is None or found.office_id != office_id:
        abort(404)
    return found


def _tickets(
    db: Session, live: Live, service: Service | None, what: str, now: datetime
) -> list[Ticket]:
    """As the figures count them: those who may be called now, or those of this day."""
    query: Any = select(Ticket).where(Ticket.office_id == live.place.office.id)
    if what == "waiting":
        query = query.where(Ticket.state == WAITING, col(Ticket.callable_from) <= now)
        query = query.order_by(col(Ticket.rank), col(Ticket.id))
    else:
        query = query.where(Ticket.state == DONE, Ticket.day == live.local.date())
        query = query.order_by(col(Ticket.ended_at).desc(), col(Ticket.id).desc())
    if service is not None:
        query = query.where(Ticket.service_id == service.id)
    return list(db.exec(query.limit(MOST + 1)))


def _seats(db: Session, live: Live, service: Service | None) -> list[Seat]:
    found = db.exec(
        select(Counter).where(col(Counter.id).in_(live.open_counters)).order_by(col(Counter.number))
    ).all()
    people = db.exec(select(Staff).where(col(Staff.id).in_([one.staff_id for one in found])))
    who = {one.id: one.display_name for one in people}
    names = {one.id: one.name for one in live.place.services}
    seats = []
    for one in found:
        served = planned(live, one).services
        if service is None or service.id in served:
            services = [name for id, name in names.items() if id in served]
            seats.append(Seat(one.number, who.get(one.staff_id, "?"), one.opened_at, services))
    return seats
