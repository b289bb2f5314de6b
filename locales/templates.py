"""Texts with placeholders, parsed once into literal parts and names.

A value is put between the parts as data; it is never read as a template, whatever was typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from locales.values import Kind, Values

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text with its placeholders: parts, in order."""

    parts: tuple[str | Placeholder, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Placeholder))

    def render(self, values: Values, kinds: Mapping[str, Kind]) -> str:
        return "".join(
            part if isinstance(part, str) else kinds[part.name].write(values[part.name])
            for part in self.parts
        )

    def longest(self, kinds: Mapping[str, Kind]) -> str:
        """The text with each value in its longest form."""
        return "".join(
            part if isinstance(part, str) else kinds[part.name].longest for part in self.parts
        )


def template(text: str) -> Template:
    """`Ticket {ticket}.` -> parts `Ticket `, ticket, `.`"""
    pieces = _PLACEHOLDER.split(text)  # text, name, text, name, …, text
    parts = (Placeholder(piece) if odd % 2 else piece for odd, piece in enumerate(pieces))
    return Template(tuple(part for part in parts if part != ""))
