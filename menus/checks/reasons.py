"""What is said of a wrong entry fits above its question: else citizens see no reason at all."""

from collections.abc import Iterator

from gsm.alphabet import measure
from locales.templates import template
from menus.drawing import drawings, worst
from menus.grammar import AskNode
from menus.source import Complaint
from menus.subject import Subject
from menus.wordings import said


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for language in draft.head.languages:
        values = worst(subject, language)
        told: set[str] = set()
        for drawing in drawings(subject, language):
            name, screen = drawing.screen, draft.screens[drawing.screen]
            if not isinstance(screen, AskNode) or screen.wrong is None or name in told:
                continue
            reason = template(said(subject, language, name, screen.wrong)).longest(values)
            page = measure(f"{reason}\n{drawing.whole().text}")
            if not all(layout.later.holds(page) for layout in subject.layouts.values()):
                told.add(name)
                message = f"{page.units} with the question below it, too much: shorten either"
                yield draft.complain(message, name, "wrong", language=language, severity="warning")
