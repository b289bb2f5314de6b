"""Dossiers, what happened to them, who read them; what is known of their kinds; complaints."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment
from database.sealing import Sealed

_TO_TELL = text("tell_at IS NOT NULL")


class CaseTypeRow(SQLModel, table=True):
    """A case type as published: `definition` is a cases.kinds.shape.CaseType as JSON; `revision`
    counts its changes."""

    __tablename__ = "case_type"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True)
    definition: str
    revision: int = Field(default=1)
    changed_at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class ProcedureRow(SQLModel, table=True):
    """What a citizen can ask for: a cases.kinds.shape.Procedure as JSON."""

    __tablename__ = "procedure"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True)
    definition: str
    position: int = Field(default=0)
    revision: int = Field(default=1)
    changed_at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class Case(SQLModel, table=True):
    """A dossier as its holder may know it. The act itself stays with the office's own system, which
    knows it by `source_key`, if by that.

    `citizen_id`: the phone that is told, None where none was given or it was erased;
    `holder_name` is for staff who search by name, and no citizen reads it. `pin_hash` is None
    until a PIN is asked for. From `stage` to `appointment_at` it repeats what its events lead to
    (cases.history.Standing; `missing` is a JSON list). `version`: events so far; `told`: the
    version that its holder was told of last; `tell_at`: when they are to be told, None for
    nothing new. `reminded`: how often they were told to collect it.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("agency_id", "source_key"),
        Index("dossier_changed", "changed_at", "id"),
        Index("dossier_status", "status", "since"),
        Index("dossier_to_tell", "tell_at", sqlite_where=_TO_TELL, postgresql_where=_TO_TELL),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(max_length=10, unique=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    source_key: str | None = Field(default=None, max_length=64)
    office_id: int = Field(foreign_key="office.id")
    type_id: int = Field(foreign_key="case_type.id")
    citizen_id: int | None = Field(default=None, foreign_key="citizen.id", index=True)
    holder_name: str | None = Field(default=None, sa_type=Sealed)
    birth_year: int | None = None
    pin_hash: str | None = Field(default=None, max_length=128)
    stage: str = Field(max_length=20)
    status: str = Field(max_length=20)
    since: date
    expected: date | None = None
    missing: str = Field(default="[]", max_length=400)
    due: date | None = None
    reason: str = Field(default="", max_length=120)
    appeal: str = Field(default="", max_length=60)
    appointment_at: datetime | None = Field(default=None, sa_type=Moment)
    before: str = Field(default="", max_length=20)
    late: bool = Field(default=False)
    version: int = Field(default=1)
    told: int = Field(default=0)
    tell_at: datetime | None = Field(default=None, sa_type=Moment)
    reminded: int = Field(default=0)
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)
    changed_at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class CaseName(SQLModel, table=True):
    """By which words of its holder's name staff find a dossier: fingerprints, never the words."""

    __tablename__ = "dossier_name"

    case_id: int = Field(foreign_key="dossier.id", primary_key=True)
    word_hash: str = Field(max_length=32, primary_key=True, index=True)


class CaseEvent(SQLModel, table=True):
    """What happened to a dossier, in order (`version` 1, 2, …); rows are added, never changed.

    `stage`, `status`: where it led; `details`: the change as JSON (cases.events); `note` is for
    staff alone. `at`: when it happened, as the sender says; `recorded_at`: when we heard of it.
    `who`: `staff:awa`, `token:3`, `citizen`, `clock`, `operator`; `source` and `transaction_id`:
    the caller's own name for it, by which the same event comes once.
    """

    __tablename__ = "dossier_event"
    __table_args__ = (
        UniqueConstraint("case_id", "version"),
        UniqueConstraint("case_id", "source", "transaction_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="dossier.id")
    version: int
    kind: str = Field(max_length=20)
    stage: str = Field(max_length=20)
    status: str = Field(max_length=20)
    details: str = Field(default="{}")
    note: str | None = Field(default=None, sa_type=Sealed)
    who: str = Field(default="operator", max_length=50)
    source: str = Field(default="", max_length=30)
    transaction_id: str | None = Field(default=None, max_length=80)
    at: datetime = Field(sa_type=Moment)
    recorded_at: datetime = Field(default_factory=moment.now, sa_type=Moment)


SHOWN = "shown"
WRONG = "wrong"
LOCKED = "locked"  # right or wrong, but there had been too many wrong ones before


class CaseReading(SQLModel, table=True):
    """Who asked for which dossier, and how that went: the audit, and the count of tries.

    Reference and phone are found by fingerprint: what is not there was asked for by somebody too.
    They are kept sealed beside it, so that a change of keys leaves them to be found (None: noted
    before migration 0003).
    """

    __tablename__ = "dossier_reading"
    __table_args__ = (
        Index("dossier_reading_by_reference", "reference_hash", "at"),
        Index("dossier_reading_by_phone", "phone_hash", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference_hash: str = Field(max_length=32)
    reference: str | None = Field(default=None, sa_type=Sealed)
    phone_hash: str = Field(max_length=32)
    phone: str | None = Field(default=None, sa_type=Sealed)
    case_id: int | None = Field(default=None, foreign_key="dossier.id", index=True)
    own_phone: bool
    with_pin: bool = Field(default=False)  # the PIN was given; else its own phone, or a mandate
    outcome: str = Field(max_length=8)
    at: datetime = Field(sa_type=Moment)


class Complaint(SQLModel, table=True):
    """What a dossier of the type `plainte` is about. `category`: cases.complaints; what it is
    linked to, where it is; `promised`: the day by which an answer is promised; `words`: what the
    citizen wrote, `reply`: what they were answered; `rating`: 1 to 5, how they found that."""

    __tablename__ = "complaint"

    case_id: int = Field(foreign_key="dossier.id", primary_key=True)
    category: str = Field(max_length=20)
    about_case_id: int | None = Field(default=None, foreign_key="dossier.id")
    about_ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
    promised: date
    words: str | None = Field(default=None, sa_type=Sealed)
    reply: str | None = Field(default=None, sa_type=Sealed)
    replied_at: datetime | None = Field(default=None, sa_type=Moment)
    rating: int | None = None


CHECKING, CHECKED, IMPORTING, ENDED, REFUSED = (
    *("checking", "checked", "importing"),
    *("ended", "refused"),
)


class CaseImport(SQLModel, table=True):
    """A file of dossiers that was read in, or is being: how far, and what came of it.

    `state`: its rows are being checked, are checked (and wait for somebody to say yes), being
    imported; it has ended, or is refused as it can't be read. `rows`: about how many there are;
    the others count those that are done. `options`: cases.imports.running.Options as JSON.
    `content`: the file, from the console, until it has been imported; `problems`: its wrong rows as
    CSV, for some days; `notes`: what was noticed, a line each.
    """

    __tablename__ = "dossier_import"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    digest: str = Field(max_length=64)  # SHA-256 of the file
    who: str = Field(max_length=50)
    state: str = Field(default=IMPORTING, max_length=10)
    options: str = Field(default="{}")
    content: str | None = Field(default=None, sa_type=Sealed)
    problems: str | None = Field(default=None, sa_type=Sealed)
    notes: str = Field(default="")
    rows: int = Field(default=0)
    done: int = Field(default=0)
    opened: int = Field(default=0)
    moved: int = Field(default=0)
    same: int = Field(default=0)
    wrong: int = Field(default=0)
    started_at: datetime = Field(default_factory=moment.now, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
