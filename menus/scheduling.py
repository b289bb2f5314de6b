"""Publications that are to come: a draft is published at a time, as it was when that was asked.

One waits per tree at most. Whoever saves the draft again makes it another one: what was asked for
is not done then, and that is told.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select, update

from menus.models import CANCELLED, DONE, FAILED, WAITING, TreeDraft, TreeSchedule


def fingerprint(present: TreeDraft) -> str:
    """Of what the draft says and does."""
    text = "\0".join((present.text, present.translations, present.base or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def is_as_it_was(one: TreeSchedule, present: TreeDraft | None) -> bool:
    """Whether the draft is still what was to be published."""
    if present is None or present.tree != one.tree or present.revision != one.revision:
        return False
    return fingerprint(present) == one.content


def schedule(
    db: Session,
    present: TreeDraft,
    at: datetime,
    by: str,
    now: datetime,
    note: str,
    despite_stories: bool = False,
) -> TreeSchedule:
    """Takes the place of one that waits."""
    cancel(db, present.tree, by, now)
    one = TreeSchedule(
        tree=present.tree,
        revision=present.revision,
        content=fingerprint(present),
        at=at,
        note=note,
        despite_stories=despite_stories,
        scheduled_by=by,
        scheduled_at=now,
    )
    db.add(one)
    db.flush()
    return one


def waiting(db: Session, tree: str) -> TreeSchedule | None:
    query = select(TreeSchedule).where(TreeSchedule.tree == tree, TreeSchedule.state == WAITING)
    return db.exec(query).first()


def scheduled(db: Session, tree: str) -> list[TreeSchedule]:
    """All there ever were, the latest first."""
    query = select(TreeSchedule).where(TreeSchedule.tree == tree)
    return list(db.exec(query.order_by(col(TreeSchedule.id).desc())))


def due(db: Session, now: datetime) -> list[TreeSchedule]:
    query = select(TreeSchedule).where(TreeSchedule.state == WAITING, col(TreeSchedule.at) <= now)
    return list(db.exec(query.order_by(col(TreeSchedule.at))))


def cancel(db: Session, tree: str, by: str, now: datetime) -> TreeSchedule | None:
    """What waited, if something did."""
    one = waiting(db, tree)
    return one if one is not None and _settle(db, one, CANCELLED, by, now) else None


def done(db: Session, one: TreeSchedule, now: datetime) -> bool:
    """Whether it is ours to do: somebody may have cancelled it, another worker be at it."""
    return _settle(db, one, DONE, one.scheduled_by, now)


def fail(db: Session, one: TreeSchedule, now: datetime, why: str, detail: str = "") -> bool:
    return _settle(db, one, FAILED, one.scheduled_by, now, why=why, detail=detail[:300])


def failures(db: Session, who: str) -> list[TreeSchedule]:
    """Those of this person's that were not done, and that they have not seen yet."""
    return list(
        db.exec(
            select(TreeSchedule).where(
                TreeSchedule.state == FAILED,
                TreeSchedule.scheduled_by == who,
                col(TreeSchedule.seen).is_(False),
            )
        )
    )


def see(db: Session, ones: Iterable[TreeSchedule]) -> None:
    for one in ones:
        one.seen = True
        db.add(one)


def _settle(
    db: Session, one: TreeSchedule, state: str, by: str, now: datetime, **more: object
) -> bool:
    result = db.exec(
        update(TreeSchedule)
        .where(col(TreeSchedule.id) == one.id, col(TreeSchedule.state) == WAITING)
        .values(state=state, settled_by=by, settled_at=now, **more)
    )
    return bool(result.rowcount)
