"""Signs that come out wrong on some phones (`locales/faults.py` says which)."""

from collections.abc import Iterator

from locales.faults import INSTEAD, of_signs
from menus.source import Complaint
from menus.subject import Subject
from menus.wordings import said, wordings

_AT, _OTHERS = "some gateways send ¡ for it", "takes two septets, and some phones drop it"


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for language in draft.head.languages:
        for wording in wordings(draft):
            text = said(subject, language, wording.context, wording.french)
            for fault in of_signs(text, lines="options" not in wording.path):
                sign = fault.about
                if fault.sort == "unseen":
                    message = f"{sign!r} is not seen on a phone, or breaks its lines: take it out"
                    yield wording.complain(draft, message, language)
                    continue
                why = _AT if fault.sort == "at" else _OTHERS
                message = f"{sign!r}: {why}: write {INSTEAD.get(sign, 'it in words')}"
                yield wording.complain(draft, message, language, "warning")
