"""A tree's texts in one language: as they stand, on the phone, and saved into the tree's draft."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session

from gsm.alphabet import measure
from gsm.pages import Page, explained
from locales.catalogues import Translation
from locales.templates import template
from locales.values import Kind
from menus import versions, words
from menus.checks.budget import Verdict, judged
from menus.drawing import drawings, worst
from menus.layouts import Layout
from menus.messages import tree_messages
from menus.models import TreeDraft
from menus.phrasebook import Phrases, translations_from
from menus.source import Draft, read
from menus.subject import Subject, Translations, texts
from menus.versions import Written
from menus.wordings import said


@dataclass(frozen=True, slots=True)
class Message:
    """A French text of a tree, where it stands, and what translators should know of it."""

    context: str
    french: str
    hint: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A tree as translators see it: its draft where there is one (`revision` then tells which),
    else what is live."""

    name: str
    made: Written
    live: Written | None
    revision: int | None

    @property
    def draft(self) -> Draft:
        return _read(self.made.text)


def standing(db: Session) -> list[Standing]:
    """All trees that are live or drafted, by name."""
    live = {name: one.version for name, one in versions.live(db).items()}
    names = sorted({*live, *(one.tree for one in versions.drafts(db))})
    return [_standing(db, name, live.get(name)) for name in names]


def _standing(db: Session, name: str, version: str | None) -> Standing:
    live = versions.load(db, version) if version is not None else None
    present = versions.draft(db, name)
    made = versions.drafted(present) if present is not None else live
    assert made is not None
    return Standing(name, made, live, None if present is None else present.revision)


@lru_cache(maxsize=8)
def messages(text: str) -> tuple[Message, ...]:
    """What a tree file says, each text once."""
    found: dict[tuple[str, str], Message] = {}
    for _, _, (context, french), comments in tree_messages(io.BytesIO(text.encode())):
        found.setdefault((context, french), Message(context, french, " ".join(comments)))
    return tuple(found.values())


@lru_cache(maxsize=8)
def _read(text: str) -> Draft:
    return read(text)


def save(db: Session, tree: str, language: str, saying: Phrases, by: str) -> TreeDraft | None:
    """Puts texts into the tree's draft, beside all that is in it; the draft begins from what is
    live, where there is none. None where it says all that already. Raises Refused where somebody
    saves the draft at the same moment."""
    version = versions.live(db).get(tree)
    now = _standing(db, tree, version.version if version is not None else None)
    phrases = dict(now.made.book.get(language, {}))
    if all(phrases.get(key) == one for key, one in saying.items()):
        return None
    book = {**now.made.book, language: {**phrases, **saying}}
    return versions.save_draft(db, Written(now.made.text, book), by, now.revision)


def save_word(db: Session, language: str, word: str, one: Translation, by: str) -> list[str]:
    """Brings a word of the platform's into the drafts of all trees that speak the language."""
    spoken = [tree.name for tree in standing(db) if language in tree.draft.head.languages]
    changed = {tree: save(db, tree, language, {(words.CONTEXT, word): one}, by) for tree in spoken}
    return [tree for tree, draft in changed.items() if draft is not None]


# -- on the phone ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """The screen on which a text stands, at worst: `opening` if it is a session's first. `verdict`
    where it does not fit as it should."""

    pages: tuple[Page, ...]
    layout: Layout
    opening: bool
    verdict: Verdict | None


def saying(base: Translations, language: str, message: Message, text: str) -> Translations:
    """The translations, with this text in its place."""
    mine = language, message.context, message.french

    def look_up(*asked: str) -> Translation:
        return Translation(text, "draft") if asked == mine else base(*asked)

    return look_up


def subject(
    tree: Standing,
    translations: Translations,
    folded: frozenset[str],
    layouts: Mapping[str, Layout],
) -> Subject:
    return Subject(tree.draft, translations, folded, layouts)


def base(tree: Standing) -> Translations:
    """What the tree says now; French where it says nothing."""
    return translations_from(tree.made.book, versions.word)


def kinds(of: Subject, language: str) -> Mapping[str, Kind]:
    """The kinds of the values that its texts may show."""
    return worst(of, language)


def shown(of: Subject, language: str, message: Message) -> Shown | None:
    """The worst of the layouts: the most pages, then the fullest. None for a text that stands on no
    screen of its own (the banner, a platform's word)."""
    draft = of.draft
    node = draft.screens.get(message.context)
    if node is None:
        return None
    wrong = [french for path, french in texts(node) if path == ("wrong",)]
    found: list[Shown] = []
    for drawing in drawings(of, language):
        if drawing.screen != message.context:
            continue
        for layout in dict.fromkeys(of.layouts.values()):
            try:
                pages = drawing.pages(layout)
            except ValueError:
                pages = (drawing.whole(),)
            found.append(Shown(pages, layout, drawing.opening, judged(drawing, node, layout)))
    if not found:
        return None
    one = max(found, key=lambda each: (len(each.pages), -_room(each)))
    if message.french in wrong:
        reason = template(said(of, language, message.context, message.french))
        text = explained(one.pages[0], reason.longest(worst(of, language)), one.layout.later)
        return Shown((_alone(one.pages[0], text),), one.layout, False, one.verdict)
    return one


def _room(one: Shown) -> int:
    return (one.layout.first if one.opening else one.layout.later).septets


def _alone(page: Page, text: str) -> Page:
    return Page(page.lead, page.options, page.navigation, text, measure(text))
