"""Every screen fits the phone: in each language, with the longest values, as first screen or later.

A question must stand on one page, an end should: there few turn the page.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from gsm.alphabet import fits_gsm7, fold
from gsm.pages import Option
from menus.drawing import Drawing, drawings
from menus.grammar import AskNode, ChooseNode, SayNode, ScreenNode
from menus.layouts import Layout
from menus.source import Complaint, Severity
from menus.subject import Subject, texts

_PAGES = 3


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
                found = _defect(drawing, screen, layout)
                if found is None or drawing.screen in said:
                    continue
                said.add(drawing.screen)
                severity, problem = found
                path, _ = next(texts(screen))
                message = f"{where}{_size(drawing, layout)}: {problem}"
                yield draft.complain(
                    message, drawing.screen, *path, language=language, severity=severity
                )


def _defect(drawing: Drawing, screen: ScreenNode, layout: Layout) -> tuple[Severity, str] | None:
    try:
        drawn = drawing.pages(layout)
    except ValueError:
        return "error", "no room for a single letter beside the navigation: shorten the words"
    pages = len(drawn)
    if pages == 1:
        return None
    if isinstance(screen, AskNode):
        return "error", "a question must stand on one page: shorten it"
    is_list = isinstance(screen, ChooseNode) and screen.items is not None
    if is_list and not drawn[0].options:
        problem = "the text leaves no room for one item of the list: shorten it"
        return ("warning" if _plain(drawing).pages(layout)[0].options else "error"), problem
    if pages > _PAGES:
        return "error", f"{pages} pages, {_PAGES} at most: shorten it, or make two screens of it"
    if isinstance(screen, ChooseNode) and not is_list:
        return "warning", f"{pages} pages of options, one is best: shorten or drop some"
    if isinstance(screen, SayNode) and screen.end:
        return "warning", f"{pages} pages at an end, where few turn the page: shorten it"
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
