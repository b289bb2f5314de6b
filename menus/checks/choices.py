"""There is always something to choose, whoever the citizen is and whatever a list holds."""

from collections.abc import Iterator

from menus.grammar import ChooseNode
from menus.source import Complaint
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    every_language = {f"in_{language}" for language in draft.head.languages}
    for name, screen in draft.screens.items():
        if not isinstance(screen, ChooseNode):
            continue
        conditions = {option.when for option in screen.options}
        if None in conditions or every_language <= conditions:
            continue
        if screen.items is None:
            message = "every option has a condition: add one for those of whom none holds"
            yield draft.complain(message, name, "options")
        elif screen.items.empty is None:
            message = "the list may be empty: say under `empty` where to go then, or add an option"
            yield draft.complain(message, name, "from")
