"""Brings the database to what a file of offices says. What is alike is left alone.

Agencies and offices are known by their code, services by their prefix, counters by their number,
special days by their day. What the file leaves out of an office stays; with `remove` it goes,
unless something refers to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from database import after_commit
from queues import overview
from queues.models import (
    Agency,
    Counter,
    CounterService,
    Office,
    Opening,
    RosterLine,
    Service,
    SpecialDay,
    Ticket,
    TicketCounter,
    TicketEvent,
)
from queues.setup.shape import (
    CounterPart,
    OfficePart,
    OfficesFile,
    ServicePart,
    SlotsPart,
    SpecialDayPart,
    Week,
    written_week,
)


class Stays(StrEnum):
    """Why something that the file leaves out stays."""

    NOT_ASKED = "--remove takes it away"
    TICKETS = "it has tickets"
    STAFFED = "somebody is at it"
    NEEDED = "something else refers to it"


@dataclass(frozen=True, slots=True)
class Left:
    """What the file leaves out, and stays."""

    about: str
    why: Stays

    def __str__(self) -> str:
        if self.why is Stays.NOT_ASKED:
            return f"{self.about}: kept; {self.why}"
        return f"{self.about}: kept, since {self.why}"


@dataclass(slots=True)
class Report:
    """What was changed, and what the file leaves out; `days`: ids of special days that are new or
    not what they were."""

    changes: list[str] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    days: list[int] = field(default_factory=list)


def write(db: Session, file: OfficesFile, remove: bool = False) -> Report:
    """Call it in a write transaction: all of the file is written, or nothing."""
    report = Report()
    agencies = {part.code: _agency(db, part.code, part.name, report) for part in file.agencies}
    for part, position in zip(file.offices, _positions(db, file.offices), strict=True):
        _office(db, part, agencies.get(part.agency), position, report, remove)
    after_commit(db, "overview", overview.forget)
    return report


def _agency(db: Session, code: str, name: str, report: Report) -> int | None:
    agency = db.exec(select(Agency).where(Agency.code == code)).first()
    if agency is None:
        agency = _added(db, Agency, code=code, name=name)
        report.changes.append(f"agency {code}: new")
    _set(agency, {"name": name}, f"agency {code}", report)
    return agency.id


def _positions(db: Session, parts: Iterable[OfficePart]) -> list[int]:
    """Offices that are there share out the places they have, in the file's order; new ones follow
    after all others."""
    places = {office.code: office.position for office in db.exec(select(Office))}
    codes = [part.code for part in parts]
    held = sorted(places[code] for code in codes if code in places)
    new = max(places.values(), default=-1) + 1
    positions = []
    for code in codes:
        if code in places:
            positions.append(held.pop(0))
        else:
            positions.append(new)
            new += 1
    return positions


def _office(
    db: Session,
    part: OfficePart,
    agency_id: int | None,
    position: int,
    report: Report,
    remove: bool,
) -> None:
    values = {
        "agency_id": agency_id,
        "name": part.name,
        "address": part.address,
        "phone": part.phone,
        "zone": part.zone,
        "country": part.country,
        "languages": ",".join(part.languages),
        "grace_minutes": part.grace_minutes,
        "late_places": part.late_places,
        "position": position,
    }
    office = db.exec(select(Office).where(Office.code == part.code)).first()
    if office is None:
        office = _added(db, Office, code=part.code, **values)
        report.changes.append(f"{part.code}: new")
    _set(office, values, part.code, report)
    assert office.id is not None
    _hours(db, Opening, {"office_id": office.id}, part.hours, f"{part.code} hours", report)
    services = _services(db, office, part.services, report, remove)
    _counters(db, office, part, services, report, remove)
    _special_days(db, office, part.special_days, report, remove)


def _services(
    db: Session, office: Office, parts: Iterable[ServicePart], report: Report, remove: bool
) -> Mapping[str, int]:
    """The ids of the file's services, by prefix."""
    rows = db.exec(select(Service).where(Service.office_id == office.id)).all()
    known = {service.prefix: service for service in rows}
    ids: dict[str, int] = {}
    for position, part in enumerate(parts):
        slots = part.slots or SlotsPart.model_construct(places=0)
        values = {
            "name": part.name,
            "minutes": part.minutes,
            "documents": part.documents,
            "quota": part.quota,
            "head_start": part.head_start,
            "slot_minutes": slots.every,
            "slot_places": slots.places,
            "horizon_days": slots.days,
            "position": position,
        }
        about = f"{office.code} service {part.prefix}"
        service = known.pop(part.prefix, None)
        if service is None:
            service = _added(db, Service, office_id=office.id, prefix=part.prefix, **values)
            report.changes.append(f"{about}: new")
        _set(service, values, about, report)
        assert service.id is not None
        ids[part.prefix] = service.id
    for position, service in enumerate(known.values(), len(ids)):
        service.position = position
        used = _used(db, Ticket.service_id, service.id) or _used(
            db, TicketCounter.service_id, service.id
        )
        links = delete(CounterService).where(col(CounterService.service_id) == service.id)
        about = f"{office.code} service {service.prefix}"
        in_use = Stays.TICKETS if used else None
        _leave_out(db, service, about, in_use, [links], report, remove)
    return ids


