"""Every way leads to a screen that there is."""

from collections.abc import Iterator

from menus.flow import ways
from menus.source import Complaint
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for name in draft.screens:
        for edge in ways(draft)[name]:
            if edge.target not in draft.screens:
                message = f"goes to {edge.target}, which is no screen: name one or write it"
                yield draft.complain(message, name, *edge.path)
    head = draft.head
    if head.home not in draft.screens:
        yield Complaint(draft.file, draft.line("home"), f"home: no screen is called {head.home}")
    for index, rule in enumerate(head.start):
        if rule.go not in draft.screens:
            line = draft.line("start", index, "go")
            yield Complaint(draft.file, line, f"start: no screen is called {rule.go}")
    for index, rule in enumerate(head.start[:-1]):
        if rule.when is None:
            line = draft.line("start", index)
            message = (
                "start: the rules after this one never count: give it a `when`, or put it last"
            )
            yield Complaint(draft.file, line, message)
    if head.start[-1].when is not None:
        line = draft.line("start", len(head.start) - 1)
        yield Complaint(draft.file, line, "start: the last rule needs no `when`, to catch the rest")
