"""What a gateway tells us and what we answer, whatever the gateway. Pure."""

from dataclasses import dataclass
from hashlib import blake2b

MOST_PLAYED = 12


@dataclass(frozen=True, slots=True)
class Dial:
    """One callback. `text` is all that was typed in this session, joined by `*`."""

    provider: str
    session_id: str
    phone: str  # E.164
    service_code: str
    network: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A page for the phone. `ends`: the network closes the session after it."""

    text: str
    ends: bool


class BadDial(ValueError):
    """A callback that can't be understood; `what` is wrong goes to the log."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a session has read its cumulative text: its length, and a digest of it.

    The text itself is not kept: it repeats PINs.
    """

    length: int
    digest: bytes


def seen(text: str) -> Seen:
    return Seen(len(text), blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def added(before: Seen, text: str) -> str | None:
    """What was typed since: the text beyond what was seen, whatever stars it holds. None when
    nothing was: the same callback again, or an older one that comes late.

    Reading what follows the last star instead would break when a citizen types one.
    """
    if len(text) <= before.length:
        return None
    if before.length == 0:
        return text
    if seen(text[: before.length]) == before and text[before.length] == "*":
        return text[before.length + 1 :]
    return text.rpartition("*")[2]  # not the session we know: the latest entry is the best guess


def shortcut(text: str) -> list[str]:
    """The entries of a long dial: `*384*50*2*1#` arrives as a first text of `2*1`. No code that is
    printed anywhere is longer than a dozen; what follows is left out."""
    return [entry for entry in text.split("*") if entry][:MOST_PLAYED]
