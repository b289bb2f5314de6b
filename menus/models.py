"""What the database keeps of trees: versions, which never change; which was made live; drafts; the
stories that an office has added to those we ship."""

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
    """A version made live; rows are added, never changed. A tree's latest is what is dialled."""

    __tablename__ = "tree_publication"

    id: int | None = Field(default=None, primary_key=True)
    tree: str = Field(max_length=48, index=True)
    version: str = Field(max_length=16, foreign_key="tree_version.version")
    published_by: str = Field(max_length=60)
    published_at: datetime = Field(sa_type=Moment)
    note: str = Field(max_length=500)


class TreeDraft(SQLModel, table=True):
    """What is being changed, one draft per tree. `base` is the version it began from; `revision`
    counts its savings, so that two editors do not undo one another's work."""

    __tablename__ = "tree_draft"

    tree: str = Field(primary_key=True, max_length=48)
    text: str
    translations: str
    base: str | None = Field(default=None, max_length=16)
    revision: int = Field(default=1)
    saved_by: str = Field(max_length=60)
    saved_at: datetime = Field(sa_type=Moment)


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
