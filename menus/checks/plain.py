"""French that is read at once: about 15 words a sentence, as French plain-language guides advise,
and no long words. Values put into a text don't count."""

import re
from collections.abc import Iterator

from locales.catalogues import SOURCE
from locales.templates import template
from menus.source import Complaint
from menus.subject import Subject
from menus.wordings import wordings

_WORDS, _LETTERS = 15, 14
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n")


def check(subject: Subject) -> Iterator[Complaint]:
    for wording in wordings(subject.draft):
        parts = template(wording.french).parts
        text = "".join(part if isinstance(part, str) else "0" for part in parts)
        for sentence in _SENTENCE_END.split(text):
            words = [word for word in sentence.split() if any(map(str.isalpha, word))]
            if len(words) > _WORDS:
                start = " ".join(words[:3])
                message = f"a sentence of {len(words)} words, “{start}…”: cut it, {_WORDS} at most"
                yield wording.complain(subject.draft, message, SOURCE, "hint")
        for word in re.findall(r"[^\W\d_]+", text):
            if len(word) > _LETTERS:
                message = (
                    f"“{word}” has {len(word)} letters, {_LETTERS} at most: write a shorter word"
                )
                yield wording.complain(subject.draft, message, SOURCE, "hint")
