"""The questions that citizens were asked, and their answers."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment
from database.sealing import Sealed


class Survey(SQLModel, table=True):
    """One question to one number, and its answer. `subject`: what it is about (`ticket:812`);
    `scale`: 10 for 0 to 10, 5 for 1 to 5."""

    __tablename__ = "survey"
    __table_args__ = (Index("survey_of", "phone_hash", "asked_at"),)

    id: int | None = Field(default=None, primary_key=True)
    phone: str = Field(sa_type=Sealed)
    phone_hash: str = Field(max_length=32)
    subject: str = Field(max_length=40, index=True)
    scale: int
    asked_at: datetime = Field(default_factory=moment.now, sa_type=Moment)
    answer: int | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
