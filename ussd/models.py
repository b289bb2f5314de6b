"""What the database keeps of dials."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from database.columns import Moment


class Performed(SQLModel, table=True):
    """An action that a session has performed at one of its steps, and how it ended: so that a
    callback that comes again, at once or later, on any process, runs nothing twice."""

    __tablename__ = "performed"

    key: str = Field(primary_key=True, max_length=32)
    outcome: str = Field(max_length=2000)  # JSON: name, values, language
    at: datetime = Field(sa_type=Moment, index=True)
