"""How far we are with each system of record."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from database.columns import Moment


class ConnectorState(SQLModel, table=True):
    """`since`: from where its connector goes on, in that one's own words; `pushed`: the last event
    that it was told, or need not be. `wrong`: rows of the last poll that could not be taken;
    `problem`: why the last one came to nothing."""

    __tablename__ = "connector"

    name: str = Field(max_length=19, primary_key=True)
    since: str = Field(default="")
    pushed: int = Field(default=0)
    polled_at: datetime | None = Field(default=None, sa_type=Moment)
    wrong: int = Field(default=0)
    problem: str = Field(default="", max_length=120)
