"""Options of a screen can be told apart, and their numbers stay below the one that turns pages."""

import re
from collections import defaultdict
from collections.abc import Iterator

from menus.actions import SOURCES
from menus.engine import MOST, NEXT
from menus.grammar import ChooseNode
from menus.source import Complaint, Draft
from menus.subject import Subject
from menus.wordings import said

_NUMBER = re.compile(r"\s*\d+(?!\w)")


def check(subject: Subject) -> Iterator[Complaint]:
    for name, screen in subject.draft.screens.items():
        if isinstance(screen, ChooseNode):
            yield from _alike(subject, name, screen)
            yield from _numbered(subject, name, screen)
            yield from _too_many(subject.draft, name, screen)


def _alike(subject: Subject, name: str, screen: ChooseNode) -> Iterator[Complaint]:
    alike: dict[tuple[int, int], list[str]] = defaultdict(list)
    for language in subject.draft.head.languages:
        first: dict[str, int] = {}
        for index, option in enumerate(screen.options):
            label = said(subject, language, name, option.say)
            before = first.setdefault(" ".join(label.casefold().split()), index)
            if before != index:
                alike[before, index].append(language)
    for (before, index), languages in alike.items():
        message = f"reads the same as option {before + 1} in {', '.join(languages)}: reword one"
        only = languages[0] if len(languages) == 1 else None
        yield subject.draft.complain(message, name, "options", index, "say", language=only)


def _numbered(subject: Subject, name: str, screen: ChooseNode) -> Iterator[Complaint]:
    """A label that begins with a number hides the one that is to be typed."""
    for index, option in enumerate(screen.options):
        hidden = [
            language
            for language in subject.draft.head.languages
            if _NUMBER.match(said(subject, language, name, option.say))
        ]
        if hidden:
            message = (
                f"begins with a number in {', '.join(hidden)}, and its own is {index + 1}: begin "
                "with a word, lest the wrong one is typed"
            )
            only = hidden[0] if len(hidden) == 1 else None
            path = ("options", index, "say")
            yield subject.draft.complain(message, name, *path, language=only, severity="warning")


def _too_many(draft: Draft, name: str, screen: ChooseNode) -> Iterator[Complaint]:
    fixed, listed, listing = len(screen.options), 0, ""
    if screen.items is not None and screen.items.source in SOURCES:
        listed = SOURCES[screen.items.source].most
        listing = f", {listed} of them from {screen.items.source}"
    if fixed + listed > MOST:
        message = (
            f"{fixed + listed} numbers{listing}, but {NEXT} turns the page: "
            f"take {fixed + listed - MOST} out, or give them a screen of their own"
        )
        yield draft.complain(message, name, "options", max(0, MOST - listed))
