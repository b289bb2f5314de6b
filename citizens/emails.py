"""E-mail addresses, as far as they can be told from other things."""

import re

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}")


def normal(address: str) -> str:
    """`Awa@Example.ORG` -> `Awa@example.org`. Raises ValueError for what is no address."""
    name, sign, host = address.strip().rpartition("@")
    made = f"{name}{sign}{host.lower()}"
    if not (made.isascii() and made.isprintable() and len(made) <= 254) or not _ADDRESS.fullmatch(
        made
    ):
        raise ValueError("not an e-mail address: write name@example.org")
    return made


def masked(address: str) -> str:
    """`awa.diop@example.org` -> `a•••@example.org`"""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"
