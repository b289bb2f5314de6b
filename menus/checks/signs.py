"""Signs that come out wrong on some phones: gateways deliver `@` as `¡`; some handsets drop what is
outside the basic GSM alphabet, and each such sign takes two septets (3GPP TS 23.038). What is not
seen at all has no place in a text."""

import unicodedata
from collections.abc import Iterator

from gsm.alphabet import EXTENSION
from locales.templates import template
from menus.source import Complaint
from menus.subject import Subject
from menus.wordings import said, wordings

_AT, _OTHERS = "some gateways send ¡ for it", "takes two septets, and some phones drop it"
_INSTEAD = {
    "@": "the address in words, or a telephone number",
    "€": "EUR",
    "[": "(",
    "]": ")",
    "{": "(, or a value's name in small letters",
    "}": "), or a value's name in small letters",
    "~": "-",
    "|": "/",
    "\\": "/",
}


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for language in draft.head.languages:
        for wording in wordings(draft):
            text = said(subject, language, wording.context, wording.french)
            own = "".join(part for part in template(text).parts if isinstance(part, str))
            line_breaks = "" if "options" in wording.path else "\n"
            for sign in sorted(sign for sign in set(own) - set(line_breaks) if _unseen(sign)):
                message = f"{sign!r} is not seen on a phone, or breaks its lines: take it out"
                yield wording.complain(draft, message, language)
            for sign in sorted({"@", *EXTENSION} & set(own)):
                why = _AT if sign == "@" else _OTHERS
                message = f"{sign!r}: {why}: write {_INSTEAD.get(sign, 'it in words')}"
                yield wording.complain(draft, message, language, "warning")


def _unseen(sign: str) -> bool:
    """Control characters and line breaks; not joiners and marks, which scripts need."""
    return unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs")
