"""All texts of citizens, and how each stands in a language: reviewed, draft, stale, missing."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Final

from sqlmodel import Session, col, select

from cases import messages as of_cases
from cases import phrases as of_dossiers
from cases.kinds.store import kinds
from locales import made_here
from locales.catalogues import Translation, catalogue
from locales.changes import predecessor
from locales.extraction import Found, most
from locales.made_here import Text
from locales.models import MadeTranslation
from locales.values import Kind
from menus import translating
from menus import words as platform
from menus.translating import Standing
from queues import messages as of_queues
from queues import phrases as of_waits
from queues.board import words as of_board
from queues.models import Office, Service
from sms import messages as of_sms
from sms.texts import all_texts, context_of

MENUS, SMS, BOARD, LISTS = "menus", "sms", "board", "lists"
FAMILIES: Final = (MENUS, SMS, BOARD, LISTS)
WORDS, NAMES = "words", "names"  # groups beside the trees, SMS, board and lists
STATES: Final = ("missing", "stale", "draft", "reviewed")
TO_DO: Final = "todo"  # all but the reviewed

# The values that texts outside trees may show, by context.
KINDS: Final[Mapping[str, Mapping[str, Kind]]] = {
    of_board.CONTEXT: of_board.KINDS,
    of_waits.WAITS: of_waits.KINDS,
    of_dossiers.STATUS: of_dossiers.KINDS,
}


@dataclass(frozen=True)
class Item:
    """A text to translate. `group`: the tree's name, or one of the others; `most`: characters that
    it may have."""

    text: Text
    family: str
    group: str
    most: int | None = None

    @cached_property
    def id(self) -> str:
        """In addresses: twelve hex digits, other ones once the French changes."""
        said = "\0".join((self.text.place, self.text.context, self.text.source))
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def sms(self) -> str | None:
        """The SMS's name, where it is one of `sms/texts.yaml`."""
        name = self.text.context.removeprefix("sms.")
        return name if self.text.context == context_of(name) and name in all_texts() else None

    @property
    def where(self) -> str:
        """As translators see it: the screen, the SMS."""
        return self.sms or self.text.context


@dataclass(frozen=True)
class Entry:
    """An item in a language. `row`: as it was saved here, if it was; `waits`: citizens don't read
    it yet; `old`: the French that it was made for, where that has changed."""

    item: Item
    said: Translation
    row: MadeTranslation | None = None
    waits: bool = False
    old: str | None = None

    @property
    def state(self) -> str:
        return self.said.state

    @property
    def text(self) -> str:
        """What is said, or was before the French changed; empty where nothing is."""
        return "" if self.state == "missing" else self.said.text

    @property
    def seen(self) -> str:
        """Differs once somebody has saved it."""
        return hashlib.sha256(f"{self.state}\0{self.text}".encode()).hexdigest()[:12]

    @property
    def needs_work(self) -> bool:
        return self.state != "reviewed"


@dataclass(frozen=True)
class Shelf:
    """The items, in their order, and the trees that some of them belong to."""

    trees: Mapping[str, Standing]
    items: tuple[Item, ...]

    def groups(self, language: str) -> list[str]:
        return list(dict.fromkeys(one.group for one in self.items if self._has(one, language)))

    def _has(self, item: Item, language: str) -> bool:
        tree = self.trees.get(item.text.place)
        return tree is None or language in tree.draft.head.languages

    def entries(self, db: Session, language: str) -> list[Entry]:
        rows = made_here.latest(db, language)
        gone = _Gone(self, language, rows)
        mine = (one for one in self.items if self._has(one, language))
        return [self._entry(one, language, rows.get(one.text), gone) for one in mine]

    def _entry(
        self, item: Item, language: str, row: MadeTranslation | None, gone: "_Gone"
    ) -> Entry:
        key = item.text.context, item.text.source
        tree = self.trees.get(item.text.place)
        if tree is None:
            said = catalogue(language).get(key) if row is None else made_here.translation(row)
            waits = row is not None and not row.in_use
        else:
            said = tree.made.book.get(language, {}).get(key)
            live = None if tree.live is None else tree.live.book.get(language, {}).get(key)
            waits = said != live
            row = row if row is not None and said == made_here.translation(row) else None
        if said is not None and said.state != "missing":
            return Entry(item, said, row, waits)
        old = predecessor(item.text.source, gone.of(item))
        if old is not None:
            return Entry(item, Translation(gone.said(item, old), "stale"), None, False, old)
        return Entry(item, Translation(item.text.source, "missing"))


