"""Saves texts: a tree's into its draft, all others over what we ship."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from citizens import audit
from console.translations.shelf import WORDS, Entry
from locales import made_here
from locales.catalogues import Translation
from menus import translating


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be kept of a text. `in_use`: said at once, where it is no tree's; what is reviewed
    is in any case."""

    entry: Entry
    text: str
    reviewed: bool
    in_use: bool = False

    @property
    def said(self) -> Translation:
        return Translation(self.text, "reviewed" if self.reviewed else "draft")

    @property
    def changes(self) -> bool:
        """Whether it is another text, or reviewed now, or said now."""
        if self.text != self.entry.text or self.entry.state == "stale":
            return True
        if self.entry.state == "reviewed":
            return False
        return self.reviewed or (self.in_use and self.entry.waits and not self.is_of_tree)

    @property
    def is_of_tree(self) -> bool:
        return bool(self.entry.item.text.place)


def writer(entry: Entry, text: str, signature: str) -> str:
    """Who wrote what is saved: who saves, unless the text is as it was."""
    if text == entry.text and entry.state != "stale":
        return entry.row.by if entry.row is not None else ""
    return signature


def save(db: Session, language: str, wishes: list[Wish], signature: str, now: datetime) -> int:
    """How many changed. Raises versions.Refused where a tree's draft is saved by somebody else at
    the same moment: nothing is kept then."""
    wishes = [wish for wish in wishes if wish.changes]
    for in_use in (True, False):
        some = [wish for wish in wishes if _is_used(wish) is in_use]
        made_here.save(
            db,
            language,
            {wish.entry.item.text: wish.said for wish in some},
            {wish.entry.item.text: writer(wish.entry, wish.text, signature) for wish in some},
            signature,
            now,
            in_use,
        )
    for tree, phrases in _by_tree(wishes).items():
        translating.save(db, tree, language, phrases, signature)
    for wish in wishes:
        if wish.entry.item.group == WORDS:
            source = wish.entry.item.text.source
            translating.save_word(db, language, source, wish.said, signature)
    for wish in wishes if len(wishes) < 20 else ():
        audit.note(db, signature, "translations.saved", f"{language}:{wish.entry.item.where}")
    if len(wishes) >= 20:
        audit.note(db, signature, "translations.saved", f"{language}: {len(wishes)} texts")
    return len(wishes)


def _is_used(wish: Wish) -> bool:
    return not wish.is_of_tree and (wish.reviewed or wish.in_use)


def _by_tree(wishes: list[Wish]) -> Mapping[str, dict[tuple[str, str], Translation]]:
    found: dict[str, dict[tuple[str, str], Translation]] = {}
    for wish in wishes:
        text = wish.entry.item.text
        if text.place:
            found.setdefault(text.place, {})[text.context, text.source] = wish.said
    return found
