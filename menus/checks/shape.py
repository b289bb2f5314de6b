"""Few options, and short: what is read at a glance. Source: JOURNEYS.md, limits to design for."""

from collections.abc import Iterator

from locales.templates import template
from menus.drawing import worst
from menus.grammar import ChooseNode
from menus.source import Complaint
from menus.subject import Subject
from menus.wordings import said

_OPTIONS, _AT_HOME, _LETTERS = 5, 6, 22


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for name, screen in draft.screens.items():
        if not isinstance(screen, ChooseNode):
            continue
        most = _AT_HOME if name == draft.head.home else _OPTIONS
        if len(screen.options) > most:
            count = len(screen.options)
            message = f"{count} options, of which {most} are read: move some to a further screen"
            yield draft.complain(message, name, "options", most, severity="hint")
        for index, option in enumerate(screen.options):
            for language in draft.head.languages:
                values = worst(subject, language)
                label = template(said(subject, language, name, option.say)).longest(values)
                if len(label) > _LETTERS:
                    message = f"an option of {len(label)} letters, {_LETTERS} at most: shorten it"
                    path = ("options", index, "say")
                    yield draft.complain(message, name, *path, language=language, severity="hint")
