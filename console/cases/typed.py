"""What somebody means who types into the one field of the search. Pure."""

import re
from dataclasses import dataclass

from cases import references
from citizens import phones

_BETWEEN = re.compile(r"[\s.\-/()]")


@dataclass(frozen=True, slots=True)
class Typed:
    """Ten digits can be a reference and a number of ten digits at once: then both are looked for.
    `is_wrong`: ten digits, but no reference: one of them was misread or mistyped."""

    reference: str | None = None
    phone: str | None = None
    name: str | None = None
    is_wrong: bool = False


def understood(text: str, prefix: str) -> Typed:
    """`123 456 78-90`, `77 000 00 01`, `+221 77 000 00 01` or `Awa Diop`; `prefix`: of the country,
    without its plus."""
    digits = _BETWEEN.sub("", text)
    if not re.fullmatch(r"\+?\d+", digits, re.ASCII):
        return Typed(name=text.strip() or None)
    try:
        phone = phones.local(digits, prefix)
    except ValueError:
        phone = None
    if references.is_valid(digits):
        return Typed(reference=digits, phone=phone)
    return Typed(phone=phone, is_wrong=len(digits) == references.LENGTH)
