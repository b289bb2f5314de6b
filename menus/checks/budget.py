"""Every screen fits the phone: in each language, with the longest values, as first screen or later.

A question must stand on one page, an end should: there few turn the page.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from gsm.alphabet import fits_gsm7, fold
from gsm.pages import Option
from menus.drawing import Drawing, drawings
from menus.grammar import AskNode, ChooseNode, SayNode, ScreenNode
from menus.layouts import Layout
from menus.source import Complaint, Severity
from menus.subject import Subject, texts

_PAGES: Final = 3

Problem = Literal["no_room", "question", "no_item", "pages", "options", "end"]
_SAID: Final[dict[Problem, str]] = {
    "no_room": "no room for a single letter beside the navigation: shorten the words",
    "question": "a question must stand on one page: shorten it",
    "no_item": "the text leaves no room for one item of the list: shorten it",
    "pages": f"{{pages}} pages, {_PAGES} at most: shorten it, or make two screens of it",
    "options": "{pages} pages of options, one is best: shorten or drop some",
    "end": "{pages} pages at an end, where few turn the page: shorten it",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a screen does not fit a phone as it should."""

    severity: Severity
    problem: Problem
    pages: int

    def __str__(self) -> str:
        return _SAID[self.problem].format(pages=self.pages)


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    providers: dict[Layout, list[str]] = defaultdict(list)
    for provider, layout in subject.layouts.items():
        providers[layout].append(provider)
    for language in draft.head.languages:
        drawn = drawings(subject, language)
        for layout, names in providers.items():
            where = f"in {language} on {', '.join(sorted(names))}"
            said: set[str] = set()
            for drawing in drawn:
                screen = draft.screens[drawing.screen]
                found = judged(drawing, screen, layout)
                if found is None or drawing.screen in said:
                    continue
                said.add(drawing.screen)
                path, _ = next(texts(screen))
                message = f"{where}{_size(drawing, layout)}: {found}"
                yield draft.complain(
                    message, drawing.screen, *path, language=language, severity=found.severity
                )


def judged(drawing: Drawing, screen: ScreenNode, layout: Layout) -> Verdict | None:
    """None where it fits."""
    try:
        drawn = drawing.pages(layout)
    except ValueError:
        return Verdict("error", "no_room", 0)
    pages = len(drawn)
    if pages == 1:
        return None
    if isinstance(screen, AskNode):
        return Verdict("error", "question", pages)
    is_list = isinstance(screen, ChooseNode) and screen.items is not None
    if is_list and not drawn[0].options:
        warns = _plain(drawing).pages(layout)[0].options
        return Verdict("warning" if warns else "error", "no_item", pages)
    if pages > _PAGES:
        return Verdict("error", "pages", pages)
    if isinstance(screen, ChooseNode) and not is_list:
        return Verdict("warning", "options", pages)
    if isinstance(screen, SayNode) and screen.end:
        return Verdict("warning", "end", pages)
    return None


def _plain(drawing: Drawing) -> Drawing:
    """The same with labels in GSM-7: most items are, and then some stand beside the text."""
    lines = tuple(Option(line.key, fold(line.label)) for line in drawing.lines)
    return replace(drawing, lines=lines)


def _size(drawing: Drawing, layout: Layout) -> str:
    """How much there is, and how much a page holds."""
    page, budget = drawing.whole(), layout.first if drawing.opening else layout.later
    first = ", as the first screen" if drawing.opening else ""
    if page.measure.encoding == "GSM-7":
        return f"{first}, {page.measure.units} of {budget.septets} septets"
    letters = " ".join(sorted({letter for letter in page.text if not fits_gsm7(letter)}))
    return f"{first}, {page.measure.units} of {budget.units} UCS-2 units (for {letters})"
