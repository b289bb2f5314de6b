"""Two trees side by side, screen by screen: what each says in a language, word by word, and where
it leads. Pure.

    for one in compared(live, draft): one.name, one.what, one.languages
    words(one.before("fr"), one.after("fr"))    [(SAME, "Quel "), (GONE, "bureau"), (NEW, "coin")]
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from menus.difference import Change, differences
from menus.graph import ways
from menus.tree import Ask, Choose, Do, Say, Screen, Tree

What = Literal["added", "removed", "changed"]
SAME, GONE, NEW = "same", "gone", "new"
Piece = tuple[str, str]  # SAME, GONE or NEW, and the words

_WORD = re.compile(r"\s+|\{\w+\}|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Compared:
    """A screen that is not as it was; without a name, what the whole tree says of itself.
    `languages`: those in which its words differ; `leads`: whether anything but words differs."""

    name: str
    what: What
    languages: tuple[str, ...]
    leads: bool
    old: Tree | None
    new: Tree | None

    def before(self, language: str) -> str:
        return said(self.old, self.name, language)

    def after(self, language: str) -> str:
        return said(self.new, self.name, language)

    def ways(self) -> list[Piece]:
        """Line by line where it leads and what it does."""
        return lines(leading(self.old, self.name), leading(self.new, self.name))


def compared(before: Tree | None, after: Tree) -> list[Compared]:
    """What differs, the tree itself first, then screens in the order of the new tree, removed ones
    last. Without a tree before, all is new."""
    if before is None:
        return [
            Compared(name, "added", after.languages, True, None, after)
            for name in ("", *after.screens)
        ]
    changes: dict[str, list[Change]] = {}
    for change in differences(before, after):
        name = "" if change.screen in ("(tree)", "(banner)") else change.screen
        changes.setdefault(name, []).append(change)
    return [_compared(name, found, before, after) for name, found in changes.items()]


def _compared(name: str, changes: Sequence[Change], before: Tree, after: Tree) -> Compared:
    kinds = {change.what for change in changes}
    if "added" in kinds:
        return Compared(name, "added", after.languages, True, before, after)
    if "removed" in kinds:
        return Compared(name, "removed", before.languages, True, before, after)
    languages = tuple(change.language for change in changes if change.language is not None)
    return Compared(name, "changed", languages, bool(kinds - {"text"}), before, after)


def said(tree: Tree | None, name: str, language: str) -> str:
    """What a screen says, its options below it, values by their names; of the tree, its banner."""
    if tree is None or language not in tree.languages:
        return ""
    if not name:
        return str(tree.banner[language]) if tree.banner else ""
    screen = tree.screens.get(name)
    if screen is None or isinstance(screen, Do):
        return ""
    parts = [str(screen.text[language])]
    if isinstance(screen, Choose):
        for number, option in enumerate(screen.options, start=1):
            words = [str(one[language]) for one in option.words.values()]
            parts.append(" = ".join([f"{number} {option.text[language]}", *words]))
    elif isinstance(screen, Ask):
        parts.append(f"! {screen.wrong[language]}")
    return "\n".join(parts)


def leading(tree: Tree | None, name: str) -> list[str]:
    """Where a screen leads and what else is said of it, a line each."""
    if tree is None:
        return []
    if not name:
        head = [f"service_codes: {' '.join(tree.service_codes)}"]
        head += [f"languages: {' '.join(tree.languages)}", f"home: {tree.home}"]
        return head + [f"{rule.when or '*'} → {rule.go}" for rule in tree.start]
    screen = tree.screens.get(name)
    if screen is None:
        return []
    out = [f"{way.label} → {way.target}" for way in ways(tree) if way.source == name]
    return [*_rules(screen), *out]


def _rules(screen: Screen) -> list[str]:
    if isinstance(screen, Do):
        return [f"do: {screen.action}({', '.join(screen.given)})"]
    if isinstance(screen, Say):
        return ["end"] if screen.ends else []
    if isinstance(screen, Choose):
        sets = [
            f"{number}: {name} = {value}"
            for number, option in enumerate(screen.options, start=1)
            for name, value in option.set.items()
        ]
        listed = screen.listed
        source = [f"from: {listed.source}({', '.join(listed.given)})"] if listed else []
        return source + sets + (["done"] if screen.done else [])
    check = f"check: {screen.check.kind.name}, {screen.least}-{screen.most}, tries: {screen.tries}"
    return [f"as: {screen.kept}", check, *(["secret"] if screen.secret else [])]


def words(before: str, after: str) -> list[Piece]:
    """The two texts as one, word by word. Neighbours of one kind are one piece."""
    return _pieces(_WORD.findall(before), _WORD.findall(after), "")


def lines(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """The same, line by line; each line is a piece."""
    return [
        (sign, line)
        for sign, block in _pieces(list(before), list(after), "\n")
        for line in block.split("\n")
    ]


def _pieces(before: list[str], after: list[str], joined_by: str) -> list[Piece]:
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, old, old_end, new, new_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append((SAME, joined_by.join(before[old:old_end])))
            continue
        if old < old_end:
            pieces.append((GONE, joined_by.join(before[old:old_end])))
        if new < new_end:
            pieces.append((NEW, joined_by.join(after[new:new_end])))
    return pieces
