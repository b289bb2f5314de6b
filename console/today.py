"""Today: what an office has before it."""

from dataclasses import dataclass

from flask import render_template
from sqlmodel import col, func, select

import moment
from console.offices import mine
from console.pages import page
from database import reading
from queues.models import Office, Service, Ticket
from queues.moves import WAITING
from staff.models import AGENT


@dataclass(frozen=True, slots=True)
class Line:
    office: str
    service: str
    waiting: int


def lines() -> list[Line]:
    """How many wait for each service: of one's office, or of all."""
    own = mine()
    waiting = func.count(col(Ticket.id))
    waits = (col(Ticket.service_id) == Service.id) & (col(Ticket.state) == WAITING)
    query = (
        select(Office.name, Service.name, waiting)
        .join_from(Office, Service, col(Service.office_id) == Office.id)
        .join(Ticket, waits, isouter=True)
        .group_by(col(Office.id), col(Service.id))
        .order_by(col(Office.position), col(Service.position))
    )
    if own is not None:
        query = query.where(Office.id == own.id)
    with reading() as db:
        return [Line(*row) for row in db.exec(query)]


@page.route("/", may=AGENT)
def today() -> str:
    return render_template("today.html", now=moment.now(), lines=lines(), office=mine())
