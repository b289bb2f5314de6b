"""A tree file and its translations, changed together.

    work = write(work, "home", body, texts, order, otherwise)
    work = rename(work, "home", "start")

`otherwise` looks up texts that the book does not have: those of the live version, those we ship.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from menus.editing import book as books
from menus.editing import screens
from menus.editing.book import Typed
from menus.editing.screens import Body
from menus.phrasebook import Phrasebook
from menus.source import read
from menus.subject import Translations


@dataclass(frozen=True, slots=True)
class Work:
    text: str
    book: Phrasebook


def write(
    work: Work,
    name: str,
    body: Body,
    texts: Iterable[Typed],
    otherwise: Translations,
    order: Sequence[int | None] | None = None,
) -> Work:
    """A screen as an editor left it: its body, its texts in every language."""
    text = screens.write(work.text, name, body, order)
    return _followed(text, books.typed(work.book, name, texts, otherwise), otherwise)


def add(work: Work, name: str, body: Body, otherwise: Translations, after: str | None) -> Work:
    """Raises ValueError for a name that is taken."""
    return _followed(screens.add(work.text, name, body, after), work.book, otherwise)


def rename(work: Work, old: str, new: str) -> Work:
    """Raises ValueError for a name that is taken."""
    return Work(screens.rename(work.text, old, new), books.renamed(work.book, old, new))


def duplicate(work: Work, name: str, new: str, otherwise: Translations) -> Work:
    """Raises ValueError for a name that is taken."""
    text = screens.duplicate(work.text, name, new)
    return _followed(text, books.duplicated(work.book, name, new), otherwise)


def delete(work: Work, name: str, instead: str | None, otherwise: Translations) -> Work:
    """Raises InUse where something leads there and nothing is there instead."""
    text = screens.delete(work.text, read(work.text), name, instead)
    return _followed(text, work.book, otherwise)


def _followed(text: str, book: Phrasebook, otherwise: Translations) -> Work:
    return Work(text, books.following(text, list(book), book, otherwise))
