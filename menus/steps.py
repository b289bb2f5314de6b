"""Undoing and redoing what was saved in a draft: each saving is a step, until it is published
or dropped. What is saved after something was undone takes its place.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, delete, select, update

from menus.models import TreeDraft, TreeDraftStep

MOST = 20  # steps of a draft; each holds a whole tree and its translations


class ChangedMeanwhile(Exception):
    """Somebody has saved since; nothing is undone."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The step that can be undone, and the one that can be done again."""

    back: TreeDraftStep | None
    on: TreeDraftStep | None


def record(db: Session, tree: str, text: str, translations: str, what: str, by: str) -> None:
    """Notes what a draft is now; what was undone before can't be redone any more."""
    db.exec(_delete(tree, col(TreeDraftStep.undone)))
    db.add(
        TreeDraftStep(
            tree=tree,
            text=text,
            translations=translations,
            what=what[:80],
            saved_by=by[:60],
            saved_at=datetime.now(UTC),
        )
    )
    db.flush()
    ids = select(TreeDraftStep.id).where(TreeDraftStep.tree == tree)
    oldest = db.exec(ids.order_by(col(TreeDraftStep.id).desc()).offset(MOST)).all()
    if oldest:
        db.exec(_delete(tree, col(TreeDraftStep.id).in_(oldest)))


def any_of(db: Session, tree: str) -> bool:
    query = select(TreeDraftStep.id).where(TreeDraftStep.tree == tree).limit(1)
    return db.exec(query).first() is not None


def forget(db: Session, tree: str) -> None:
    db.exec(_delete(tree))


def ways(db: Session, tree: str) -> Ways:
    done = _done(db, tree)
    return Ways(done[0] if len(done) > 1 else None, _undone(db, tree))


def undo(db: Session, tree: str, by: str, revision: int) -> TreeDraftStep | None:
    """Goes back to what was saved before; returns the step that is undone, None where there is
    none. Raises ChangedMeanwhile where the draft is not at this revision any more."""
    done = _done(db, tree)
    if len(done) < 2:
        return None
    _become(db, tree, done[1], by, revision)
    done[0].undone = True
    db.add(done[0])
    return done[0]


def redo(db: Session, tree: str, by: str, revision: int) -> TreeDraftStep | None:
    """Does again what was undone last; the same as `undo` otherwise."""
    step = _undone(db, tree)
    if step is None:
        return None
    _become(db, tree, step, by, revision)
    step.undone = False
    db.add(step)
    return step


def _done(db: Session, tree: str) -> list[TreeDraftStep]:
    """The step that stands, and the one before."""
    query = select(TreeDraftStep).where(
        TreeDraftStep.tree == tree, col(TreeDraftStep.undone).is_(False)
    )
    return list(db.exec(query.order_by(col(TreeDraftStep.id).desc()).limit(2)))


def _undone(db: Session, tree: str) -> TreeDraftStep | None:
    query = select(TreeDraftStep).where(TreeDraftStep.tree == tree, col(TreeDraftStep.undone))
    return db.exec(query.order_by(col(TreeDraftStep.id)).limit(1)).first()


def _become(db: Session, tree: str, step: TreeDraftStep, by: str, revision: int) -> None:
    present = db.get(TreeDraft, tree)
    if present is None:
        raise ChangedMeanwhile
    result = db.exec(
        update(TreeDraft)
        .where(col(TreeDraft.tree) == tree, col(TreeDraft.revision) == revision)
        .values(
            text=step.text,
            translations=step.translations,
            revision=revision + 1,
            saved_by=by,
            saved_at=datetime.now(UTC),
            hands="\n".join(dict.fromkeys((*present.editors, by))),
            approved_by=None,  # somebody approved another text
        )
    )
    if result.rowcount == 0:
        raise ChangedMeanwhile


def _delete(tree: str, *which: Any) -> Any:
    return delete(TreeDraftStep).where(col(TreeDraftStep.tree) == tree, *which)
