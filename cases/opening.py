"""A new dossier: its reference, where it begins, and its first event."""

import random
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from cases import events, history, names, references
from cases.events import Happened, Sender
from cases.history import OPENED, Change
from cases.kinds.store import kinds
from cases.models import Case
from queues.models import Office

_TRIES = 20
_chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class New:
    """What is known of a dossier when it begins. `reference`: drawn here if it is left out."""

    type_code: str
    office_id: int
    citizen_id: int | None = None
    reference: str | None = None
    agency_id: int | None = None
    source_key: str | None = None
    holder_name: str | None = None
    birth_year: int | None = None
    pin_hash: str | None = None
    stage: str | None = None


def open_case(
    db: Session, new: New, sender: Sender, now: datetime, at: datetime | None = None
) -> Happened:
    """Raises LookupError for a type or office that is not there, NotPossible for a stage that the
    type does not have, IntegrityError for a reference or source's key that is taken."""
    known = kinds(db)
    if new.type_code not in known.ids:
        raise LookupError(f"no case type {new.type_code}: there are {', '.join(known.ids)}")
    type_id = known.ids[new.type_code]
    office = db.get(Office, new.office_id)
    if office is None:
        raise LookupError("no such office")
    happened = at or now
    stands = history.opened(
        known.types[type_id],
        events.local_day(office, happened),
        events.closed_days(office),
        new.stage,
    )
    case = Case(
        reference=new.reference or free_reference(db),
        agency_id=new.agency_id if new.agency_id is not None else office.agency_id,
        source_key=new.source_key,
        office_id=new.office_id,
        type_id=type_id,
        citizen_id=new.citizen_id,
        holder_name=new.holder_name,
        birth_year=new.birth_year,
        pin_hash=new.pin_hash,
        stage=stands.stage,
        status=stands.status,
        since=stands.since,
        created_at=now,
        changed_at=now,
    )
    events.stand(case, stands)
    db.add(case)
    db.flush()
    if new.holder_name:
        names.index(db, case)
    event = events.row(case, Change(OPENED, new.stage), sender, happened, now)
    db.add(event)
    db.flush()
    return events.told(db, Happened(case, known.types[type_id], event, None))


def free_reference(db: Session) -> str:
    """One that no dossier has. Nobody can tell the next from the last."""
    for _ in range(_TRIES):
        drawn = references.draw(_chance)
        if db.exec(select(Case.id).where(Case.reference == drawn)).first() is None:
            return drawn
    raise RuntimeError(f"{_TRIES} references drawn, each of them taken")
