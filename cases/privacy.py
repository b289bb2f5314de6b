"""Dossiers, as what is held of a person: listed, and cut off from the person when that one is
erased, or a year after they closed in any case.

A dossier is the agency's: it stays, with its reference and its stages. What goes is who it is of:
phone, name, birth year, PIN; and of a complaint what was written, by either side.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session, col, delete, select

import moment
from background.clock import every
from background.work import stopping
from cases import events, names
from cases.events import CITIZEN, CLOCK, Sender
from cases.history import ERASED, Change
from cases.kinds.store import kinds
from cases.models import Case, CaseEvent, CaseReading, Complaint
from cases.statuses import CLOSED
from citizens.privacy import Held, Person, erases, holds
from database import writing
from queues.models import Office
from settings import current

_BATCH = 100
_A_DAY = timedelta(days=1)


@holds("dossiers")
def _dossiers(db: Session, of: Person) -> list[Held]:
    if of.id is None:
        return []
    known = kinds(db).types
    query = select(Case, Office).join(Office, col(Office.id) == col(Case.office_id))
    return [
        {
            "reference": case.reference,
            "type": known[case.type_id].code,
            "office": office.name,
            "status": case.status,
            "since": case.since.isoformat(),
            "holder_name": case.holder_name,
            "birth_year": case.birth_year,
            "pin": case.pin_hash is not None,
        }
        for case, office in db.exec(query.where(Case.citizen_id == of.id).order_by(col(Case.id)))
    ]


@holds("complaints")
def _complaints(db: Session, of: Person) -> list[Held]:
    if of.id is None:
        return []
    query = select(Case, Complaint).join(Complaint, col(Complaint.case_id) == col(Case.id))
    return [
        {
            "reference": case.reference,
            "category": complaint.category,
            "words": complaint.words,
            "reply": complaint.reply,
            "promised": complaint.promised.isoformat(),
            "rating": complaint.rating,
        }
        for case, complaint in db.exec(query.where(Case.citizen_id == of.id).order_by(col(Case.id)))
    ]


def _read_by(of: Person) -> Any:
    return col(CaseReading.phone_hash).in_(of.hashes)


@holds("readings")
def _readings(db: Session, of: Person) -> list[Held]:
    """Which dossiers were asked for from this phone."""
    query = select(CaseReading).where(_read_by(of)).order_by(col(CaseReading.id))
    return [
        {"reference": one.reference, "at": one.at.isoformat(), "outcome": one.outcome}
        for one in db.exec(query)
    ]


@erases
def _unlink(db: Session, of: Person, now: datetime) -> None:
    if of.id is not None:
        query = select(Case.id).where(Case.citizen_id == of.id).order_by(col(Case.id))
        for case_id in db.exec(query).all():
            unlink(db, case_id or 0, Sender(CITIZEN), now)
    db.execute(
        update(CaseReading).where(_read_by(of), col(CaseReading.at) < now - _A_DAY).values(_NOBODY)
    )
    # Those of the last day are counted still: else who guesses at PINs would be erased, and go on.
    db.execute(update(CaseReading).where(_read_by(of)).values(phone=None))


_NOBODY = {"phone": None, "phone_hash": ""}


def unlink(db: Session, case_id: int, sender: Sender, now: datetime) -> None:
    """Cuts a dossier off from the person whose it is."""
    events.add(db, case_id, Change(ERASED), sender, now)
    case = db.get_one(Case, case_id)
    case.citizen_id = case.holder_name = case.birth_year = case.pin_hash = None
    case.tell_at = None
    db.flush()
    names.index(db, case)
    complaint = db.get(Complaint, case_id)
    if complaint is not None:
        complaint.words = complaint.reply = None
        db.execute(update(CaseEvent).where(col(CaseEvent.case_id) == case_id).values(note=None))
    db.flush()


@every(seconds=3600)
def forget() -> None:
    """Cuts off what closed long ago, and lets go of old readings. Runs as a job."""
    while not stopping() and _forget_closed(moment.now()) == _BATCH:
        pass
    _forget_readings(moment.now())


def _forget_closed(now: datetime) -> int:
    before = now.date() - timedelta(days=current().cases_keep_days)
    of_somebody = or_(
        *(
            column.is_not(None)
            for column in (
                *(col(Case.citizen_id), col(Case.holder_name)),
                *(col(Case.birth_year), col(Case.pin_hash)),
            )
        )
    )
    with writing() as db:
        ids = db.exec(
            select(Case.id)
            .where(col(Case.status).in_(CLOSED), Case.since < before, of_somebody)
            .order_by(col(Case.id))
            .limit(_BATCH)
        ).all()
        for case_id in ids:
            unlink(db, case_id or 0, Sender(CLOCK), now)
    return len(ids)


def _forget_readings(now: datetime) -> None:
    kept = timedelta(days=current().readings_keep_days)
    with writing() as db:
        db.execute(delete(CaseReading).where(col(CaseReading.at) < now - kept))
        db.execute(
            update(CaseReading)
            .where(
                col(CaseReading.phone).is_(None),
                col(CaseReading.phone_hash) != "",
                col(CaseReading.at) < now - _A_DAY,
                col(CaseReading.reference).is_not(None),  # else of before migration 0003
            )
            .values(phone_hash="")
        )
