"""Trees as they stand in the database, for pages; those of the last versions are kept compiled."""

from functools import lru_cache

from flask import abort
from sqlmodel import Session

from menus import phrasebook, versions
from menus.models import TreePublication, TreeVersion
from menus.tree import Tree
from menus.versions import Written


def live(db: Session, tree: str) -> TreePublication | None:
    return versions.live(db).get(tree)


def must_be(db: Session, tree: str) -> TreePublication | None:
    """What is live of it, if anything is; there is at least a draft, or one that was dropped."""
    publication = live(db, tree)
    if not (publication or versions.draft(db, tree) or versions.dropped_drafts(db, tree)):
        abort(404)
    return publication


def of_version(db: Session, version: str, tree: str | None = None) -> Tree:
    """404 for one that there is not, or that is another tree's."""
    stored = db.get(TreeVersion, version)
    if stored is None or tree not in (None, stored.tree):
        abort(404)
    return _compiled(stored.version, stored.text, stored.translations)


def written(db: Session, tree: str, version: str | None = None) -> tuple[Written, str | None]:
    """The version that is asked for; else the draft, else what is live; and what it began from."""
    if version is not None:
        of_version(db, version, tree)
        stored = versions.load(db, version)
        assert stored is not None
        return stored, version
    present = versions.draft(db, tree)
    if present is not None:
        return versions.drafted(present), present.base
    publication = live(db, tree)
    if publication is None:
        abort(404)
    return written(db, tree, publication.version)


@lru_cache(maxsize=8)
def _compiled(version: str, text: str, translations: str) -> Tree:
    return Written(text, phrasebook.from_json(translations), version).tree()
