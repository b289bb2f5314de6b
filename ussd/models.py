"""What the database keeps of dials."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from database.columns import Moment


class Performed(SQLModel, table=True):
    """An action that a session has performed at one of its steps, and how it ended: so that a
    callback that comes again, at once or later, on any process, runs nothing twice."""

    __tablename__ = "performed"

    key: str = Field(primary_key=True, max_length=32)
    outcome: str = Field(max_length=2000)  # JSON: name, values, language
    at: datetime = Field(sa_type=Moment, index=True)


class SessionEnd(SQLModel, table=True):
    """What a provider told of a session that is over: how long it was and what it cost. `typed` has
    no secret in it; it is None where we can't tell which entries were."""

    __tablename__ = "ussd_session_end"

    key: str = Field(primary_key=True, max_length=32)
    provider: str = Field(max_length=20, index=True)
    how: str = Field(max_length=12)
    reason: str = Field(max_length=200)
    cost: str = Field(max_length=40)
    seconds: float | None = None
    hops: int | None = None
    version: str | None = Field(default=None, max_length=16)
    screen: str | None = Field(default=None, max_length=32)
    language: str | None = Field(default=None, max_length=3)
    typed: str | None = Field(default=None, max_length=500)
    at: datetime = Field(sa_type=Moment, index=True)


class FunnelCount(SQLModel, table=True):
    """How often something happened on a screen in a day: see ussd/funnels.py."""

    __tablename__ = "funnel_count"

    day: date = Field(primary_key=True)
    version: str = Field(primary_key=True, max_length=16)
    screen: str = Field(primary_key=True, max_length=32)
    language: str = Field(primary_key=True, max_length=3)
    what: str = Field(primary_key=True, max_length=48)
    count: int = Field(sa_type=BigInteger)


class FunnelFold(SQLModel, table=True):
    """A batch of counts that is in the database: so that one that was cut short is added once."""

    __tablename__ = "funnel_fold"

    id: str = Field(primary_key=True, max_length=24)
    at: datetime = Field(sa_type=Moment)
