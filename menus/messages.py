"""Gives Babel the texts of trees, each with its screen as context, and the platform's own words."""

from collections.abc import Iterator
from typing import IO, Any

from locales.extraction import Found, composed, entries, found, under, written
from menus import words

_TEXTS = ("say", "choose", "ask", "wrong")


def tree_messages(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    root = composed(file)
    banner = under(root, "banner")
    if banner is not None:
        yield written(banner, "banner", "on every screen: 20 characters at most")
    for name, screen in entries(under(root, "screens")):
        for key, value in entries(screen):
            if key in _TEXTS:
                yield written(value, name, f"{key}: 160 septets with all that stands below it")
        options = under(screen, "options")
        for option in options.value if options is not None else ():
            text = under(option, "say")
            if text is not None:
                yield written(text, name, "option: 22 characters at most")


def word_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for word in words.ALL:
        yield found(0, words.CONTEXT, word, "short: it stands beside other text")
