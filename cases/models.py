"""Dossiers, what happened to them, who read them; and procedures."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment
from database.sealing import Sealed

# The seven public statuses. Any number of internal stages maps onto them.
RECEIVED = "received"
DOCUMENTS_MISSING = "documents_missing"
IN_PROGRESS = "in_progress"
DECIDED = "decided"
READY = "ready"
HANDED_OVER = "handed_over"
REFUSED = "refused"

STATUSES = (RECEIVED, DOCUMENTS_MISSING, IN_PROGRESS, DECIDED, READY, HANDED_OVER, REFUSED)


class Case(SQLModel, table=True):
    """A dossier as its holder may know it: no name and no matter. The act itself stays with the
    office's own system. `status`, `since`, `documents` and `due` repeat the last event."""

    __tablename__ = "case_file"

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(max_length=10, unique=True)
    citizen_id: int = Field(foreign_key="citizen.id", index=True)
    office: str = Field(max_length=22)
    birth_year: int
    pin_hash: str = Field(max_length=128)
    status: str = Field(max_length=20)
    since: date
    documents: str | None = Field(default=None, max_length=60)
    due: date | None = None
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class CaseEvent(SQLModel, table=True):
    """What happened to a dossier, in order; rows are added, never changed."""

    __tablename__ = "case_event"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    status: str = Field(max_length=20)
    documents: str | None = Field(default=None, max_length=60)
    due: date | None = None
    at: datetime = Field(sa_type=Moment)


SHOWN = "shown"
WRONG = "wrong"
LOCKED = "locked"  # right or wrong, but there had been too many wrong ones before


class CaseReading(SQLModel, table=True):
    """Who asked for which dossier, and how that went: the audit, and the count of tries.

    Reference and phone are found by fingerprint: what is not there was asked for by somebody too.
    They are kept sealed beside it, so that a change of keys leaves them to be found (None: noted
    before migration 0003).
    """

    __tablename__ = "case_reading"
    __table_args__ = (
        Index("case_reading_by_reference", "reference_hash", "at"),
        Index("case_reading_by_phone", "phone_hash", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference_hash: str = Field(max_length=32)
    reference: str | None = Field(default=None, sa_type=Sealed)
    phone_hash: str = Field(max_length=32)
    phone: str | None = Field(default=None, sa_type=Sealed)
    case_id: int | None = Field(default=None, foreign_key="case_file.id", index=True)
    own_phone: bool
    outcome: str = Field(max_length=8)
    at: datetime = Field(sa_type=Moment)


class Procedure(SQLModel, table=True):
    """What to bring, what it costs, how long it takes. A fee that is unsure is not shown."""

    __tablename__ = "procedure"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=30, unique=True)
    office_code: str = Field(max_length=20, index=True)
    office: str = Field(max_length=22)
    label: str = Field(max_length=22)
    papers: str = Field(max_length=80)
    fee_least: int | None = None  # F CFA
    fee_most: int | None = None
    unsure: bool = False
    delay: str = Field(max_length=40)
    source: str = Field(max_length=80)
    checked_on: date
    position: int = Field(default=0)
