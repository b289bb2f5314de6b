"""One check at work on a small tree, changed in one place."""

from menus.layouts import USUAL
from menus.source import Complaint, read
from menus.subject import Subject
from tests.menus.trees import SOUND, french


def complaints(
    check,
    old: str = "",
    new: str = "",
    *,
    text: str = SOUND,
    translations=french,
    folded: frozenset[str] = frozenset(),
    layouts=None,
) -> list[Complaint]:
    """What the check says of the tree in which `old` has become `new`."""
    draft = read(changed(old, new, text), "test.yaml")
    return list(check(Subject(draft, translations, folded, layouts or {"usual": USUAL})))


def changed(old: str, new: str, text: str = SOUND) -> str:
    assert old in text
    return text.replace(old, new, 1)


def line_of(text: str, fragment: str) -> int:
    assert fragment in text
    return text[: text.index(fragment)].count("\n") + 1
