"""Who may see which dossier and which citizen, and that it is noted.

Who belongs to an office sees its dossiers, and the citizens who have to do with it. Another
office's dossier is found by its whole reference, and only how it stands is told. Who opens the same
thing again within minutes has opened it once.
"""

from datetime import timedelta
from typing import Any, Final

from flask import abort
from sqlmodel import Session, col, or_, select

import moment
from cases import references
from cases.models import Case
from citizens import audit
from citizens.audit import AuditEntry
from citizens.models import Citizen
from console import offices
from console.sessions import me
from queues.models import Ticket

_ONE_READING: Final = timedelta(minutes=10)


def dossier(db: Session, reference: str) -> Case:
    """Of any office. 404 for a reference that no dossier has."""
    if not references.is_valid(reference):
        abort(404)
    found = db.exec(select(Case).where(Case.reference == reference)).first()
    if found is None:
        abort(404)
    return found


def mine(db: Session, reference: str) -> Case:
    """Of an office that one may touch; another's is not there to be touched."""
    found = dossier(db, reference)
    if not offices.is_mine(found.office_id):
        abort(404)
    return found


def of_my_offices(column: Any) -> Any:
    """As a condition: the office is one that one may see."""
    office_id = me().office_id
    return column.is_not(None) if office_id is None else column == office_id


def citizen(db: Session, citizen_id: int) -> Citizen:
    """404 for one who has nothing to do with one's office."""
    found = db.get(Citizen, citizen_id)
    if found is None or not knows(db, found):
        abort(404)
    return found


def knows(db: Session, of: Citizen) -> bool:
    """Whether the citizen has to do with one's office: by a dossier or a ticket."""
    if me().office_id is None:
        return True
    dossiers = select(Case.id).where(Case.citizen_id == of.id, Case.office_id == me().office_id)
    if db.exec(dossiers.limit(1)).first() is not None:
        return True
    tickets = select(Ticket.id).where(
        or_(Ticket.citizen_id == of.id, Ticket.taken_by_id == of.id),
        Ticket.office_id == me().office_id,
    )
    return db.exec(tickets.limit(1)).first() is not None


def note(db: Session, did: str, about: str) -> None:
    audit.note(db, me().signature, did, about)


def note_reading(db: Session, did: str, about: str) -> None:
    lately = select(AuditEntry.id).where(
        AuditEntry.about == about,
        AuditEntry.did == did,
        AuditEntry.who == me().signature,
        col(AuditEntry.at) > moment.now() - _ONE_READING,
    )
    if db.exec(lately.limit(1)).first() is None:
        note(db, did, about)
