"""A name means one kind of value, wherever it comes from."""

from collections.abc import Iterator

from locales.values import Kind
from menus.flow import ways
from menus.source import Complaint
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    first: dict[str, Kind] = {}
    for name in draft.screens:
        for edge in ways(draft)[name]:
            for value, kind in edge.brings:
                if not kind.can_be_shown:
                    continue
                before = first.setdefault(value, kind)
                if before.family != kind.family:
                    message = f"{value} is a {kind.name} here, a {before.name} elsewhere"
                    yield draft.complain(f"{message}: rename one", name, *edge.path)
