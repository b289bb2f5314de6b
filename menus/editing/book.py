"""How a tree's translations follow what is done to its texts. The context of a text is its screen.

A translation whose French has changed is kept as stale: nobody reads it, and a translator sees what
was said before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from locales.catalogues import SOURCE, Translation
from menus.phrasebook import Phrasebook, messages
from menus.subject import Translations


@dataclass(frozen=True, slots=True)
class Typed:
    """A text of a screen as an editor left it: `was` its French before (None: it is new), `said` by
    language; `stands`: where a stale translation is meant to stand as it is."""

    was: str | None
    french: str
    said: Mapping[str, str] = field(default_factory=dict)
    stands: frozenset[str] = frozenset()


def shown(book: Phrasebook, language: str, context: str, french: str | None) -> Translation:
    """What an editor sees of a translation: also a stale one; nothing where it is missing."""
    found = book.get(language, {}).get((context, french or ""))
    if found is None or found.state == "missing":
        return Translation("", "missing")
    return found


def following(
    text: str, languages: Iterable[str], book: Phrasebook, otherwise: Translations
) -> Phrasebook:
    """The translations of what the file says now, no others; what the book lacks from elsewhere."""
    wanted = list(messages(text))
    return {
        language: {
            message: book.get(language, {}).get(message) or otherwise(language, *message)
            for message in wanted
        }
        for language in languages
        if language != SOURCE
    }


def renamed(book: Phrasebook, old: str, new: str) -> Phrasebook:
    """What was said on one screen is said on another."""
    return {
        language: {
            (new if context == old else context, french): said
            for (context, french), said in phrases.items()
        }
        for language, phrases in book.items()
    }


def duplicated(book: Phrasebook, name: str, new: str) -> Phrasebook:
    """What is said on one screen is said on another, too."""
    return {
        language: dict(phrases)
        | {(new, french): said for (context, french), said in phrases.items() if context == name}
        for language, phrases in book.items()
    }


def typed(
    book: Phrasebook, context: str, texts: Iterable[Typed], otherwise: Translations
) -> Phrasebook:
    """The book after an editor has typed these texts of a screen. Of two texts that are the same in
    French, one that was retranslated counts."""
    found = {language: dict(phrases) for language, phrases in book.items()}
    texts = list(texts)
    for language, phrases in found.items():
        for one in texts:
            if language in one.said and one.french:
                _note(book, phrases, language, context, one, otherwise)
    return found


def _note(
    book: Phrasebook,
    phrases: dict[tuple[str, str], Translation],
    language: str,
    context: str,
    one: Typed,
    otherwise: Translations,
) -> None:
    key, before = (context, one.french), shown(book, language, context, one.was)
    said = one.said[language].strip()
    there = phrases.get(key)
    if said != before.text:
        if said or one.was is not None:
            phrases[key] = Translation(*((said, "draft") if said else (one.french, "missing")))
    elif one.french == one.was:
        if before.state == "stale" and language in one.stands:
            phrases[key] = Translation(said, "draft")
    elif said and language in one.stands:
        phrases[key] = Translation(said, "draft")
    elif said and (there is None or there.state in ("missing", "stale")):
        known = otherwise(language, *key)
        fits = known.text == said and known.state in ("draft", "reviewed")
        phrases[key] = known if fits else Translation(said, "stale")
