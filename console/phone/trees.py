"""The trees that the web phone can dial: what is live, and the drafts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session

from menus import phrasebook, versions
from menus.source import BrokenTree, read
from menus.tree import Tree
from menus.versions import Written

__all__ = ["BrokenTree", "Choice", "compiled", "offered"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A tree that can be chosen, as it is live or as its draft says; `code` is what is dialled."""

    tree: str
    draft: bool
    code: str

    @property
    def key(self) -> str:
        return f"{'draft' if self.draft else 'live'}:{self.tree}"


def offered(db: Session, drafts: bool) -> list[Choice]:
    """Those that are live first."""
    return [*_live(db), *(_drafts(db) if drafts else ())]


def _live(db: Session) -> Iterator[Choice]:
    for name, publication in versions.live(db).items():
        stored = versions.load(db, publication.version)
        if stored is not None:
            yield Choice(name, False, _code(stored.text))


def _drafts(db: Session) -> Iterator[Choice]:
    for present in versions.drafts(db):
        try:
            yield Choice(present.tree, True, _code(present.text))
        except BrokenTree:
            continue


@lru_cache(maxsize=16)
def _code(text: str) -> str:
    return read(text, "tree.yaml").head.service_codes[0]


def compiled(db: Session, name: str, draft: bool) -> Tree | None:
    """None where there is no such tree. Raises BrokenTree for a draft that is none."""
    if draft:
        present = versions.draft(db, name)
        return None if present is None else _compiled(present.text, present.translations)
    publication = versions.live(db).get(name)
    stored = None if publication is None else versions.load(db, publication.version)
    if stored is None:
        return None
    return _compiled(stored.text, phrasebook.to_json(stored.book), stored.version)


@lru_cache(maxsize=8)
def _compiled(text: str, translations: str, version: str | None = None) -> Tree:
    return Written(text, phrasebook.from_json(translations), version).tree()
