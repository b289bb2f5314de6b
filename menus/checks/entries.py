"""`check` names a way of reading entries, within bounds that can be met."""

from collections.abc import Iterator

from menus.engine import BACK, HOME
from menus.entries import CHECKS, plain
from menus.grammar import AskNode
from menus.source import Complaint, Draft
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for name, screen in draft.screens.items():
        if not isinstance(screen, AskNode):
            continue
        if screen.check is None:
            yield from _among(draft, name, screen)
            continue
        known = CHECKS.get(screen.check)
        if known is None:
            message = f"no check {screen.check}: there are {', '.join(sorted(CHECKS))}"
            yield draft.complain(message, name, "check")
            continue
        least = known.least if screen.least is None else screen.least
        most = known.most if screen.most is None else screen.most
        where = "least" if screen.least is not None else "most"
        if least > most:
            message = f"nothing is at least {least} and at most {most}: change one"
            yield draft.complain(message, name, where)
        elif least < known.least or most > known.most:
            message = f"{screen.check} goes from {known.least} to {known.most}: stay within"
            yield draft.complain(message, name, where)


def _among(draft: Draft, name: str, screen: AskNode) -> Iterator[Complaint]:
    """Each listed word can be typed, and told from the others."""
    if screen.least is not None or screen.most is not None:
        message = "`least` and `most` mean nothing beside `among`: take them out"
        yield draft.complain(message, name, "least" if screen.least is not None else "most")
    seen: set[str] = set()
    for index, word in enumerate(screen.among):
        read = plain(word)
        if not read or read in seen or read in (BACK, HOME):
            message = f"{word!r} can't be typed, or not told from another: write another word"
            yield draft.complain(message, name, "among", index)
        seen.add(read)
