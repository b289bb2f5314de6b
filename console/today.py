"""Today: how each service of an office stands, and what was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy import func
from sqlmodel import Session, col, select

import moment
from console import offices
from console.pages import page
from console.sessions import me
from database import reading
from queues.models import Service, Ticket
from queues.moves import DONE, WAITING
from queues.overview import Live, overview
from queues.waiting import Wait
from staff.models import AGENT, MANAGER


@dataclass(frozen=True, slots=True)
class Line:
    """`longest`: since when the one who waits longest has waited; `wait`: what one who comes now is
    told."""

    service_id: int
    service: str
    waiting: int
    longest: datetime | None
    counters: int
    served: int
    wait: Wait


@dataclass(frozen=True, slots=True)
class Sheet:
    """An office, with the totals of its lines."""

    live: Live
    lines: list[Line]

    @property
    def name(self) -> str:
        return self.live.place.office.name

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)

    @property
    def served(self) -> int:
        return sum(line.served for line in self.lines)


def sheets(now: datetime) -> list[Sheet]:
    """Those of the offices that one may see, in order."""
    found = [live for live in overview(now).offices if offices.is_mine(live.place.office.id or 0)]
    with reading() as db:
        waiting = _waiting(db, now)
        return [Sheet(live, list(_lines(db, live, waiting))) for live in found]


def _waiting(db: Session, now: datetime) -> dict[int, tuple[int, datetime]]:
    """By service: how many may be called now, and the first of them who came."""
    query: Any = (
        select(Ticket.service_id, func.count(), func.min(Ticket.callable_from))
        .where(Ticket.state == WAITING, col(Ticket.callable_from) <= now)
        .group_by(col(Ticket.service_id))
    )
    return {service: (count, since) for service, count, since in db.exec(query)}


def _lines(db: Session, live: Live, waiting: dict[int, tuple[int, datetime]]) -> Iterable[Line]:
    query: Any = (
        select(Ticket.service_id, func.count())
        .where(
            Ticket.office_id == live.place.office.id,
            Ticket.day == live.local.date(),
            Ticket.state == DONE,
        )
        .group_by(col(Ticket.service_id))
    )
    served = dict(db.exec(query).all())
    for service in live.place.services:
        assert service.id is not None
        count, longest = waiting.get(service.id, (0, None))
        yield Line(
            service_id=service.id,
            service=service.name,
            waiting=count,
            longest=longest,
            counters=_open(live, service),
            served=served.get(service.id, 0),
            wait=live.newcomer(service.id).wait,
        )


def _open(live: Live, service: Service) -> int:
    return sum(
        desk.id in live.open_counters and service.id in desk.services for desk in live.place.desks
    )


@page.route("/", may=AGENT)
def today() -> str:
    now = moment.now()
    return render_template("today.html", now=now, sheets=sheets(now), sees_all=me().may(MANAGER))
