"""A draft looked at: what the checks say of it, which stories hold, the tree that it would be.

What was found is kept for the few that are looked at again and again while they are worked on."""

import re
from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session

from menus import kept, phrasebook
from menus.commands import LAYOUTS
from menus.compiler import assembled, examine
from menus.models import TreeDraft, TreeVersion
from menus.source import BrokenTree, Complaint, Severity
from menus.stories import parsed
from menus.telling import Told, told
from menus.tree import Tree
from menus.versions import Written


@dataclass(frozen=True, slots=True)
class Inspected:
    """`tree`: None where the draft is so broken that none can be made of it. Stories are told only
    where there are no errors: before, they say nothing new."""

    tree: Tree | None
    complaints: tuple[Complaint, ...]
    told: tuple[Told, ...]

    def of(self, severity: Severity) -> list[Complaint]:
        return [one for one in self.complaints if one.severity == severity]

    @property
    def failed(self) -> list[Told]:
        return [one for one in self.told if one.failed is not None]


def inspected(db: Session, present: TreeDraft | TreeVersion) -> Inspected:
    """With the stories that the office has added, too."""
    added = tuple(row.text for row in kept.rows(db, present.tree))
    return _inspected(present.tree, present.text, present.translations, added)


def news(found: Inspected, before: Inspected | None) -> list[Complaint]:
    """The complaints that were not there before, wherever they stand in the file now."""
    known = {_gist(one) for one in before.complaints} if before else set()
    return [one for one in found.complaints if _gist(one) not in known]


def _gist(one: Complaint) -> tuple[str | None, str | None, str]:
    """One that says other figures of the same is no news."""
    return one.screen, one.language, _FIGURES.sub("0", one.message)


_FIGURES = re.compile(r"\d+")


@lru_cache(maxsize=8)
def _inspected(name: str, text: str, translations: str, added: tuple[str, ...]) -> Inspected:
    made = Written(text, phrasebook.from_json(translations))
    try:
        subject = made.subject(f"{name}.yaml", LAYOUTS)
    except BrokenTree as broken:
        return Inspected(None, tuple(broken.complaints), ())
    complaints = tuple(examine(subject))
    if any(one.severity == "error" for one in complaints):
        return Inspected(_as_far_as_it_goes(made, name), complaints, ())
    tree = assembled(subject, text)
    return Inspected(tree, complaints, tuple(told(tree, map(parsed, added))))


def _as_far_as_it_goes(made: Written, name: str) -> Tree | None:
    """Also of what can't be published, to show what changes."""
    try:
        return made.tree(f"{name}.yaml")
    except (LookupError, ValueError, TypeError, AssertionError):
        return None
