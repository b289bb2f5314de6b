"""Citizens: what we know of the person behind a number, told once."""

from datetime import datetime

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
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)
