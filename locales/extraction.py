"""What the rooms' extractors share. Each room with citizen texts has a `messages.py`, which gives
Babel its texts, each with where it stands as its context; babel.cfg lists them."""

import re
from collections.abc import Iterator
from typing import IO

import yaml

Found = tuple[int, str, tuple[str, str], list[str]]


def found(line: int, context: str, text: str, comment: str) -> Found:
    """One message, as Babel wants it; the comment is for the translator."""
    return line, "pgettext", (context, text), [comment]


def composed(file: IO[bytes]) -> yaml.Node | None:
    return yaml.compose(file.read().decode(), Loader=yaml.CSafeLoader)


def entries(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """The keys and values of a mapping; nothing of anything else."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), value


def under(node: yaml.Node | None, key: str) -> yaml.Node | None:
    return dict(entries(node)).get(key)


def written(node: yaml.Node, context: str, comment: str) -> Found:
    # Blanks at its ends, a block scalar's last line break too, are no part of a text.
    return found(node.start_mark.line + 1, context, str(node.value).strip(), comment)


def most(comment: str) -> int | None:
    """How many characters a text may have at most, where its comment says so."""
    said = re.search(r"(\d+) characters", comment)
    return int(said[1]) if said else None
