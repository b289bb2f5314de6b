"""The languages of a tree are languages: each once, and known to CLDR by its code."""

from collections.abc import Iterator

from locales.plurals import is_known
from menus.source import Complaint
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for index, language in enumerate(draft.head.languages):
        line = draft.line("languages", index)
        if not is_known(language):
            message = f"languages: none has the code {language}: write one such as fr or wo"
            yield Complaint(draft.file, line, message)
        if language in draft.head.languages[:index]:
            yield Complaint(draft.file, line, f"languages: {language} is there twice: keep one")
