"""What a screen shows or hands on is known there, whatever the way that led to it."""

import re
from collections import defaultdict
from collections.abc import Iterator

from locales.templates import template
from menus.flow import known, ways
from menus.grammar import AskNode, ChooseNode, DoNode, SayNode, ScreenNode
from menus.source import Complaint, Draft
from menus.subject import Subject
from menus.wordings import wordings

_MISSPELT = re.compile(r"\{\s*[A-Za-z_]\w*\s*\}")


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    values_at, secrets = known(draft), _secrets(draft)
    words = {
        value
        for out in ways(draft).values()
        for edge in out
        for value, kind in edge.brings
        if kind.can_be_shown
    }
    if template(draft.head.banner or "").placeholders:
        message = "banner: it stands on every screen, where no value is known: use words alone"
        yield Complaint(draft.file, draft.line("banner"), message)
    for wording in wordings(draft):
        for misspelt in _MISSPELT.findall(_own(wording.french)):
            message = f"{misspelt} is no placeholder: write its name in small letters, no blanks"
            yield wording.complain(draft, message, None)
    for name, screen in draft.screens.items():
        values = values_at.get(name, frozenset())
        for path, wanted in _wanted(screen):
            for value in sorted(wanted - values):
                if isinstance(screen, DoNode) and secrets.get(name) == {value}:
                    continue
                message = f"{value} is not known here on every way: fetch it before, or rename it"
                yield draft.complain(message, name, *path)
            for value in sorted((wanted & values) - words) if path[-1] != "with" else ():
                message = f"{value} is a choice from a list, not words: show what an action gives"
                yield draft.complain(message, name, *path)


def _own(text: str) -> str:
    """The text without its placeholders."""
    return " ".join(part for part in template(text).parts if isinstance(part, str))


def _wanted(screen: ScreenNode) -> Iterator[tuple[tuple[str | int, ...], frozenset[str]]]:
    if isinstance(screen, SayNode):
        yield ("say",), template(screen.say).placeholders
    elif isinstance(screen, AskNode):
        yield ("ask",), template(screen.ask).placeholders
        yield ("wrong",), template(screen.wrong or "").placeholders
    elif isinstance(screen, ChooseNode):
        yield ("choose",), template(screen.choose).placeholders
        if screen.items is not None:
            yield ("from", "with"), frozenset(screen.items.given)
        for index, option in enumerate(screen.options):
            yield ("options", index, "say"), template(option.say).placeholders
    else:
        yield ("with",), frozenset(screen.given)


def _secrets(draft: Draft) -> dict[str, set[str]]:
    """By screen, the secrets that were typed just before; "" where a way leads there without one,
    as it does to home and to where a session starts. One goes to the next action only."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in (draft.head.home, *(rule.go for rule in draft.head.start)):
        found[name].add("")
    for out in ways(draft).values():
        for edge in out:
            found[edge.target] |= {value for value, _ in edge.hands} or {""}
    return found
