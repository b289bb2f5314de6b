"""SMS gateways: each turns one text for one or many addresses into one call, and what came back
into one of these per address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

# What the database keeps of these: PostgreSQL refuses a longer text, and SQLite doesn't.
ID_LENGTH, COST_LENGTH, REASON_LENGTH, NAME_LENGTH, CODE_LENGTH = 80, 20, 80, 40, 20

# How far a call got: not even connected; the request may be with them; they answered.
Phase = Literal["begun", "asked", "answered"]


def kept(said: object, most: int) -> str | None:
    """What a gateway says, as the database can keep it: cut, and without NUL and the like."""
    if said is None:
        return None
    return "".join(letter for letter in str(said) if letter.isprintable())[:most]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has it. `cost` as they write it: `KES 0.8000`."""

    id: str | None
    cost: str | None = None
    code: str | None = None
    phase: Phase = "answered"


@dataclass(frozen=True, slots=True)
class Refused:
    """It has surely not left. What follows from the reason: sms/retrying.py."""

    reason: str
    code: str | None = None
    phase: Phase = "answered"


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have left: the answer never came, or can't be read."""

    reason: str
    code: str | None = None
    phase: Phase = "asked"


Result = Accepted | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Letter:
    """One text for the addresses (E.164, or e-mail). `references` are our own keys of them, in the
    same order, for a gateway that can take one; `subject` is an e-mail's. `secret`: not to be
    shown but to who gets it."""

    body: str
    addresses: Sequence[str]
    references: Sequence[str]
    sender: str | None = None
    subject: str | None = None
    language: str = "fr"
    secret: bool = False


class Gateway(Protocol):
    """`most`: addresses that one call may have. `send` returns one result per address, in their
    order. It is called from several threads at once. It raises nothing for what a network or a
    gateway may do wrong; an exception is our own bug, and leaves the messages uncertain."""

    name: str
    most: int

    def send(self, letter: Letter) -> list[Result]: ...
