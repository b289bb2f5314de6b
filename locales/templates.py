"""Texts with placeholders, parsed once into literal parts and names.

    "Ticket {ticket}"                                  a value
    "{ahead} {ahead|personne|personnes} devant vous"   words that agree with a number

A value is put between the parts as data; it is never read as a template, whatever was typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from locales.plurals import form
from locales.values import Kind, Value, Values

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)((?:\|[^{}|]*)*)\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value; with `forms`, the words that agree with it, in the order of the language's plural
    categories (`locales/plurals.py`)."""

    name: str
    forms: tuple[str, ...] = ()

    def write(self, value: Value, kind: Kind, language: str) -> str:
        return form(language, int(value), self.forms) if self.forms else kind.write(value)

    def longest(self, kind: Kind) -> str:
        return max(self.forms, key=len) if self.forms else kind.longest

    def __str__(self) -> str:
        return "{" + "|".join((self.name, *self.forms)) + "}"


@dataclass(frozen=True, slots=True)
class Template:
    """A text with its placeholders: parts, in order."""

    parts: tuple[str | Placeholder, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Placeholder))

    @property
    def plurals(self) -> frozenset[Placeholder]:
        """Those whose words agree with a number."""
        return frozenset(
            part for part in self.parts if isinstance(part, Placeholder) and part.forms
        )

    @property
    def is_fixed(self) -> bool:
        """Whether it reads the same whatever the values."""
        return not any(isinstance(part, Placeholder) for part in self.parts)

    def render(self, values: Values, kinds: Mapping[str, Kind], language: str) -> str:
        return "".join(
            part
            if isinstance(part, str)
            else part.write(values[part.name], kinds[part.name], language)
            for part in self.parts
        )

    def longest(self, kinds: Mapping[str, Kind]) -> str:
        """The text with each value in its longest form."""
        return "".join(
            part if isinstance(part, str) else part.longest(kinds[part.name]) for part in self.parts
        )

    def __str__(self) -> str:
        """The text as it was written."""
        return "".join(map(str, self.parts))


@lru_cache(maxsize=20_000)
def template(text: str) -> Template:
    """`Ticket {ticket}.` -> parts `Ticket `, ticket, `.`"""
    parts: list[str | Placeholder] = []
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        parts.append(text[end : found.start()])
        name, forms = found.groups()
        parts.append(Placeholder(name, tuple(forms.split("|")[1:])))
        end = found.end()
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part != ""))
