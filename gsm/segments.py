"""How many SMS a text takes. Source: 3GPP TS 23.040, 9.2.3.24.1 (concatenated short messages)."""

from dataclasses import dataclass
from typing import Final

from gsm.alphabet import EXTENSION, Encoding, measure

# Most units in one message alone, and in each of several: a header of 6 octets joins the parts.
LIMITS: Final[dict[Encoding, tuple[int, int]]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs: `units` are septets or UTF-16 units; `count` is what is billed."""

    encoding: Encoding
    units: int
    count: int


def segments(text: str) -> Segments:
    """Count the messages a text is sent in. An empty text is one message of 0 units."""
    length = measure(text)
    alone, part = LIMITS[length.encoding]
    if length.units <= alone:
        count = 1
    elif length.units == len(text):
        count = -(-length.units // part)
    else:
        count = _greedy(text, length.encoding, part)
    return Segments(length.encoding, length.units, count)


def _greedy(text: str, encoding: Encoding, part: int) -> int:
    """Fill part after part: an escape pair or a surrogate pair never straddles a boundary.

    Dividing is not enough: 152 a + `{` + 152 a is 306 = 2 × 153 septets, in three messages.
    """
    count, room = 1, part
    for char in text:
        width = 2 if (char in EXTENSION if encoding == "GSM-7" else char > "\uffff") else 1
        if width > room:
            count, room = count + 1, part
        room -= width
    return count


def parts(text: str) -> list[str]:
    """The text as it is cut into those messages; one, where it fits in one."""
    length = measure(text)
    alone, most = LIMITS[length.encoding]
    if length.units <= alone:
        return [text]
    found, start, room = [], 0, most
    for place, char in enumerate(text):
        width = 2 if (char in EXTENSION if length.encoding == "GSM-7" else char > "\uffff") else 1
        if width > room:
            found.append(text[start:place])
            start, room = place, most
        room -= width
    return [*found, text[start:]]
