"""What a gateway tells us and what we answer, whatever the gateway. Pure."""

from hashlib import blake2b
from typing import Literal

import msgspec

MOST_PLAYED = 12


class Dial(msgspec.Struct, frozen=True):
    """One callback of a session.

    `service_code` is what was dialled, as far as the provider tells: `*384*50#`, or all of a long
    dial, `*384*50*2*1#`. `text` is all that was typed in this session, joined by `*`, where the
    provider is `cumulative`; else this entry alone, and nothing at a start. `turn` tells a request
    from the one after it: a number that grows or an id of the request's own; None where the
    provider has neither. `session_id` is empty where the provider has none: then a phone has one
    session at a time.
    """

    provider: str
    session_id: str
    phone: str  # E.164
    service_code: str
    network: str
    text: str
    starts: bool
    cumulative: bool = False
    turn: int | str | None = None


How = Literal["completed", "released", "timed_out", "failed"]


class Ended(msgspec.Struct, frozen=True):
    """A provider's word that a session is over: to the end, by the citizen, by time, by a fault.

    `reason` is the provider's own, `seconds` and `hops` (screens) how long it was, `cost` as the
    provider writes it. `typed` is all that was typed, joined by `*`, where the provider repeats it:
    it holds PINs, so it is redacted before anything else is done with it.
    """

    provider: str
    session_id: str
    phone: str
    how: How
    reason: str = ""
    cost: str = ""
    seconds: float | None = None
    hops: int | None = None
    typed: str | None = None


class Reply(msgspec.Struct, frozen=True):
    """A page for the phone. `ends`: the network closes the session after it. `choices`: how many of
    its last lines are choices, `key label`. `types`: it asks for something typed. `turn`: how many
    entries led to it."""

    text: str
    ends: bool
    choices: int = 0
    types: bool = False
    turn: int = 0


class BadDial(ValueError):
    """A callback that can't be understood; `what` is wrong goes to the log."""


class Seen(msgspec.Struct, frozen=True):
    """How far a session has read: of a cumulative text its length and a digest of it, else the last
    turn, or a digest of its id. `at`: when the reply was ready, in µs.

    The text itself is not kept: it repeats PINs.
    """

    length: int
    digest: bytes
    at: int = 0


def seen(dial: Dial, at: int = 0) -> Seen:
    """How far a session has read once it has taken this dial in."""
    if dial.cumulative:
        return Seen(len(dial.text), _digest(dial.text), at)
    if isinstance(dial.turn, int):
        return Seen(dial.turn, b"", at)
    return Seen(0, b"" if dial.turn is None else _digest(dial.turn), at)


def added(before: Seen, dial: Dial, came: int = 0) -> str | None:
    """What was typed since. None when nothing was: the same callback again, or an older one that
    comes late.

    An entry that came (µs) before the last reply was ready can't be an answer to it: it is a
    repeat, or lost a race. One that is repeated after that, by a provider that marks nothing, can't
    be told from a second entry.
    """
    if dial.cumulative:
        return _beyond(before, dial.text)
    if dial.starts or came < before.at:
        return None
    if isinstance(dial.turn, int):
        return dial.text if dial.turn > before.length else None
    if dial.turn is not None and seen(dial).digest == before.digest:
        return None
    return dial.text


def _beyond(before: Seen, text: str) -> str | None:
    """The text beyond what was seen, whatever stars it holds. Reading what follows the last star
    instead would break when a citizen types one."""
    if len(text) <= before.length:
        return None
    if before.length == 0:
        return text
    if _digest(text[: before.length]) == before.digest and text[before.length] == "*":
        return text[before.length + 1 :]
    return text.rpartition("*")[2]  # not the session we know: the latest entry is the best guess


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def shortcut(dialled: str, code: str, text: str) -> list[str]:
    """The entries of a long dial, `*384*50*2*1#`: what was dialled beyond the service code, or a
    first text of `2*1`. No code that is printed anywhere is longer than a dozen; what follows is
    left out."""
    beyond = dialled.rstrip("#")[len(code.rstrip("#")) :]
    return [entry for entry in f"{beyond}*{text}".split("*") if entry][:MOST_PLAYED]
