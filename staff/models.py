"""Who works here. A row is never deleted: the access log names it."""

import re
from datetime import datetime

from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment
from database.sealing import Sealed

AGENT, MANAGER, ADMINISTRATOR = "agent", "manager", "administrator"
LADDER = (AGENT, MANAGER, ADMINISTRATOR)  # each may do all that those before it may
TRANSLATOR = "translator"  # beside the ladder: texts, and nothing of citizens
ROLES = (*LADDER, TRANSLATOR)
ANY_ROLE = "any role"  # what whoever has signed in may do, such as seeing to their own account
EVERYWHERE = (ADMINISTRATOR, TRANSLATOR)  # those who belong to no office
LANGUAGES = ("fr", "en")  # of the console
SIGNED = "staff:"  # how what signs for somebody begins

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)


class Staff(SQLModel, table=True):
    """Agents and managers belong to an office; an administrator, who has none, to all. Translators
    have none either, since no page of an office is for them.

    `stamp` is raised by whatever must end this person's open sessions: a new password, another
    role or office, "sign out everywhere". One who was invited and has not come yet has no password
    hash. `totp_step` is the last thirty seconds of which a code was taken.
    """

    __tablename__ = "staff"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=40, unique=True)
    display_name: str = Field(max_length=60)
    role: str = Field(max_length=13)
    office_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    password_hash: str = Field(max_length=160)
    language: str = Field(default="fr", max_length=3)
    active: bool = Field(default=True)
    stamp: int = Field(default=1)
    email: str | None = Field(default=None, sa_type=Sealed)
    totp_secret: str | None = Field(default=None, sa_type=Sealed)
    totp_step: int = Field(default=0)
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)

    @property
    def signature(self) -> str:
        """Who did it, in the access log."""
        return f"{SIGNED}{self.name}"

    def may(self, least: str) -> bool:
        """Whether this person may do what takes this role at least."""
        return grants(self.role, least)


class StaffSession(SQLModel, table=True):
    """A browser that somebody signed in with: open until it ended, or their stamp is another."""

    __tablename__ = "staff_session"

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    stamp: int
    browser: str = Field(default="", max_length=60)
    address: str = Field(default="", max_length=45)
    began_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class StaffLink(SQLModel, table=True):
    """An invitation, or a way to another password: good once. The link itself is made from this
    row and our secret key, and kept nowhere."""

    __tablename__ = "staff_link"

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    kind: str = Field(max_length=10)
    nonce: str = Field(max_length=22)
    created_by: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class StaffRecovery(SQLModel, table=True):
    """A code for the day one's phone is lost; kept as a hash."""

    __tablename__ = "staff_recovery"

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


def grants(role: str, least: str) -> bool:
    """Whether the role may do what takes `least`: administrators may do all, translators what is
    for them alone."""
    if least == ANY_ROLE or role == ADMINISTRATOR:
        return True
    if TRANSLATOR in (role, least):
        return role == least
    return LADDER.index(role) >= LADDER.index(least)


def is_a_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def normal(name: str) -> str:
    """The user name as it is kept. Raises ValueError for what can be none."""
    found = name.strip().lower()
    if not is_a_name(found):
        raise ValueError("2 to 40 of a-z, 0-9, dot, hyphen and underscore, a letter or digit first")
    return found
