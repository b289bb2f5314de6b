"""Personal data at rest: encrypted to be read, and a keyed hash to be found.

Keys come newest first (DATA_KEYS). The newest encrypts and hashes; all of them decrypt and find, so
that a key can be changed while people dial (`flask keys rotate` moves old rows to the newest).
Encryption is Fernet (github.com/fernet/spec); the hash is HMAC-SHA-256, cut to 128 bits.
"""

import hashlib
import hmac
from hashlib import blake2b
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

_vault: MultiFernet | None = None
_hash_keys: list[bytes] = []
_passing_key = b""


def use(keys: list[str]) -> None:
    """Sets this process's keys, newest first."""
    global _vault, _hash_keys, _passing_key
    _vault = MultiFernet([Fernet(key) for key in keys])
    # A key has one use: the hash gets one derived from the data key, never the data key itself.
    _hash_keys = [hmac.digest(key.encode(), b"guichet fingerprint", "sha256") for key in keys]
    _passing_key = hmac.digest(keys[0].encode(), b"guichet passing fingerprint", "sha256")


def fingerprint(text: str) -> str:
    """32 hex digits by which a sealed text is found, under the newest key."""
    return hmac.digest(_hash_keys[0], text.encode(), hashlib.sha256).hex()[:32]


def passing_fingerprint(text: str) -> str:
    """32 hex digits for what is kept for minutes, in the hot path: BLAKE2b with a key of its own
    (RFC 7693), a keyed hash in its own right, which takes a quarter of HMAC's time."""
    return blake2b(text.encode(), key=_passing_key, digest_size=16).hexdigest()


def fingerprints(text: str) -> list[str]:
    """The text's fingerprints under every key, newest first."""
    return [hmac.digest(key, text.encode(), hashlib.sha256).hex()[:32] for key in _hash_keys]


def seal(text: str) -> str:
    """A text that only we can read again, for what is kept outside of the database."""
    assert _vault is not None, "call sealing.use(keys) first"
    return _vault.encrypt(text.encode()).decode()


def unseal(sealed: str | bytes) -> str:
    """Raises cryptography.fernet.InvalidToken for what none of our keys sealed."""
    assert _vault is not None, "call sealing.use(keys) first"
    return _vault.decrypt(sealed).decode()


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted in the database and plain in Python."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else unseal(value)
