"""Every text is translated into every language of the tree, with the placeholders of its French."""

from collections.abc import Iterator

from locales.catalogues import SOURCE, Translation
from locales.faults import of_placeholders
from menus import words
from menus.source import Complaint
from menus.subject import Subject
from menus.wordings import Wording, wordings


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for index, language in enumerate(draft.head.languages):
        if language == SOURCE:
            continue
        path = ("languages", index)
        platform = [Wording(word, words.CONTEXT, None, path) for word in words.ALL]
        states = {}
        for wording in (*wordings(draft), *platform):
            context, french = wording.context, wording.french
            found = subject.translations(language, context, french)
            states[context, french] = found.state
            defect = _defect(french, found)
            if defect is not None:
                yield wording.complain(draft, defect, language)
        drafts = list(states.values()).count("draft")
        if drafts:
            message = f"{drafts} of {len(states)} texts are drafts: let a speaker review them"
            line = draft.line(*path)
            yield Complaint(draft.file, line, message, None, language, "warning")


def _defect(french: str, found: Translation) -> str | None:
    if found.state == "missing":
        return f"{_short(french)} is not translated: translate it"
    if found.state == "stale":
        return f"{_short(french)} has changed since it was translated: translate it again"
    faults = list(of_placeholders(french, found.text))
    if not faults:
        return None
    lost = [f"lacks {{{one.about}}}" for one in faults if one.sort == "lacks"]
    added = [f"has {{{one.about}}}, unlike the French" for one in faults if one.sort == "added"]
    both = " and ".join(lost + added)
    return f"the translation of {_short(french)} {both}: write the placeholders of the French"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= 40 else f"“{line[:39]}…”"
