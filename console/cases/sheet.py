"""A dossier as its page shows it: where it stands, what can be done, what happened, who read it."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from cases import events
from cases.history import QUIET, Change, Standing
from cases.kinds.shape import CaseType, Stage
from cases.kinds.store import kinds
from cases.models import Case, CaseEvent, CaseReading
from citizens.audit import AuditEntry
from citizens.models import Citizen
from console.cases import offers, people, words
from console.cases.told import Told, told
from console.sessions import me
from console.showing import day, phone, when
from console.speaking import _
from queues.models import Office
from settings import current
from sms import consent, states

MOST_READINGS: Final = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened. `quiet`: nobody outside was told of it."""

    version: int
    what: str
    more: str
    note: str
    who: str
    at: datetime
    quiet: bool


@dataclass(frozen=True, slots=True)
class Reading:
    who: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """`silence`: why no SMS will go to the holder, or nothing."""

    case: Case
    kind: CaseType
    office: Office
    standing: Standing
    today: date
    offers: dict[str, offers.Offer]
    history: list[Entry]
    readings: list[Reading]
    holder: Citizen | None
    silence: str

    @property
    def stage(self) -> Stage:
        return self.kind.stage(self.standing.stage)

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.office)

    @property
    def missing(self) -> list[str]:
        return [self.kind.document(one) for one in self.standing.missing]

    @property
    def is_late(self) -> bool:
        return offers.is_late(self.standing, self.today)

    @property
    def is_overdue(self) -> bool:
        return offers.is_overdue(self.standing, self.today)

    def told(self, change: Change) -> Told:
        """What its holder will read after this."""
        closed = events.closed_days(self.office)
        return told(self.kind, self.standing, change, self.today, closed)

    def since(self, version: int) -> list[Entry]:
        """What happened after this version, the first of it first."""
        return [one for one in reversed(self.history) if one.version > version]


def zone_of(office: Office) -> ZoneInfo:
    return ZoneInfo(office.zone or current().timezone)


def sheet(db: Session, case: Case, now: datetime) -> Sheet:
    assert case.id is not None
    kind = kinds(db).types[case.type_id]
    office = db.get_one(Office, case.office_id)
    holder = db.get(Citizen, case.citizen_id) if case.citizen_id is not None else None
    standing = events.standing(case)
    happened = events.of(db, case.id)
    looks = _looks(db, case.id)
    names = people.names(db, [one.who for one in happened] + [one.who for one in looks])
    return Sheet(
        case=case,
        kind=kind,
        office=office,
        standing=standing,
        today=events.local_day(office, now),
        offers=offers.offers(kind, standing, me().may),
        history=[_entry(kind, one, names) for one in reversed(happened)],
        readings=_readings(db, case.id, looks, names),
        holder=holder,
        silence=_silence(db, holder),
    )


def _entry(kind: CaseType, event: CaseEvent, names: dict[str, str]) -> Entry:
    return Entry(
        version=event.version,
        what=_what(kind, event),
        more=_more(kind, event),
        note=event.note or "",
        who=names[event.who],
        at=event.at,
        quiet=event.kind in QUIET,
    )


def _what(kind: CaseType, event: CaseEvent) -> str:
    if event.kind == "moved":
        return _("Étape : %(stage)s", stage=_stage_name(kind, event.stage))
    return _(words.EVENTS.get(event.kind, event.kind))


def _more(kind: CaseType, event: CaseEvent) -> str:
    """What the event's kind does not say: the stage, the papers, the day, the reason."""
    details = json.loads(event.details)
    parts = [_stage_name(kind, event.stage)] if event.kind in _TELL_STAGE else []
    parts += [", ".join(kind.document(one) for one in details.get("documents", []))]
    if "due" in details:
        parts.append(_("avant le %(day)s", day=day(date.fromisoformat(details["due"]))))
    parts += [details.get("reason", ""), details.get("appeal", "")]
    if event.kind == "appointment":
        at = details.get("appointment")
        parts.append(when(datetime.fromisoformat(at)) if at else _("annulé"))
    return " · ".join(part for part in parts if part)


_TELL_STAGE: Final = ("received", "document_received", "reopened", "breached")


def _stage_name(kind: CaseType, code: str) -> str:
    """The stage may have gone from its type since."""
    return next((one.name for one in kind.stages if one.code == code), code)


def _looks(db: Session, case_id: int) -> list[AuditEntry]:
    query = select(AuditEntry).where(
        AuditEntry.about == f"dossier:{case_id}", col(AuditEntry.did).in_(words.READ)
    )
    return list(db.exec(query.order_by(col(AuditEntry.at).desc()).limit(MOST_READINGS)))


def _readings(
    db: Session, case_id: int, looks: list[AuditEntry], names: dict[str, str]
) -> list[Reading]:
    """The latest, by staff and by phone."""
    query = select(CaseReading).where(CaseReading.case_id == case_id)
    dials = db.exec(query.order_by(col(CaseReading.at).desc()).limit(MOST_READINGS))
    found = [Reading(names[one.who], _(words.READ.get(one.did, one.did)), one.at) for one in looks]
    found += [
        Reading(_caller(one), _(words.ON_PHONE.get(one.outcome, one.outcome)), one.at)
        for one in dials
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_READINGS]


def _caller(reading: CaseReading) -> str:
    if reading.own_phone:
        return _("le titulaire")
    return phone(reading.phone) if reading.phone else _("un autre téléphone")


def _silence(db: Session, holder: Citizen | None) -> str:
    if holder is None:
        return _("Sans téléphone : personne n'est prévenu, dites-le de vive voix.")
    if consent.stops(consent.unwanted(db, holder.phone), states.DOSSIERS):
        return _("Cette personne ne veut pas de SMS : elle le lira en composant le code.")
    return ""


def default_appointment(now: datetime, zone: ZoneInfo) -> datetime:
    """Tomorrow at nine, as the office's clock shows it."""
    tomorrow = now.astimezone(zone) + timedelta(days=1)
    return tomorrow.replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=None)
