"""Citizens: what we know of the person behind a number, told once."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment
from database.sealing import Sealed


class Citizen(SQLModel, table=True):
    """One row per phone number. `language` is None until the person has chosen one."""

    __tablename__ = "citizen"

    id: int | None = Field(default=None, primary_key=True)
    phone_hash: str = Field(max_length=32, unique=True)
    phone: str = Field(sa_type=Sealed)
    language: str | None = Field(default=None, max_length=3)
    email: str | None = Field(default=None, sa_type=Sealed)
    travel_minutes: int | None = None  # from home to the office, as the person said
    birth_year: int | None = None  # as an office knows it, or the person said
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class Mandate(SQLModel, table=True):
    """A mediator may act for a holder: `scope` is `dossiers` (all of theirs) or `dossier:812`. The
    holder can revoke it from their own phone at any time."""

    __tablename__ = "mandate"
    __table_args__ = (UniqueConstraint("holder_id", "mediator_id", "scope", "created_at"),)

    id: int | None = Field(default=None, primary_key=True)
    holder_id: int = Field(foreign_key="citizen.id", index=True)
    mediator_id: int = Field(foreign_key="citizen.id", index=True)
    scope: str = Field(max_length=20)
    expires_on: date
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    given_by: str = Field(default="citizen", max_length=50)
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)
