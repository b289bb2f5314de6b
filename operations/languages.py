"""`flask locales status`: how far each language is, and what keeping its letters costs."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click
from flask.cli import AppGroup

from gsm.alphabet import fold
from gsm.segments import segments
from locales.catalogues import NAMES, folded, is_folded, look_up
from menus import library, phrasebook
from menus.checks import budget
from menus.drawing import drawings
from menus.layouts import USUAL
from menus.source import Draft, read
from menus.subject import Subject
from sms import texts

commands = AppGroup("locales", help="The languages that citizens are spoken to in.")


@dataclass(frozen=True, slots=True)
class Cost:
    """What all screens take in pages, and all SMS in segments, with their longest values."""

    pages: int
    segments: int


@dataclass(frozen=True, slots=True)
class Status:
    """One language, over the trees and SMS that we ship."""

    language: str
    states: Counter[str]
    over_budget: int
    kept: Cost
    folded: Cost

    @property
    def total(self) -> int:
        return self.states.total()

    @property
    def translated(self) -> int:
        return self.total - self.states["missing"] - self.states["stale"]


@commands.command()
def status() -> None:
    """Per language: translated, reviewed, draft, over budget; and the cost of either writing."""
    click.echo(
        "language        texts translated reviewed draft stale  over budget  "
        "letters  pages kept/folded  segments kept/folded"
    )
    for name in NAMES:
        one = measured(name)
        letters = "folded" if is_folded(name) else "kept"
        reviewed = one.states["reviewed"] + one.states["source"]
        click.echo(
            f"{name} {NAMES[name]:<12} {one.total:>5} {one.translated:>10} {reviewed:>8} "
            f"{one.states['draft']:>5} {one.states['stale']:>5}  {one.over_budget:>11}  "
            f"{letters:<7}  {one.kept.pages:>10}/{one.folded.pages:<6}  "
            f"{one.kept.segments:>13}/{one.folded.segments}"
        )


def measured(language: str) -> Status:
    """Counts a language over the shipped trees and SMS."""
    drafts = _drafts()
    return Status(
        language=language,
        states=Counter(look_up(language, *message).state for message in _messages()),
        over_budget=len(over_budget(language)),
        kept=_cost(drafts, language, str),
        folded=_cost(drafts, language, fold),
    )


def over_budget(language: str) -> list[str]:
    """The screens that may take more pages than they should, with the longest values."""
    complaints = [
        one for draft in _drafts() for one in budget.check(Subject(draft, look_up, folded()))
    ]
    return [one.screen or "" for one in complaints if one.language == language]


def _drafts() -> list[Draft]:
    return [read(text, file) for file, text in library.shipped().items()]


def _messages() -> Iterator[tuple[str, str]]:
    for text in library.shipped().values():
        yield from phrasebook.messages(text)
    for name, written in texts.all_texts().items():
        yield f"sms.{name}", written.text


def _cost(drafts: list[Draft], language: str, letters: Callable[[str], str]) -> Cost:
    """In these letters, whatever the table says of the language."""
    pages = sum(
        len(drawing.pages(USUAL))
        for draft in drafts
        if language in draft.head.languages
        for drawing in drawings(Subject(draft, look_up), language, letters)
    )
    bodies = (texts.longest_body(name, language) for name in texts.all_texts())
    return Cost(pages, sum(segments(letters(body)).count for body in bodies))
