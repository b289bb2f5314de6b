"""`check` names a way of reading entries, within bounds that can be met."""

from collections.abc import Iterator

from menus.entries import CHECKS
from menus.grammar import AskNode
from menus.source import Complaint
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for name, screen in draft.screens.items():
        if not isinstance(screen, AskNode) or screen.check is None:
            continue
        known = CHECKS.get(screen.check)
        if known is None:
            message = f"no check {screen.check}: there are {', '.join(sorted(CHECKS))}"
            yield draft.complain(message, name, "check")
            continue
        least = known.least if screen.least is None else screen.least
        most = known.most if screen.most is None else screen.most
        if least > most:
            message = f"nothing is at least {least} and at most {most}: change one"
            yield draft.complain(message, name, "least" if screen.least is not None else "most")
