"""What a check looks at: a tree as written, what it says in each language, where it is shown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from locales.catalogues import Translation
from menus.grammar import AskNode, ChooseNode, SayNode, ScreenNode
from menus.layouts import USUAL, Layout
from menus.source import Draft, Path

Translations = Callable[[str, str, str], Translation]  # (language, context, French)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Subject:
    """`layouts`: what phones can show, by provider. `folded`: languages whose letters outside GSM-7
    are written with their neighbours inside it."""

    draft: Draft
    translations: Translations
    folded: frozenset[str] = frozenset()
    layouts: Mapping[str, Layout] = field(default_factory=lambda: {"usual": USUAL})


def texts(screen: ScreenNode) -> Iterator[tuple[Path, str]]:
    """The French texts of a screen, each with where it is written below the screen."""
    if isinstance(screen, SayNode):
        yield ("say",), screen.say
    elif isinstance(screen, AskNode):
        yield ("ask",), screen.ask
        if screen.wrong is not None:
            yield ("wrong",), screen.wrong
    elif isinstance(screen, ChooseNode):
        yield ("choose",), screen.choose
        for index, option in enumerate(screen.options):
            yield ("options", index, "say"), option.say
