"""The access log: who saw or changed what of citizens. Written in the transaction of the deed."""

import getpass
from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel

import moment
from database.columns import Moment


class AuditEntry(SQLModel, table=True):
    """`did` is a verb with its thing (`sms.reveal`), `about` names which one; nothing personal."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_about", "about", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=moment.now, sa_type=Moment, index=True)
    who: str = Field(max_length=80)
    did: str = Field(max_length=40)
    about: str = Field(max_length=120)


def note(db: Session, who: str, did: str, about: str) -> None:
    db.add(AuditEntry(who=who[:80], did=did, about=about[:120]))


def operator() -> str:
    """Who types a command on this machine."""
    return f"cli:{getpass.getuser()}"
