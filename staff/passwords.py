"""Passwords: which are good enough, how they are kept, how they are compared.

Argon2id at twice the cost of OWASP's first choice: where Redis is away, and with it the count of
tries, this cost is the only brake. Ten characters at least, and no rules on their kind (NIST SP
800-63B, 5.1.1.2): rules make passwords that are forgotten, not ones that are hard to guess.
"""

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from settings import DEMO_PASSWORD

LEAST, MOST = 10, 200

_hasher = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)

# What is tried first, of ten characters or more; and ours, which everyone can read.
_COMMON = frozenset(
    {
        *("1234567890", "0123456789", "0987654321", "12345678910", "123456789a", "1q2w3e4r5t"),
        *("azertyuiop", "qwertyuiop", "azerty1234", "qwerty1234", "azerty123456", "qwerty123456"),
        *(
            "motdepasse",
            "motdepasse1",
            "motdepasse123",
            "monmotdepasse",
            "changezmoi",
            "bienvenue1",
        ),
        *("password12", "password123", "password1234", "mypassword", "changeme123", "welcome123"),
        *(
            "administrateur",
            "administrator",
            "guichet123",
            "guichet2026",
            "mairie2026",
            "senegal221",
        ),
        *("jetaime123", "iloveyou12", "abcdefghij", "abcdefghijk", "abcd123456", "passer1234"),
        DEMO_PASSWORD,
    }
)

TOO_SHORT, TOO_LONG, NAME, COMMON = "too short", "too long", "the user name", "common"


class Unfit(ValueError):
    """A password that is refused; `why` is one of the words above."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check(password: str, name: str) -> None:
    """Raises Unfit for a password that is too easily guessed."""
    plain = _normal(password)
    if len(plain) < LEAST:
        raise Unfit(TOO_SHORT)
    if len(plain) > MOST:
        raise Unfit(TOO_LONG)
    if plain.strip().lower() == name:
        raise Unfit(NAME)
    if plain.strip().lower() in _COMMON or len(set(plain.lower())) < 4:
        raise Unfit(COMMON)


def hashed(password: str) -> str:
    return _hasher.hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the one; for nobody (None) it takes as long to say no."""
    try:
        right = _hasher.verify(password_hash or _nobodys_hash(), _normal(password)[: MOST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return right and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made at another cost than today's: the next sign-in makes it anew."""
    return _hasher.check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's password")


def _normal(password: str) -> str:
    """The same letters are the same password, on whatever keyboard they were made."""
    return unicodedata.normalize("NFKC", password)
