"""Screens as phones show them at worst: with the longest values, and all the navigation."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from gsm.alphabet import fits_gsm7
from gsm.pages import Budget, Option, Page, fit
from locales.templates import template
from locales.values import PICKED, Kind, in_own_letters
from menus import words
from menus.actions import LABEL, SOURCES
from menus.engine import BACK, HOME, NEXT
from menus.grammar import ChooseNode, DoNode, SayNode
from menus.layouts import Layout
from menus.once import once
from menus.rehearsal import sample
from menus.source import Draft
from menus.standing import Navigation, Standing, standings
from menus.subject import Subject, texts
from menus.vocabulary import free, kinds_said, spoken
from menus.wordings import said

_ENDLESS = Budget(10**6, 10**6)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A screen before it is cut into pages. Of a list two items are drawn, which may need two
    pages, then the fixed options. `opening`: the session's first screen."""

    screen: str
    opening: bool
    lead: str
    lines: tuple[Option, ...]
    navigation: tuple[Option, ...]
    following: Option
    reason: str

    def pages(self, layout: Layout) -> tuple[Page, ...]:
        """Raises ValueError where there is no room for one character beside the navigation."""
        return _cut(self, layout)

    def whole(self) -> Page:
        """All of it, were it one page."""
        return _uncut(self)


@lru_cache(maxsize=8_000)
def _cut(drawing: Drawing, layout: Layout) -> tuple[Page, ...]:
    """Kept: while somebody edits a tree, it is drawn again at each change, and most of it is the
    same."""
    first = layout.first if drawing.opening else None
    end = drawing.navigation, drawing.following
    return fit(drawing.lead, drawing.lines, *end, layout.later, first, drawing.reason)


@lru_cache(maxsize=8_000)
def _uncut(drawing: Drawing) -> Page:
    return fit(drawing.lead, drawing.lines, drawing.navigation, drawing.following, _ENDLESS)[0]


@once
def drawings(
    subject: Subject, language: str, letters: Callable[[str], str] = str
) -> tuple[Drawing, ...]:
    """Each screen that is shown, as a session's first and as a later one where it may be both.
    `letters` writes a text in other letters."""
    values, is_folded = worst(subject, language), language in subject.folded
    return tuple(
        _drawn(subject, language, letters, values, lambda one: [_label(one, is_folded)] * 2)
    )


def examples(subject: Subject, language: str) -> tuple[Drawing, ...]:
    """The same screens with plain values, as an everyday citizen sees them."""
    plain = {
        name: replace(kind, longest=kind.write(sample(kind))) if kind.can_be_shown else kind
        for name, kind in kinds_said(subject, language).items()
    }
    values = defaultdict(lambda: PICKED, plain)
    return tuple(_drawn(subject, language, str, values, lambda _: ["Exemple 1", "Exemple 2"]))


def _drawn(
    subject: Subject,
    language: str,
    letters: Callable[[str], str],
    values: Mapping[str, Kind],
    listed: Callable[[str], list[str]],
) -> Iterator[Drawing]:
    """`listed`: the labels of the items of a source."""
    draft = subject.draft

    def written(context: str, french: str) -> str:
        return letters(template(said(subject, language, context, french)).longest(values))

    spoken = {word: written(words.CONTEXT, word) for word in words.ALL}
    following = Option(NEXT, spoken[words.NEXT])
    below = (Option(BACK, spoken[words.BACK]), Option(HOME, spoken[words.HOME]))
    banner = f"{written('banner', draft.head.banner)}\n" if draft.head.banner is not None else ""
    for standing in _worst(draft):
        name, screen = standing.screen, draft.screens[standing.screen]
        lead, *labels = [
            written(name, french) for path, french in texts(screen) if path != ("wrong",)
        ]
        navigation = below[: standing.navigation]
        if isinstance(screen, ChooseNode) and screen.items is not None:
            labels = [*map(letters, listed(screen.items.source)), *labels]
        elif isinstance(screen, SayNode):
            labels = [spoken[words.CONTINUE]] if screen.go is not None else []
            navigation = () if screen.end else navigation
        lines = tuple(Option(str(number), label) for number, label in enumerate(labels, start=1))
        yield Drawing(
            screen=name,
            opening=standing.opening,
            lead=banner + lead,
            lines=lines,
            navigation=navigation,
            following=following,
            reason=spoken[words.WRONG_CHOICE],
        )


@once
def worst(subject: Subject, language: str) -> Mapping[str, Kind]:
    """The kinds of a tree's values, with the longest form that they may take in this language.

    What is typed and what offices write may hold any letter; a language that keeps its letters
    then needs UCS-2. Of an unknown value nothing is drawn: it is another check's matter."""
    found = dict(kinds_said(subject, language))
    if language not in subject.folded:
        known = spoken(subject, language)
        found |= {
            name: in_own_letters(kind)
            for name, kind in found.items()
            if name in free(subject.draft) or not all(map(fits_gsm7, known.get(name, ())))
        }
    return defaultdict(lambda: PICKED, found)


def _label(source: str, is_folded: bool) -> str:
    label = SOURCES[source].label if source in SOURCES else LABEL
    return (label if is_folded else in_own_letters(label)).longest


def _worst(draft: Draft) -> Iterator[Standing]:
    below: dict[tuple[str, bool], Navigation] = {}
    for one in standings(draft):
        key = one.screen, one.opening
        below[key] = max(below.get(key, 0), one.navigation)
    for name, screen in draft.screens.items():
        if isinstance(screen, DoNode):
            continue
        openings = [opening for opening in (True, False) if (name, opening) in below]
        for opening in openings or [False]:  # one that no way leads to is drawn all the same
            yield Standing(name, opening, below.get((name, opening), 2))