def _counters(
    db: Session,
    office: Office,
    part: OfficePart,
    services: Mapping[str, int],
    report: Report,
    remove: bool,
) -> None:
    rows = db.exec(select(Counter).where(Counter.office_id == office.id)).all()
    known = {counter.number: counter for counter in rows}
    for one in part.counters:
        about = f"{office.code} counter {one.number}"
        counter = known.pop(one.number, None)
        if counter is None:
            counter = _added(db, Counter, office_id=office.id, number=one.number)
            report.changes.append(f"{about}: new")
        _served(db, counter, one, services, about, report)
        _hours(db, RosterLine, {"counter_id": counter.id}, one.roster, f"{about} roster", report)
    for number, counter in known.items():
        parts = [
            delete(CounterService).where(col(CounterService.counter_id) == counter.id),
            delete(RosterLine).where(col(RosterLine.counter_id) == counter.id),
        ]
        _leave_out(
            db,
            counter,
            f"{office.code} counter {number}",
            _counter_in_use(db, counter),
            parts,
            report,
            remove,
        )


def _served(
    db: Session,
    counter: Counter,
    part: CounterPart,
    services: Mapping[str, int],
    about: str,
    report: Report,
) -> None:
    """Of the services that the file names; the counter goes on with those it leaves out."""
    wanted = set(services if part.services is None else part.services)
    links = db.exec(
        select(CounterService.service_id).where(CounterService.counter_id == counter.id)
    ).all()
    served = {prefix for prefix, service_id in services.items() if service_id in links}
    if wanted == served:
        return
    assert counter.id is not None
    for prefix in sorted(wanted - served):
        db.add(CounterService(counter_id=counter.id, service_id=services[prefix]))
    for prefix in served - wanted:
        db.delete(db.get_one(CounterService, (counter.id, services[prefix])))
    report.changes.append(f"{about}: serves {' '.join(sorted(wanted)) or 'nothing'}")


def _counter_in_use(db: Session, counter: Counter) -> Stays | None:
    if counter.staff_id is not None:
        return Stays.STAFFED
    of_tickets = (Ticket.counter_id, Ticket.reserved_id, TicketEvent.counter_id)
    used = any(_used(db, column, counter.id) for column in of_tickets)
    return Stays.TICKETS if used else None


def _special_days(
    db: Session, office: Office, parts: Iterable[SpecialDayPart], report: Report, remove: bool
) -> None:
    rows = db.exec(select(SpecialDay).where(SpecialDay.office_id == office.id)).all()
    known: dict[date, SpecialDay] = {one.day: one for one in rows}
    for part in parts:
        about = f"{office.code} on {part.day}"
        day = known.pop(part.day, None)
        if day is None:
            day = _added(db, SpecialDay, office_id=office.id, day=part.day, hours=part.hours)
            report.changes.append(f"{about}: {part.hours or 'closed'}")
            report.days.append(day.id or 0)
        elif day.hours != part.hours:
            day.announced_at = None
            report.days.append(day.id or 0)
        _set(day, {"hours": part.hours, "reason": part.reason}, about, report)
    for when, day in sorted(known.items()):
        _leave_out(db, day, f"{office.code} on {when}", None, [], report, remove)


def _hours(
    db: Session,
    table: Any,
    of: Mapping[str, int | None],
    week: Week,
    about: str,
    report: Report,
) -> None:
    """The rows of a week of hours: all of them anew, if any is not as it should be."""
    [(name, owner)] = of.items()
    rows = db.exec(select(table).where(getattr(table, name) == owner)).all()
    wanted = {(day, *span) for day, spans in enumerate(week) for span in spans}
    if {(row.weekday, row.opens, row.closes) for row in rows} == wanted:
        return
    for row in rows:
        db.delete(row)
    for weekday, opens, closes in sorted(wanted):
        db.add(table(**{name: owner}, weekday=weekday, opens=opens, closes=closes))
    hours = ", ".join(f"{days} {hours}" for days, hours in written_week(week).items())
    report.changes.append(f"{about}: {hours or 'none'}")


def _leave_out(
    db: Session,
    row: Any,
    about: str,
    in_use: Stays | None,
    parts: Iterable[Any],
    report: Report,
    remove: bool,
) -> None:
    """What the file does not name."""
    if in_use is not None:
        report.left.append(Left(about, in_use))
    elif not remove:
        report.left.append(Left(about, Stays.NOT_ASKED))
    else:
        try:
            with db.begin_nested():
                for part in parts:
                    db.execute(part)
                db.delete(row)
        except IntegrityError:  # a room above ours knows it
            report.left.append(Left(about, Stays.NEEDED))
        else:
            report.changes.append(f"{about}: removed")


def _used(db: Session, column: Any, value: int | None) -> bool:
    return bool(db.exec(select(func.count()).where(column == value)).one())


def _added(db: Session, table: Any, **values: object) -> Any:
    row = table(**values)
    db.add(row)
    db.flush()
    return row


def _set(row: Any, values: Mapping[str, object], about: str, report: Report) -> None:
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            report.changes.append(f"{about}: {name} {_shown(before)} -> {_shown(value)}")


def _shown(value: object) -> str:
    return "none" if value in (None, "") else str(value)
