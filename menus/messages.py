"""Gives Babel the texts of trees, each with its screen as context, and the platform's own words."""

from collections.abc import Iterator
from typing import IO, Any

import yaml

from locales.extraction import Found, composed, entries, found, under, written
from locales.templates import template
from menus import words
from menus.vocabulary import is_word

_TEXTS = ("say", "choose", "ask", "wrong")


def tree_messages(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    root = composed(file)
    banner = under(root, "banner")
    if banner is not None:
        yield written(banner, "banner", "on every screen: 20 characters at most")
    shown = _shown(root)
    for name, screen in entries(under(root, "screens")):
        for key, value in entries(screen):
            if key in _TEXTS:
                yield written(value, name, f"{key}: 160 septets with all that stands below it")
        for option in _options(screen):
            text = under(option, "say")
            if text is not None:
                yield written(text, name, "option: 22 characters at most")
            for kept, word in entries(under(option, "set")):
                if kept in shown and is_word(str(word.value)):
                    yield written(word, name, f"stands for {{{kept}}} in other texts")


def _shown(root: yaml.Node | None) -> frozenset[str]:
    """The values that a text of the tree shows."""
    texts = [
        str(text.value)
        for _, screen in entries(under(root, "screens"))
        for node in (screen, *_options(screen))
        for key, text in entries(node)
        if key in _TEXTS
    ]
    return frozenset[str]().union(*(template(text).placeholders for text in texts))


def _options(screen: yaml.Node) -> list[yaml.Node]:
    options = under(screen, "options")
    return list(options.value) if isinstance(options, yaml.SequenceNode) else []


def word_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for word in words.ALL:
        yield found(0, words.CONTEXT, word, "short: it stands beside other text")
