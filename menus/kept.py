"""Stories that an office has added to those we ship: they hold too, or nothing is published."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from menus.models import TreeStory
from menus.stories import Story, parsed, written

MOST = 200  # of one tree: all are told at each publication


class NameTaken(Exception):
    """The tree has a story of this name already."""


class TooMany(Exception):
    """The tree has as many as are told at a publication."""


def keep(db: Session, tree: str, story: Story, by: str) -> TreeStory:
    """Raises NameTaken, TooMany."""
    there = rows(db, tree)
    if any(row.name == story.story for row in there):
        raise NameTaken(story.story)
    if len(there) >= MOST:
        raise TooMany(tree)
    row = TreeStory(
        tree=tree, name=story.story, text=written(story), kept_by=by, kept_at=datetime.now(UTC)
    )
    db.add(row)
    db.flush()
    return row


def one(db: Session, tree: str, key: int) -> TreeStory | None:
    row = db.get(TreeStory, key)
    return row if row is not None and row.tree == tree else None


def of(db: Session, tree: str) -> list[Story]:
    return [parsed(row.text) for row in rows(db, tree)]


def rows(db: Session, tree: str) -> list[TreeStory]:
    """By name."""
    query = select(TreeStory).where(TreeStory.tree == tree).order_by(col(TreeStory.name))
    return list(db.exec(query))
