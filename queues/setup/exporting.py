"""The offices of the database as a file has them: defaults are left out."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from sqlmodel import Session, col, select

from queues.hours import Span
from queues.models import (
    Agency,
    Counter,
    CounterService,
    Office,
    Opening,
    RosterLine,
    Service,
    SpecialDay,
)
from queues.setup.shape import CLOSED, OfficesFile, Week, written_week

_Plain = dict[str, Any]


def export(db: Session, code: str | None = None) -> str:
    """YAML of one office or of all. Raises LookupError."""
    return written(plain(db, code))


def written(data: _Plain) -> str:
    """YAML as people write it."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def stored(db: Session, code: str) -> OfficesFile | None:
    """The same as a file that was read; None where there is no such office."""
    try:
        return OfficesFile.model_validate(plain(db, code))
    except LookupError:
        return None


def plain(db: Session, code: str | None = None) -> _Plain:
    agencies = {agency.id: agency for agency in db.exec(select(Agency).order_by(Agency.code))}
    query = select(Office).order_by(col(Office.position), col(Office.id))
    if code is not None:
        query = query.where(Office.code == code)
    offices = db.exec(query).all()
    if code is not None and not offices:
        raise LookupError(f"no office {code}")
    named = {office.agency_id for office in offices}
    return {
        "agencies": [
            {"code": agency.code, "name": agency.name}
            for agency in agencies.values()
            if code is None or agency.id in named
        ],
        "offices": [_office(db, office, agencies) for office in offices],
    }


def _office(db: Session, office: Office, agencies: Mapping[int | None, Agency]) -> _Plain:
    agency = agencies.get(office.agency_id)
    languages = office.languages.split(",")
    services = db.exec(
        select(Service).where(Service.office_id == office.id).order_by(col(Service.position))
    ).all()
    return _without(
        {"phone": "", "zone": "", "country": "", "languages": ["fr"]}
        | {"agency": "", "grace_minutes": 30, "late_places": 3, "hours": {}}
        | {"services": [], "counters": [], "special_days": []},
        code=office.code,
        agency=agency.code if agency else "",
        name=office.name,
        address=office.address,
        phone=office.phone,
        zone=office.zone,
        country=office.country,
        languages=languages,
        grace_minutes=office.grace_minutes,
        late_places=office.late_places,
        hours=_week(db.exec(select(Opening).where(Opening.office_id == office.id)).all()),
        services=[_service(service) for service in services],
        counters=_counters(db, office, services),
        special_days=[
            _without({"reason": ""}, day=one.day, hours=one.hours or CLOSED, reason=one.reason)
            for one in db.exec(
                select(SpecialDay)
                .where(SpecialDay.office_id == office.id)
                .order_by(col(SpecialDay.day))
            )
        ],
    )


def _service(service: Service) -> _Plain:
    slots = _without(
        {"every": 30, "days": 14},
        every=service.slot_minutes,
        places=service.slot_places,
        days=service.horizon_days,
    )
    return _without(
        {"minutes": 10, "documents": "", "quota": None, "head_start": 30, "slots": None},
        prefix=service.prefix,
        name=service.name,
        minutes=service.minutes,
        documents=service.documents,
        quota=service.quota,
        head_start=service.head_start,
        slots=slots if service.slot_places else None,
    )


def _counters(db: Session, office: Office, services: Iterable[Service]) -> list[_Plain]:
    prefixes = {service.id: service.prefix for service in services}
    counters = []
    for counter in db.exec(
        select(Counter).where(Counter.office_id == office.id).order_by(col(Counter.number))
    ):
        links = db.exec(
            select(CounterService.service_id).where(CounterService.counter_id == counter.id)
        ).all()
        served = sorted(prefixes[link] for link in links)
        roster = db.exec(select(RosterLine).where(RosterLine.counter_id == counter.id)).all()
        every = served == sorted(prefixes.values())
        counters.append(
            _without(
                {"services": None, "roster": {}},
                number=counter.number,
                services=None if every else served,
                roster=_week(roster),
            )
        )
    return counters


def _week(rows: Iterable[Opening | RosterLine]) -> dict[str, str]:
    days: list[list[Span]] = [[] for _ in range(7)]
    for row in rows:
        days[row.weekday].append((row.opens, row.closes))
    week: Week = tuple(tuple(sorted(spans)) for spans in days)
    return written_week(week)


def _without(defaults: Mapping[str, object], **values: object) -> _Plain:
    """What is not as it would be anyway."""
    return {
        key: value for key, value in values.items() if key not in defaults or value != defaults[key]
    }


class _Dumper(yaml.SafeDumper):
    """Short things on one line, as people write them."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        node = super().represent_mapping(tag, mapping, flow_style)
        plain = all(isinstance(value, yaml.ScalarNode) for _, value in node.value)
        short = sum(len(key.value) + len(value.value) + 4 for key, value in node.value if plain)
        node.flow_style = plain and "code" not in mapping and short < 96
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(isinstance(one, yaml.ScalarNode) for one in node.value)
        return node

    def ignore_aliases(self, data: Any) -> bool:
        return True
