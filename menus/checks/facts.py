"""`when` asks for what some room can tell of a citizen."""

from collections.abc import Iterator

from menus.actions import fact_names
from menus.grammar import ChooseNode
from menus.source import Complaint
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    names = [*fact_names(), *(f"in_{language}" for language in draft.head.languages)]
    for index, rule in enumerate(draft.head.start):
        if rule.when is not None and rule.when not in names:
            line = draft.line("start", index, "when")
            yield Complaint(draft.file, line, _message(rule.when, names))
    for name, screen in draft.screens.items():
        if isinstance(screen, ChooseNode):
            for index, option in enumerate(screen.options):
                if option.when is not None and option.when not in names:
                    message = _message(option.when, names)
                    yield draft.complain(message, name, "options", index, "when")


def _message(asked: str, names: list[str]) -> str:
    return f"nobody can tell {asked}: there are {', '.join(names)}"
