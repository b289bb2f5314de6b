"""The texts of SMS: named, in French source, translated, measured.

`compose("ticket_taken", "wo", values)` gives the body for one recipient, with its cost in segments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from gsm.alphabet import fold
from gsm.segments import segments
from locales import values as kinds_of_values
from locales.catalogues import FOLDED, translated
from locales.templates import Template, template
from locales.values import Kind, Values

FILE = Path(__file__).with_name("texts.yaml")


class Text(BaseModel):
    """One text as written: its French, its values' kinds, its policy, its budget in segments."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, StringConstraints(min_length=1)]
    values: dict[str, str]
    when_uncertain: Literal["once", "must_arrive"]
    segments: int = Field(ge=1, le=3)

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        return {name: _kind(description) for name, description in self.values.items()}


def _kind(description: str) -> Kind:
    family, _, bound = description.partition(" ")
    if bound:
        makers = {"text": kinds_of_values.text, "number": kinds_of_values.number}
        return makers[family](int(bound))
    fixed = {
        "moment": kinds_of_values.MOMENT,
        "date": kinds_of_values.DATE,
        "amount": kinds_of_values.AMOUNT,
        "reference": kinds_of_values.REFERENCE,
    }
    return fixed[family]


@dataclass(frozen=True, slots=True)
class Composed:
    body: str
    segments: int
    policy: str


@lru_cache(maxsize=1)
def all_texts() -> Mapping[str, Text]:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Text]).validate_python(data)


def compose(name: str, language: str, values: Values) -> Composed:
    """The text in the language with these values. Raises KeyError for an unknown text or a value
    that is missing: a mistake of ours, found by the tests."""
    kinds = all_texts()[name].kinds
    return _composed(name, language, _template(name, language).render(values, kinds, language))


def as_written(body: str, language: str) -> Composed:
    """A text that is none of ours by name: what a screen says. When uncertain, it is sent again."""
    body = fold(body) if language in FOLDED else body
    return Composed(body, segments(body).count, "must_arrive")


def longest(name: str, language: str) -> Composed:
    """The text with each value in its longest form: what it may cost at most."""
    return _composed(name, language, longest_body(name, language))


def longest_body(name: str, language: str) -> str:
    """The same in the language's own letters, before any folding."""
    return _template(name, language).longest(all_texts()[name].kinds)


@lru_cache
def _template(name: str, language: str) -> Template:
    return template(translated(language, f"sms.{name}", all_texts()[name].text))


def _composed(name: str, language: str, body: str) -> Composed:
    if language in FOLDED:
        body = fold(body)
    return Composed(body, segments(body).count, all_texts()[name].when_uncertain)
