"""SMS gateways: each turns one message into one call, and what came back into one of these."""

from dataclasses import dataclass
from typing import Protocol

# What the database keeps of these: PostgreSQL refuses a longer text, and SQLite doesn't.
ID_LENGTH, COST_LENGTH, REASON_LENGTH = 80, 20, 80


def kept(said: object, most: int) -> str | None:
    """What a gateway says, as the database can keep it: cut, and without NUL and the like."""
    if said is None:
        return None
    return "".join(letter for letter in str(said) if letter.isprintable())[:most]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has it."""

    id: str | None
    cost: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It has not left. `again_after`: seconds until it is worth another try; None: never."""

    reason: str
    again_after: int | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have left: the answer never came, or can't be read."""

    reason: str


Result = Accepted | Refused | Unknown


class Gateway(Protocol):
    name: str

    def send(self, phone: str, body: str) -> Result: ...
