"""Phone numbers as networks write them: E.164, a plus and up to fifteen digits."""

import re

_E164 = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)


def normal(number: str) -> str:
    """`+221 77 000 00 01`, `00221770000001` or `221770000001` -> `+221770000001`.

    Raises ValueError for what can't be an international number (ITU-T E.164).
    """
    if _E164.fullmatch(number):
        return number
    digits = re.sub(r"[\s().\-]", "", number)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif not digits.startswith("+"):
        digits = "+" + digits
    if not _E164.fullmatch(digits):
        raise ValueError("not an international phone number: write +221770000001")
    return digits


def local(number: str, prefix: str) -> str:
    """A number as people of a country give it: `77 000 00 01` -> `+221770000001`, where the
    country's prefix is `221`. Raises ValueError like `normal`."""
    digits = re.sub(r"[\s().\-]", "", number)
    if digits.startswith(("+", "00")) or digits.startswith(prefix):
        return normal(digits)
    return normal(f"+{prefix}{digits.removeprefix('0')}")


def masked(number: str) -> str:
    """`+221770000001` -> `+22177•••••01`: enough to recognise, too little to call."""
    return f"{number[:6]}•••••{number[-2:]}"
