"""Fits each office's waits to its past, every night; until enough were served, each half hour."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

import moment
from background import work
from background.clock import every
from database import reading, writing
from database.upserts import insert
from queues import overview
from queues.fitting import Visit, fit
from queues.models import Pace, Service, Ticket, TicketEvent
from queues.moves import CANCELLED, DONE, EXPIRED, NO_SHOW, TRANSFERRED
from queues.overview import Live
from queues.places import model_written
from queues.waiting import ENOUGH

PAST = timedelta(days=56)  # eight weeks: the season, not the year
AT_HOUR = 2  # of the night, in the office's zone


@every(seconds=1800)
def refit_due() -> None:
    """Runs as a job."""
    now = moment.now()
    with reading() as db:
        seen = overview.look(db, now)
        fitted = {pace.office_id: pace.fitted_at for pace in db.exec(select(Pace))}
    for live in seen.offices:
        office_id = live.place.office.id
        assert office_id is not None
        if work.stopping():
            return
        if _is_due(live, fitted.get(office_id)):
            refit(office_id, now)


def refit(office_id: int, now: datetime) -> None:
    """What the last weeks say of this office's waits, from now on."""
    with reading() as db:
        services = db.exec(select(Service).where(Service.office_id == office_id))
        expected = {service.id or 0: float(service.minutes) for service in services}
        model = fit(visits(db, office_id, now - PAST), expected)
    row = {"office_id": office_id, "model": model_written(model), "fitted_at": now}
    with writing() as db:
        upsert = insert(db, Pace).values(row)
        db.execute(upsert.on_conflict_do_update(index_elements=["office_id"], set_=row))


def visits(db: Session, office_id: int, since: datetime) -> Iterable[Visit]:
    """The visits of an office that are over, from a moment on. Those who were asked to step aside
    say nothing of counter times, appointments nothing of waits."""
    held = set(
        db.exec(
            select(TicketEvent.ticket_id).where(TicketEvent.kind == "held", TicketEvent.at >= since)
        )
    )
    over = select(Ticket).where(
        Ticket.office_id == office_id,
        col(Ticket.state).in_((DONE, NO_SHOW, TRANSFERRED, CANCELLED, EXPIRED)),
        Ticket.created_at >= since,
    )
    for ticket in db.exec(over.order_by(col(Ticket.id))):
        yield _visit(ticket, ticket.id in held)


def _visit(ticket: Ticket, was_held: bool) -> Visit:
    called = ticket.called_at
    return Visit(
        service=ticket.service_id,
        joined=ticket.callable_from,
        called=called,
        freed=None if called is None or was_held else ticket.ended_at,
        counter=ticket.counter_id,
        left=ticket.ended_at if called is None else None,
        came=ticket.state in (DONE, TRANSFERRED),
        ahead=None if ticket.moved_back else ticket.ahead,
        raw=None if ticket.moved_back or ticket.appointment else ticket.predicted,
    )


def _is_due(live: Live, fitted_at: datetime | None) -> bool:
    if fitted_at is None:
        return True
    model = live.place.model
    if any(model.served.get(service.id or 0, 0) < ENOUGH for service in live.place.services):
        return True
    night = live.local.replace(hour=AT_HOUR, minute=0, second=0, microsecond=0)
    if night > live.local:
        night -= timedelta(days=1)
    return fitted_at < night
