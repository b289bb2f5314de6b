"""What the database keeps of trees: versions, which never change; which was made live; drafts, also
those that were dropped; publications that are to come; the stories that an office has added."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from database.columns import Moment


class TreeVersion(SQLModel, table=True):
    """A tree and its translations, under one hash. Kept for ever: an open session may be on it."""

    __tablename__ = "tree_version"

    version: str = Field(primary_key=True, max_length=16)
    tree: str = Field(max_length=48, index=True)
    text: str  # YAML
    translations: str  # JSON: see menus.phrasebook
    made_by: str = Field(max_length=60)
    made_at: datetime = Field(sa_type=Moment)


class TreePublication(SQLModel, table=True):
    """A version made live; rows are added, never changed. A tree's latest is what is dialled.
    `revision`, `drafted_by`, `base`, `approved_by`: of the draft that it was, if it was one."""

    __tablename__ = "tree_publication"

    id: int | None = Field(default=None, primary_key=True)
    tree: str = Field(max_length=48, index=True)
    version: str = Field(max_length=16, foreign_key="tree_version.version")
    published_by: str = Field(max_length=60)
    published_at: datetime = Field(sa_type=Moment)
    note: str = Field(max_length=500)
    revision: int | None = None
    drafted_by: str | None = Field(default=None, max_length=60)
    base: str | None = Field(default=None, max_length=16)
    approved_by: str | None = Field(default=None, max_length=60)


class TreeDraftStep(SQLModel, table=True):
    """A draft as it was once saved (the first: what it began from), for undoing and redoing; `what`
    was done, about which screen. Those that were undone come after the one that stands."""

    __tablename__ = "tree_draft_step"

    id: int | None = Field(default=None, primary_key=True)
    tree: str = Field(max_length=48, index=True)
    text: str
    translations: str
    what: str = Field(max_length=80)
    saved_by: str = Field(max_length=60)
    saved_at: datetime = Field(sa_type=Moment)
    undone: bool = Field(default=False)


class TreeDraft(SQLModel, table=True):
    """What is being changed, one draft per tree. `base` is the version it began from; `revision`
    counts its savings, so that two editors do not undo one another's work; `hands` are those who
    saved any of them, one a line; `approved_by` is of this revision alone."""

    __tablename__ = "tree_draft"

    tree: str = Field(primary_key=True, max_length=48)
    text: str
    translations: str
    base: str | None = Field(default=None, max_length=16)
    revision: int = Field(default=1)
    saved_by: str = Field(max_length=60)
    saved_at: datetime = Field(sa_type=Moment)
    hands: str = Field(default="")
    approved_by: str | None = Field(default=None, max_length=60)

    @property
    def editors(self) -> list[str]:
        """All who have saved it, in their order."""
        return self.hands.splitlines()


class DroppedDraft(SQLModel, table=True):
    """A draft that was dropped, or replaced by a file: it can be taken up again."""

    __tablename__ = "tree_draft_dropped"

    id: int | None = Field(default=None, primary_key=True)
    tree: str = Field(max_length=48, index=True)
    text: str
    translations: str
    base: str | None = Field(default=None, max_length=16)
    revision: int
    saved_by: str = Field(max_length=60)
    saved_at: datetime = Field(sa_type=Moment)
    hands: str
    dropped_by: str = Field(max_length=60)
    dropped_at: datetime = Field(sa_type=Moment)


# Of a publication that is to come. A tree has one that waits at most.
WAITING, DONE, FAILED, CANCELLED = "waiting", "done", "failed", "cancelled"


class TreeSchedule(SQLModel, table=True):
    """A draft that is to be published at a time, as it was then: `content` is its fingerprint.
    `why` and `detail` say why it was not; `seen` that who asked for it knows."""

    __tablename__ = "tree_schedule"

    id: int | None = Field(default=None, primary_key=True)
    tree: str = Field(max_length=48, index=True)
    revision: int
    content: str = Field(max_length=32)
    at: datetime = Field(sa_type=Moment, index=True)
    note: str = Field(max_length=500)
    despite_stories: bool = False
    state: str = Field(default=WAITING, max_length=9)
    scheduled_by: str = Field(max_length=60)
    scheduled_at: datetime = Field(sa_type=Moment)
    settled_by: str | None = Field(default=None, max_length=60)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    why: str = Field(default="", max_length=20)
    detail: str = Field(default="", max_length=300)
    seen: bool = False


class TreeStory(SQLModel, table=True):
    """A conversation that must hold before this tree is published."""

    __tablename__ = "tree_story"
    __table_args__ = (UniqueConstraint("tree", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    tree: str = Field(max_length=48)
    name: str = Field(max_length=120)
    text: str  # YAML: see menus.stories
    kept_by: str = Field(max_length=60)
    kept_at: datetime = Field(sa_type=Moment)
