"""The GSM 7-bit default alphabet as octets, one per septet: how SMPP carries it, unpacked.

Source: GSM 03.38 / 3GPP TS 23.038, 6.2.1 (default alphabet and its extension table).
"""

from typing import Final

from gsm.alphabet import _BASIC

_ESCAPE: Final = 0x1B
_EXTENSION: Final = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
# The escape has the 28th place, and is no character of its own.
_CODES: Final[dict[str, bytes]] = {
    **{char: bytes([code + (code >= _ESCAPE)]) for code, char in enumerate(_BASIC)},
    **{char: bytes([_ESCAPE, code]) for char, code in _EXTENSION.items()},
}
_CHARS: Final = {code: char for char, code in _CODES.items()}


def encoded(text: str) -> bytes:
    """Raises ValueError naming the first character that is outside the alphabet."""
    try:
        return b"".join([_CODES[char] for char in text])
    except KeyError as missing:
        raise ValueError(f"not in the GSM 7-bit alphabet: {missing}") from None


def decoded(octets: bytes) -> str:
    """An unknown pair is read as its second character, as phones do (23.038, 6.2.1.1); an octet
    above 127 as a question mark."""
    chars, escaped = [], False
    for octet in octets:
        if octet == _ESCAPE and not escaped:
            escaped = True
            continue
        alone = _CHARS.get(bytes([octet]), "?" if octet != _ESCAPE else " ")
        chars.append(_CHARS.get(bytes([_ESCAPE, octet]), alone) if escaped else alone)
        escaped = False
    return "".join(chars)