class _Gone:
    """Texts that are here no more, with what stood for them in a language."""

    def __init__(self, shelf: Shelf, language: str, rows: Mapping[Text, MadeTranslation]) -> None:
        here = {one.text for one in shelf.items}
        self._said: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for text, said in self._candidates(shelf, language, rows):
            if text not in here:
                self._said[text.place, text.context][text.source] = said

    @staticmethod
    def _candidates(
        shelf: Shelf, language: str, rows: Mapping[Text, MadeTranslation]
    ) -> Iterator[tuple[Text, str]]:
        books = [("", catalogue(language))]
        for name, tree in shelf.trees.items():
            for made in (tree.live, tree.made):
                if made is not None:
                    books.append((name, made.book.get(language, {})))
        for place, phrases in books:
            for (context, source), one in phrases.items():
                if one.state not in ("missing", "stale") and (place or context):
                    yield Text(place, context, source), one.text
        for text, row in rows.items():
            yield text, row.text

    def of(self, item: Item) -> Iterable[str]:
        return self._said.get((item.text.place, item.text.context), {})

    def said(self, item: Item, old: str) -> str:
        return self._said[item.text.place, item.text.context][old]


def coverage(entries: Iterable[Entry]) -> dict[str, Counter[str]]:
    """How many texts of each family are in which state."""
    found: dict[str, Counter[str]] = {family: Counter() for family in FAMILIES}
    for one in entries:
        found[one.item.family][one.state] += 1
    return found


# -- what there is --------------------------------------------------------------------------------


def load(db: Session) -> Shelf:
    trees = {tree.name: tree for tree in translating.standing(db)}
    return Shelf(trees, tuple(_items(db, trees.values())))


def _items(db: Session, trees: Iterable[Standing]) -> Iterator[Item]:
    for tree in trees:
        for message in translating.messages(tree.made.text):
            text = Text(tree.name, message.context, message.french)
            yield Item(text, MENUS, tree.name, most(message.hint))
    for word in platform.ALL:
        yield Item(Text("", platform.CONTEXT, word), MENUS, WORDS)
    for name, written in all_texts().items():
        yield Item(Text("", context_of(name), written.text), SMS, SMS)
    nothing = BytesIO()
    yield from _found(of_queues.board_messages(nothing), BOARD, BOARD)
    for extract in (
        *(of_queues.phrase_messages, of_cases.status_messages, of_cases.complaint_messages),
        *(of_sms.topic_messages, of_sms.privacy_messages),
    ):
        yield from _found(extract(nothing), LISTS, LISTS)
    yield from _names(db)


def _found(messages: Iterable[Found], family: str, group: str) -> Iterator[Item]:
    for _, _, (context, french), comments in messages:
        yield Item(Text("", context, french), family, group, most(" ".join(comments)))


def _names(db: Session) -> Iterator[Item]:
    """What offices are called, and what procedures and dossiers say of themselves: data."""
    seen: set[tuple[str, str]] = set()
    for context, french, longest in _data(db):
        if french and any(map(str.isalpha, french)) and (context, french) not in seen:
            seen.add((context, french))
            yield Item(Text("", context, french), LISTS, NAMES, longest)


def _data(db: Session) -> Iterator[tuple[str, str, int]]:
    for model in (Office, Service):
        for name in db.exec(select(model.name).order_by(col(model.id))):
            yield of_waits.OFFICES, name, 22
    known = kinds(db)
    for procedure in known.procedures:
        yield of_dossiers.PROCEDURES, procedure.label, 22
        yield of_dossiers.PROCEDURES, procedure.short, 80
        yield of_dossiers.PROCEDURES, procedure.delay, 40
        for paper in procedure.papers:
            for name in paper.one_of:
                yield of_dossiers.PROCEDURES, name, 40
    for kind in known.types.values():
        for document in kind.documents:
            yield of_dossiers.PROCEDURES, document.name, 40
        for stage in kind.stages:
            yield of_dossiers.PROCEDURES, stage.told, 40
            yield of_dossiers.PROCEDURES, stage.next, 60
