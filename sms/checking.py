"""What is wrong with words that would stand for an SMS in a language. Pure but for texts.yaml."""

import re
from collections.abc import Iterator
from typing import Final

from locales.faults import Fault, faults
from sms.texts import all_texts, would_be

LINK: Final = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:com|org|net|sn|ci|ly|me)\b", re.I)


def of_sms(name: str, language: str, said: str, is_folded: bool) -> Iterator[Fault]:
    """As of any text; and no link, and no more segments than are meant, with the longest values."""
    text = all_texts()[name]
    found = list(faults(text.text, said, language, text.kinds))
    yield from found
    link = LINK.search(said)
    if link is not None:
        yield Fault("link", link[0])
    if any(fault.sort == "added" for fault in found):
        return  # of a value that there is not, no length is known
    cost = would_be(name, said, is_folded)
    if cost.segments > text.segments:
        yield Fault("segments", cost.encoding, cost.segments, (str(text.segments),))
