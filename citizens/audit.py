"""The access log: who saw or changed what. Written in the transaction of the deed.

    note(db, me().signature, "staff.role", "awa", before="agent", after="manager")

Where it was done from is known for what is done in the console: `here` says it once a request.
Entries are kept for `AUDIT_KEEP_DAYS`.
"""

import getpass
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, delete, select

import moment
from background.clock import every
from background.work import stopping
from database import writing
from database.columns import Moment
from settings import current

MOST: Final = 500  # characters of what was, and of what is
_BATCH: Final = 1000
_A_DAY: Final = 24 * 3600

_address: ContextVar[str | None] = ContextVar("address", default=None)


class AuditEntry(SQLModel, table=True):
    """`did` is a verb with its thing (`sms.reveal`), `about` names which one, `before` and `after`
    say how it was and is, `address` from where it was done; nothing personal of citizens."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_about", "about", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=moment.now, sa_type=Moment, index=True)
    who: str = Field(max_length=80)
    did: str = Field(max_length=40)
    about: str = Field(max_length=120)
    before: str | None = Field(default=None, max_length=MOST)
    after: str | None = Field(default=None, max_length=MOST)
    address: str | None = Field(default=None, max_length=45)


def here(address: str | None) -> None:
    """From where the deeds of this request are done; None for what no person does."""
    _address.set(address)


def note(
    db: Session,
    who: str,
    did: str,
    about: str,
    before: str | None = None,
    after: str | None = None,
) -> None:
    db.add(
        AuditEntry(
            who=who[:80],
            did=did,
            about=about[:120],
            before=_short(before),
            after=_short(after),
            address=_address.get(),
        )
    )


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= MOST else f"{text[: MOST - 1]}…"


@every(_A_DAY)
def forget() -> None:
    """Takes away what is older than the setting says, in batches."""
    before = moment.now() - timedelta(days=current().audit_keep_days)
    while not stopping():
        with writing() as db:
            old = select(AuditEntry.id).where(col(AuditEntry.at) < before).limit(_BATCH)
            ids = list(db.exec(old))
            db.exec(delete(AuditEntry).where(col(AuditEntry.id).in_(ids)))
        if len(ids) < _BATCH:
            return


def operator() -> str:
    """Who types a command on this machine."""
    return f"cli:{getpass.getuser()}"
