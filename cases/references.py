"""Dossier references: eight random digits and two check digits, ISO 7064 MOD 97-10. Pure.

Digits only, for a keypad. The check catches every single wrong digit, every swap of neighbours and
of digits one apart.
"""

import random

from stdnum.iso7064 import mod_97_10

LENGTH = 10


def with_check(number: str) -> str:
    """`12345678` -> the ten digits. Raises ValueError unless given eight digits."""
    if len(number) != LENGTH - 2 or not (number.isascii() and number.isdigit()):
        raise ValueError("a reference begins with eight digits")
    return number + str(mod_97_10.calc_check_digits(number))


def is_valid(reference: str) -> bool:
    return (
        len(reference) == LENGTH
        and reference.isascii()
        and reference.isdigit()
        and bool(mod_97_10.is_valid(reference))
    )


def draw(randomness: random.Random) -> str:
    """A new reference; give `random.SystemRandom()` outside of tests and demos."""
    return with_check(f"{randomness.randrange(10**8):08d}")


def shown(reference: str) -> str:
    """`1234567890` -> `123 456 7890`"""
    return f"{reference[:3]} {reference[3:6]} {reference[6:]}"


def tail(reference: str) -> str:
    """The four digits by which its holder knows a dossier, and nobody else does."""
    return reference[-4:]
