"""Who works here. A row is never deleted: the access log names it."""

import re
from datetime import datetime

from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment

AGENT, MANAGER, ADMINISTRATOR = "agent", "manager", "administrator"
LADDER = (AGENT, MANAGER, ADMINISTRATOR)  # each may do all that those before it may
TRANSLATOR = "translator"  # beside the ladder: texts, and nothing of citizens
ROLES = (*LADDER, TRANSLATOR)
ANY_ROLE = "any role"  # what whoever has signed in may do, such as seeing to their own account
EVERYWHERE = (ADMINISTRATOR, TRANSLATOR)  # those who belong to no office
LANGUAGES = ("fr", "en")  # of the console

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)


class Staff(SQLModel, table=True):
    """Agents and managers belong to an office; an administrator, who has none, to all. Translators
    have none either, since no page of an office is for them.

    `stamp` is raised by whatever must end this person's open sessions: a new password, another
    role or office, "sign out everywhere".
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
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)

    @property
    def signature(self) -> str:
        """Who did it, in the access log."""
        return f"staff:{self.name}"

    def may(self, least: str) -> bool:
        """Whether this person may do what takes this role at least."""
        return grants(self.role, least)


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
