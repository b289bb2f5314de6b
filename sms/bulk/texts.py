"""The text of a bulk, for one recipient: their language's, else French; columns put in. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from gsm.alphabet import fold
from gsm.segments import Segments, segments
from locales.catalogues import SOURCE, is_folded
from sms.checking import LINK
from sms.texts import Composed

_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class WrongText(ValueError):
    """The text can't be sent like this; says what to do."""


def check(texts: Mapping[str, str]) -> None:
    """Raises WrongText for a text that is missing, too long, or that holds a link."""
    if not texts.get(SOURCE, "").strip():
        raise WrongText("there must be a French text: it stands in for languages that have none")
    for language, text in texts.items():
        if LINK.search(text):
            raise WrongText(f"{language}: no links in an SMS; name the code to dial instead")
        if size(language, text).count > 3:
            raise WrongText(f"{language}: over 3 segments; shorten it")


def size(language: str, text: str) -> Segments:
    """As it is sent in the language, its columns as they are written."""
    return segments(_folded(language, text))


def columns_of(texts: Mapping[str, str]) -> set[str]:
    return {name for text in texts.values() for name in _PLACEHOLDER.findall(text)}


def missing(texts: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The first column that the texts want and a row does not have."""
    return next(iter(sorted(columns_of(texts) - set(names))), None)


def written(
    texts: Mapping[str, str], language: str, columns: Mapping[str, str], topic: str
) -> Composed:
    """A column's value is data: it is never read as a text."""
    chosen = language if texts.get(language) else SOURCE
    body = _PLACEHOLDER.sub(lambda found: columns.get(found[1], ""), texts[chosen])
    body = _folded(chosen, body)
    count = segments(body)
    return Composed(body, count.encoding, count.count, policy="once", topic=topic, priority="bulk")


def _folded(language: str, text: str) -> str:
    return fold(text) if is_folded(language) else text
