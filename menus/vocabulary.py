"""Words that a tree itself gives to its values: set by options, or listed for entries.

A word that an option sets is translated where a text shows it; one that is only handed to actions
is a value like any other, and stays as it is written.
"""

from collections.abc import Iterator, Mapping

from gsm.alphabet import fold
from locales.templates import template
from locales.values import Kind, text
from menus.flow import kinds, ways
from menus.grammar import AskNode, ChooseNode
from menus.once import once
from menus.source import Draft, Path
from menus.subject import Subject, texts


def is_word(value: object) -> bool:
    """Whether a value is words, which each language has for itself, and no number."""
    return isinstance(value, str) and any(map(str.isalpha, value))


@once
def shown(draft: Draft) -> frozenset[str]:
    """The values that some text of the tree shows."""
    french = [said for screen in draft.screens.values() for _, said in texts(screen)]
    return frozenset[str]().union(*(template(said).placeholders for said in french))


def set_words(draft: Draft, name: str) -> Iterator[tuple[Path, str]]:
    """The words that a screen's options set and that are shown; a path ends in the value's name."""
    screen = draft.screens[name]
    if isinstance(screen, ChooseNode):
        for index, option in enumerate(screen.options):
            for value, word in option.set.items():
                if value in shown(draft) and is_word(word):
                    yield ("options", index, "set", value), str(word)


@once
def spoken(subject: Subject, *languages: str) -> Mapping[str, frozenset[str]]:
    """By value, the words that the tree gives it, as these languages say them."""
    found: dict[str, frozenset[str]] = {}
    for name, screen in subject.draft.screens.items():
        if isinstance(screen, AskNode) and screen.among:
            found[screen.kept] = found.get(screen.kept, frozenset()) | set(screen.among)
        for path, french in set_words(subject.draft, name):
            words = {_said(subject, language, name, french) for language in languages}
            found[str(path[-1])] = found.get(str(path[-1]), frozenset()) | words
    return found


def _said(subject: Subject, language: str, context: str, french: str) -> str:
    word = subject.translations(language, context, french).text
    return fold(word) if language in subject.folded else word


@once
def free(draft: Draft) -> frozenset[str]:
    """The values that may hold words which the tree does not know."""
    found: set[str] = set()
    for name, screen in draft.screens.items():
        if not (isinstance(screen, AskNode) and screen.among):
            for edge in ways(draft)[name]:
                if edge.path[0] != "options":
                    found |= {value for value, _ in edge.brings}
    return frozenset(found)


@once
def kinds_said(subject: Subject, *languages: str) -> Mapping[str, Kind]:
    """The kinds of a tree's values, long enough for the words that the tree gives them in these
    languages."""
    found = dict(kinds(subject.draft))
    for value, words in spoken(subject, *languages).items():
        if found[value].family == "text":
            others = len(found[value].longest) if value in free(subject.draft) else 0
            found[value] = text(max(others, *map(len, words)))
    return found
