"""A compiled tree: immutable, every text in every language, ready for the engine."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from gsm.pages import Page
from locales.templates import Template
from locales.values import Kind, Value
from menus.entries import Check

Text = Mapping[str, Template]  # language -> its text


@dataclass(frozen=True, slots=True)
class Option:
    text: Text
    go: str
    set: Mapping[str, Value]
    when: str | None
    words: Mapping[str, Text] = field(default_factory=dict)  # of the values set, those shown

    def values(self, language: str) -> dict[str, Value]:
        """What it sets, in this language."""
        return {**self.set, **{name: str(said[language]) for name, said in self.words.items()}}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list from a source: what it is given, under which name the choice is kept, where to go."""

    source: str
    given: tuple[str, ...]
    kept: str
    go: str
    empty: str | None


@dataclass(frozen=True, slots=True)
class Say:
    text: Text
    ends: bool
    go: str | None


@dataclass(frozen=True, slots=True)
class Choose:
    """`done`: what led here is done; "0" does not go back to it, nor does who dials again."""

    text: Text
    options: tuple[Option, ...]
    listed: Listed | None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    text: Text
    kept: str
    check: Check
    least: int
    most: int
    wrong: Text
    tries: int
    otherwise: str
    secret: bool
    go: str


@dataclass(frozen=True, slots=True)
class Do:
    action: str
    given: tuple[str, ...]
    outcomes: Mapping[str, str]


Screen = Say | Choose | Ask | Do


@dataclass(frozen=True, slots=True)
class Rule:
    when: str | None
    go: str


@dataclass(frozen=True, slots=True)
class Tree:
    """`version` is a hash of all the tree says and does, translations included. `pages` is where
    the engine keeps those that never change, once they are cut."""

    name: str
    version: str
    service_codes: tuple[str, ...]
    languages: tuple[str, ...]
    banner: Text | None
    start: tuple[Rule, ...]
    home: str
    screens: Mapping[str, Screen]
    kinds: Mapping[str, Kind]
    words: Mapping[str, Mapping[str, str]]  # language -> French word -> word
    folded: frozenset[str]  # languages written in GSM-7 letters
    pages: dict[Hashable, tuple[Page, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def facts(self) -> frozenset[str]:
        """What the tree wants to know of a citizen when a session begins."""
        rules = {rule.when for rule in self.start}
        options = {
            option.when
            for screen in self.screens.values()
            if isinstance(screen, Choose)
            for option in screen.options
        }
        return frozenset(name for name in rules | options if name is not None)

    def language(self, wished: str | None) -> str:
        """The wished language where the tree speaks it, else the tree's first."""
        return wished if wished in self.languages else self.languages[0]
