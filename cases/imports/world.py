"""What a file of dossiers is about: the case types, offices and agencies that are there."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from cases import events
from cases.imports.rows import Context
from cases.kinds.store import kinds
from queues.models import Agency, Office
from settings import current


@dataclass(frozen=True, slots=True)
class World:
    """By code: ids of case types and agencies, offices with their days off. `now` is when the run
    began, in UTC."""

    context: Context
    type_ids: Mapping[str, int]
    agency_ids: Mapping[str, int]
    offices: Mapping[str, Office]
    closed: Mapping[str, Container[date]]
    now: datetime

    def today(self, office: str) -> date:
        return events.local_day(self.offices[office], self.now)

    def moment(self, office: str, day: date) -> datetime:
        """When it was, of which a file says the day alone: noon, but never to come."""
        if day >= self.today(office):
            return self.now
        zone = ZoneInfo(self.offices[office].zone or current().timezone)
        return datetime.combine(day, time(12), zone)


def look(
    db: Session,
    now: datetime,
    agency: str | None = None,
    only_office: str | None = None,
    by: Collection[str] | None = None,
) -> World:
    """What a file may speak of; `by`: the roles of who brings it, None for who may do all. Raises
    LookupError for an agency or office that is not there."""
    known = kinds(db)
    in_order = select(Office).order_by(col(Office.position), col(Office.id))
    agencies = {one.code: one.id or 0 for one in db.exec(select(Agency))}
    offices = {one.code: one for one in db.exec(in_order)}
    if agency is not None and agency not in agencies:
        raise LookupError(f"no agency {agency}: there are {', '.join(agencies)}")
    if only_office is not None and only_office not in offices:
        raise LookupError(f"no office {only_office}")
    codes = {key: code for code, key in agencies.items()}
    context = Context(
        types={one.code: one for one in known.types.values()},
        offices={code: one.name for code, one in offices.items()},
        agencies={code: codes.get(one.agency_id or 0) for code, one in offices.items()},
        prefix=current().country_prefix,
        today=now.astimezone(current().zone).date(),
        agency=agency,
        only_office=only_office,
        by=by,
    )
    closed = {code: events.closed_days(one) for code, one in offices.items()}
    return World(context, known.ids, agencies, offices, closed, now)
