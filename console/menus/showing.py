"""A difference between two trees as a page shows it: in one language at a time, some screens."""

from dataclasses import dataclass

from flask import request

from menus import comparing, glimpse
from menus.comparing import Compared, Piece
from menus.tree import Tree

_AT_ONCE = 40  # screens


@dataclass(frozen=True, slots=True)
class Card:
    """A screen that differs, in the page's language: `words` marked, the phone before and after;
    `elsewhere`: the other languages in which it differs."""

    of: Compared
    words: list[Piece]
    ways: list[Piece]
    before: tuple[str, ...]
    after: tuple[str, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """`languages`: in how many screens each differs; `left`: screens that are not on the page."""

    language: str
    languages: dict[str, int]
    changed: list[Compared]
    cards: list[Card]

    @property
    def left(self) -> int:
        return len(self.changed) - len(self.cards)

    def count(self, what: str) -> int:
        return sum(one.what == what for one in self.changed if one.name)


def shown(old: Tree | None, new: Tree) -> Shown:
    """`?language=` says in which language, `?all=1` that all of it is wanted."""
    asked = request.args.get("language", "")
    languages = dict.fromkeys((*new.languages, *(old.languages if old else ())), 0)
    language = asked if asked in languages else new.languages[0]
    changed = comparing.compared(old, new)
    for one in changed:
        for said in one.languages:
            languages[said] += 1
    some = changed if request.args.get("all") else changed[:_AT_ONCE]
    return Shown(language, languages, changed, [_card(one, language) for one in some])


def _card(one: Compared, language: str) -> Card:
    differs = language in one.languages
    return Card(
        of=one,
        words=comparing.words(one.before(language), one.after(language)) if differs else [],
        ways=one.ways() if one.leads and one.what == "changed" else [],
        before=_phone(one.old, one, language),
        after=_phone(one.new, one, language),
        elsewhere=tuple(said for said in one.languages if said != language),
    )


def _phone(tree: Tree | None, one: Compared, language: str) -> tuple[str, ...]:
    return glimpse.pages(tree, one.name, language) if tree and one.name else ()
