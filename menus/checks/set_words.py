"""Words that an option sets are for citizens, who read them in their language, or for an action,
which takes them as they are written; not for both."""

from collections.abc import Iterator

from menus.grammar import ChooseNode, DoNode
from menus.source import Complaint, Draft
from menus.subject import Subject
from menus.vocabulary import set_words


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    handed = _handed(draft)
    for name in draft.screens:
        for path, word in set_words(draft, name):
            value = str(path[-1])
            if value in handed:
                message = (
                    f"{word!r} is shown as {{{value}}}, in each language, and handed to "
                    f"{handed[value]} as it is: set two values, one for each"
                )
                yield draft.complain(message, name, *path)


def _handed(draft: Draft) -> dict[str, str]:
    """By value, an action or a list that it is handed to."""
    found: dict[str, str] = {}
    for screen in draft.screens.values():
        if isinstance(screen, DoNode):
            found |= dict.fromkeys(screen.given, screen.do)
        elif isinstance(screen, ChooseNode) and screen.items is not None:
            found |= dict.fromkeys(screen.items.given, screen.items.source)
    return found
