"""The texts of SMS: named, in French source, translated, measured.

`compose("ticket_taken", "wo", values)` gives the body for one recipient, with its cost in segments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from gsm.alphabet import Encoding, fold
from gsm.segments import segments
from locales import values as kinds_of_values
from locales.catalogues import is_folded, translated
from locales.templates import Placeholder, Template, template
from locales.values import Kind, Values

FILE = Path(__file__).with_name("texts.yaml")


class Text(BaseModel):
    """One text as written: its French, its values' kinds, its budget in segments.

    `when_uncertain`: what to do when nobody knows whether it left. `topic`: what a citizen may
    have no more of; a text without one is never stopped. `any_hour`: the answer to what the citizen
    has just done, or what they wait for: hours of rest don't hold it up. `stop`: whether it says
    how to stop (`if_room`: where that costs no segment more).
    `useful_minutes`: after which it is not sent any more; unset: three days. `secret`: it holds a
    code: no log and no page of ours shows it, and its words are erased once it has left.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, StringConstraints(min_length=1)]
    values: dict[str, str]
    when_uncertain: Literal["once", "must_arrive"]
    segments: int = Field(ge=1, le=3)
    topic: Literal["tickets", "dossiers", "surveys"] | None = None
    priority: Literal["call", "notice", "reminder", "bulk"] = "notice"
    any_hour: bool = False
    stop: Literal["always", "if_room", "never"] = "never"
    useful_minutes: int | None = Field(default=None, ge=1)
    secret: bool = False

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        return {name: _kind(description) for name, description in self.values.items()}


def _kind(description: str) -> Kind:
    family, _, bound = description.partition(" ")
    if bound:
        makers = {
            "text": kinds_of_values.text,
            "plain": kinds_of_values.plain,
            "number": kinds_of_values.number,
        }
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
    """A text for one recipient, what it costs, and how it is to be treated (Text). `told` is the
    same without a hint at its end: by it two messages are known to say the same."""

    body: str
    encoding: Encoding
    segments: int
    policy: str = "must_arrive"
    topic: str | None = None
    priority: str = "notice"
    any_hour: bool = False
    stop: str = "never"
    useful: timedelta | None = None
    told: str = ""


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
    """A text that is none of ours by name: what a screen says, to one who is waiting for it."""
    body = fold(body) if is_folded(language) else body
    count = segments(body)
    return Composed(body, count.encoding, count.count, any_hour=True)


def stop_hint(language: str, two_way: bool, code: str) -> str:
    """How to stop these SMS: by an answer where the country has two-way SMS, else by the code;
    empty where neither is known."""
    if two_way:
        return compose("stop_by_sms", language, {}).body
    return compose("stop_by_code", language, {"code": code}).body if code else ""


def subject(language: str) -> str:
    """What an e-mail is called: nothing of what it is about."""
    return compose("email_subject", language, {}).body


def with_hint(composed: Composed, hint: str) -> Composed:
    """The text with the hint on a line of its own."""
    body = f"{composed.body}\n{hint}" if hint else composed.body
    count = segments(body)
    return replace(
        composed,
        body=body,
        encoding=count.encoding,
        segments=count.count,
        told=composed.told or composed.body,
    )


def opening(name: str, language: str, most: int = 48) -> str:
    """How a text begins, with dots for its values: by that people know which one it is."""
    parts = _template(name, language).parts
    said = "".join("…" if isinstance(part, Placeholder) else part for part in parts)
    line = " ".join(said.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip(' .,:…')}…"


def fits(name: str, language: str, values: Values) -> bool:
    """Whether it keeps to its segments with these values, none of them cut short."""
    written = all_texts()[name]
    whole = all(len(str(values[one])) <= len(kind.longest) for one, kind in written.kinds.items())
    return whole and compose(name, language, values).segments <= written.segments


@lru_cache(maxsize=1)
def secret_kinds() -> frozenset[str]:
    """The texts that hold a code."""
    return frozenset(name for name, one in all_texts().items() if one.secret)


def would_be(name: str, said: str, is_folded: bool) -> Composed:
    """What these words would cost at most in the place of a text's."""
    return _written(name, template(said).longest(all_texts()[name].kinds), is_folded)


def longest(name: str, language: str) -> Composed:
    """The text with each value in its longest form: what it may cost at most."""
    return _composed(name, language, longest_body(name, language))


def longest_body(name: str, language: str) -> str:
    """The same in the language's own letters, before any folding."""
    return _template(name, language).longest(all_texts()[name].kinds)


def _template(name: str, language: str) -> Template:
    return template(translated(language, context_of(name), all_texts()[name].text))


def context_of(name: str) -> str:
    """Under which the catalogues know a text."""
    return f"sms.{name}"


def _composed(name: str, language: str, body: str) -> Composed:
    return _written(name, body, is_folded(language, context_of(name)))


def _written(name: str, body: str, is_folded: bool) -> Composed:
    if is_folded:
        body = fold(body)
    count, text = segments(body), all_texts()[name]
    useful = None if text.useful_minutes is None else timedelta(minutes=text.useful_minutes)
    return Composed(
        body,
        count.encoding,
        count.count,
        text.when_uncertain,
        text.topic,
        text.priority,
        text.any_hour,
        text.stop,
        useful,
    )
