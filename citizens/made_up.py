"""Phone numbers that are nobody's: what the web phone may dial as, and no other.

The ITU has given +999 to no country and no service (list of E.164 country codes), so that no person
can have such a number, and nobody who writes to one reaches anybody. The demo's own phones,
+221 77 000 00 00 to 99, are known to all (`flask demo`), and stand for people in a demo only.
"""

import random
import re

_NOBODY = re.compile(r"\+999\d{6,11}", re.ASCII)
_DEMO = re.compile(r"\+2217700000\d\d", re.ASCII)


def is_made_up(number: str, demo: bool) -> bool:
    """Whether a number (E.164) can be no real person's."""
    return bool(_NOBODY.fullmatch(number) or (demo and _DEMO.fullmatch(number)))


def draw(randomness: random.Random) -> str:
    """One of 10⁹ that are nobody's."""
    return f"+999{randomness.randrange(10**9):09d}"
