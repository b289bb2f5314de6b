"""A tree's translations as one record: what is stored with a version and exchanged as PO files.

    {"en": [["home", "Prendre un ticket", "Take a ticket", "draft"], …], …}

Language, then each message's context, French, translation and state.
"""

import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from babel import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from locales.catalogues import SOURCE, Translation, key_of, state_of
from menus import words
from menus.messages import tree_messages
from menus.subject import Translations

Phrases = Mapping[tuple[str, str], Translation]  # (context, French) -> translation
Phrasebook = Mapping[str, Phrases]  # by language


def messages(text: str) -> Iterator[tuple[str, str]]:
    """(context, French) of all that a tree file says, and of the platform's own words."""
    for _, _, message, _ in tree_messages(io.BytesIO(text.encode())):
        yield message
    for word in words.ALL:
        yield words.CONTEXT, word


def gathered(text: str, languages: list[str], translations: Translations) -> Phrasebook:
    """What the tree says in each of its languages, as translated now."""
    all_of_it = list(messages(text))
    return {
        language: {message: translations(language, *message) for message in all_of_it}
        for language in languages
        if language != SOURCE
    }


def translations_from(book: Phrasebook, otherwise: Translations | None = None) -> Translations:
    """Looks texts up in the book, then elsewhere; French stands in for what is nowhere."""

    def look_up(language: str, context: str, french: str) -> Translation:
        if language == SOURCE:
            return Translation(french, "source")
        found = book.get(language, {}).get((context, french))
        if found is not None and found.state == "stale":
            return Translation(french, "stale")
        if found is not None and found.state != "missing":
            return found
        if otherwise is not None:
            return otherwise(language, context, french)
        return Translation(french, "missing")

    return look_up


def to_json(book: Phrasebook) -> str:
    written = {
        language: [[context, french, said.text, said.state] for (context, french), said in phrases]
        for language, phrases in sorted(
            (name, sorted(of.items(), key=_key)) for name, of in book.items()
        )
    }
    return json.dumps(written, ensure_ascii=False)


def _key(item: tuple[tuple[str, str], Translation]) -> tuple[str, str]:
    return item[0]


def from_json(text: str) -> Phrasebook:
    return {
        language: {
            (context, french): Translation(said, state) for context, french, said, state in phrases
        }
        for language, phrases in json.loads(text).items()
    }


def to_po(phrases: Phrases, language: str) -> bytes:
    """A PO file for a translator: missing texts empty, drafts marked, stale ones fuzzy."""
    catalog = Catalog(
        locale=language,
        header_comment=f"# What citizens read in {language}: below each French msgid, its msgstr.",
        project="Guichet",
        last_translator="Guichet",
        language_team="Guichet",
        revision_date=datetime.now(UTC),
        fuzzy=False,
    )
    for (context, french), said in phrases.items():
        catalog.add(
            french,
            "" if said.state == "missing" else said.text,
            context=context,
            flags=["fuzzy"] if said.state == "stale" else [],
            user_comments=["draft: to be reviewed"] if said.state == "draft" else [],
        )
    written = io.BytesIO()
    write_po(written, catalog, width=0)
    return written.getvalue()


def from_po(data: bytes, language: str) -> Phrases:
    """Raises ValueError for what is no PO file."""
    try:
        catalog = read_po(io.BytesIO(data), locale=language, abort_invalid=True)
    except (PoFileError, LookupError, UnicodeDecodeError, UnknownLocaleError) as wrong:
        raise ValueError(f"not a PO file in UTF-8: {wrong}") from None
    return {
        key_of(message): Translation(str(message.string) or str(message.id), state_of(message))
        for message in catalog
        if message.id
    }
