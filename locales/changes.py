"""Texts whose French has changed: which text a translation was made for, and what differs. Pure."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final, Literal

Change = tuple[Literal["same", "out", "in"], str]

_ALIKE: Final = 0.5  # below this, two French texts are two texts
_WORDS: Final = re.compile(r"\s+|[^\s]+")


def predecessor(french: str, gone: Iterable[str]) -> str | None:
    """Of the texts that stood in the same place and are there no more, the one that this one has
    come from; None where none is like it."""
    best, most = None, _ALIKE
    for one in gone:
        matcher = SequenceMatcher(None, one, french, autojunk=False)
        if matcher.real_quick_ratio() < most or matcher.quick_ratio() < most:
            continue
        alike = matcher.ratio()
        if alike >= most:
            best, most = one, alike
    return best


def difference(old: str, new: str) -> list[Change]:
    """Word by word: what stayed, what went out, what came in. Without what came in it reads as the
    old text, without what went out as the new one."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found: list[Change] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(before[a:b])))
            continue
        if b > a:
            found.append(("out", "".join(before[a:b])))
        if d > c:
            found.append(("in", "".join(after[c:d])))
    return found
