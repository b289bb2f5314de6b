"""What is edited: the draft of a tree, or what is live where there is no draft yet; and saving it.

Whoever saves changes the draft as it is at that moment, one screen at a time: two people on two
screens don't meet. On the same screen the second is shown what the first has saved.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from flask import abort
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from citizens import audit
from console.sessions import me
from database import writing
from locales.catalogues import look_up
from menus import phrasebook, steps, versions
from menus.editing.work import Work
from menus.models import TreeVersion
from menus.phrasebook import Phrasebook
from menus.source import Draft, read
from menus.steps import Ways
from menus.subject import Translations
from menus.versions import Refused, Written

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """`revision`, `by`, `at`: of the draft; none where what is live is edited. `live`: the
    translations that are dialled."""

    tree: str
    work: Work
    draft: Draft
    live: Phrasebook
    revision: int | None = None
    by: str = ""
    at: datetime | None = None

    @property
    def otherwise(self) -> Translations:
        """For texts that the draft has no translation of."""
        return phrasebook.translations_from(self.live, look_up)

    @property
    def languages(self) -> list[str]:
        return self.draft.head.languages


def opened(db: Session, tree: str) -> Opened:
    """404 where there is no such tree."""
    current, present = versions.live(db).get(tree), versions.draft(db, tree)
    row = db.get(TreeVersion, current.version) if current is not None else None
    if present is None and row is None:
        abort(404)
    live = _read(row.text, row.translations)[0].book if row is not None else {}
    if present is None:
        assert row is not None
        return Opened(tree, *_read(row.text, row.translations), live)
    found = _read(present.text, present.translations)
    return Opened(tree, *found, live, present.revision, present.saved_by, present.saved_at)


@lru_cache(maxsize=6)
def _read(text: str, translations: str) -> tuple[Work, Draft]:
    """Kept, since an editor asks for it at each pause of the typing."""
    return Work(text, phrasebook.from_json(translations)), read(text)


def mark(at: Opened, name: str) -> str:
    """What a screen and its translations are now, in a few signs: another where they differ."""
    screen = at.draft.screens.get(name)
    if screen is None:
        return ""
    said = [
        (language, french, translation.text, translation.state)
        for language, phrases in sorted(at.work.book.items())
        for (context, french), translation in sorted(phrases.items(), key=lambda one: one[0])
        if context == name
    ]
    content = repr((screen.model_dump(by_alias=True, exclude_unset=True), said))
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]


def save(tree: str, change: Callable[[Opened], Work], did: str, about: str) -> bool:
    """Changes the draft; says whether there was anything to change. What `change` raises is
    raised, and nothing is saved then."""
    for left in reversed(range(_TRIES)):
        try:
            with writing() as db:
                at = opened(db, tree)
                work = change(at)
                if work == at.work:
                    return False
                made, who = Written(work.text, work.book), me().signature
                what = f"{did}:{about}"
                versions.save_draft(db, made, who, at.revision, f"{tree}.yaml", what=what)
                audit.note(db, who, f"menus.{did}", f"{tree}/{about}")
                return True
        except (Refused, IntegrityError):  # somebody has saved in this very moment: on top of that
            if not left:
                raise
    raise AssertionError


def ways(db: Session, tree: str) -> Ways:
    return steps.ways(db, tree)


def step(tree: str, back: bool, revision: int) -> bool:
    """Undoes, or does again; says whether there was anything. Raises `steps.ChangedMeanwhile`."""
    with writing() as db:
        move = steps.undo if back else steps.redo
        done = move(db, tree, me().signature, revision)
        if done is not None:
            did = "menus.undone" if back else "menus.redone"
            audit.note(db, me().signature, did, f"{tree}/{done.what}")
        return done is not None
