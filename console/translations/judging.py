"""What words would come to in the place of a text: what is wrong with them, how they look on the
phone, what they cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from console.translations.shelf import KINDS, Entry, Item, Shelf
from gsm.alphabet import fold, measure, septets, utf16_units
from gsm.segments import LIMITS, parts, segments
from locales.catalogues import folded, is_folded
from locales.faults import Fault, faults, of_length
from locales.templates import template
from locales.values import Kind
from menus import translating
from menus.checks.budget import Verdict
from menus.commands import LAYOUTS
from menus.source import Draft
from menus.subject import Subject
from menus.translating import Message
from sms.checking import of_sms
from sms.spending import price
from sms.texts import all_texts, context_of, would_be


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page, or a part of an SMS, with how much of it is used."""

    text: str
    used: int
    budget: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Cost:
    """An SMS at most: `price` in the currency's unit, None where nothing was charged yet."""

    folded: bool
    encoding: str
    units: int
    segments: int
    price: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Judged:
    """`verdict`: of the whole screen; `costs`: of an SMS with its letters kept, then folded; the
    same once, where it has no such letters. `length`: of what stands on no phone by itself."""

    faults: tuple[Fault, ...]
    verdict: Verdict | None = None
    leaves: tuple[Leaf, ...] = ()
    costs: tuple[Cost, ...] = ()
    length: int | None = None

    @property
    def grave(self) -> list[Fault]:
        return [one for one in self.faults if one.is_grave]

    @property
    def light(self) -> list[Fault]:
        return [one for one in self.faults if not one.is_grave]


def kinds_of(
    shelf: Shelf, item: Item, language: str, said: str | None = None
) -> Mapping[str, Kind]:
    """What the text's values may hold; a tree's words, if they were translated so."""
    if item.text.place:
        found = translating.kinds(_subject(shelf, item, language, said), language)
        return dict(found)
    if item.sms is not None:
        return all_texts()[item.sms].kinds
    return KINDS.get(item.text.context, {})


def judge(db: Session, shelf: Shelf, entry: Entry, language: str, said: str) -> Judged:
    item = entry.item
    kinds = kinds_of(shelf, item, language, said)
    found = tuple(faults_of(shelf, item, language, said, kinds))
    if item.sms is not None:
        return _sms(db, item.sms, language, said, found)
    shown = None
    if item.text.place:
        subject = _subject(shelf, item, language, said)
        shown = translating.shown(subject, language, _message(item))
    if shown is None:
        known = template(said).placeholders <= kinds.keys()
        return Judged(found, length=len(template(said).longest(kinds)) if known else None)
    leaves = []
    for at, page in enumerate(shown.pages):
        budget = shown.layout.first if shown.opening and not at else shown.layout.later
        most = budget.septets if page.measure.encoding == "GSM-7" else budget.units
        leaves.append(Leaf(page.text, page.measure.units, most, page.measure.encoding))
    return Judged(found, shown.verdict, tuple(leaves))


def faults_of(
    shelf: Shelf, item: Item, language: str, said: str, kinds: Mapping[str, Kind]
) -> Iterator[Fault]:
    """Of the words themselves, whatever stands around them."""
    if item.sms is not None:
        yield from of_sms(item.sms, language, said, is_folded(language, item.text.context))
        return
    tree = shelf.trees.get(item.text.place)
    is_option = tree is not None and item.text.source in _labels(tree.draft, item.text.context)
    yield from faults(item.text.source, said, language, kinds, lines=not is_option)
    if item.most is not None:
        yield from of_length(said, kinds, item.most)


def _message(item: Item) -> Message:
    return Message(item.text.context, item.text.source, "")


def _labels(draft: Draft, screen: str) -> set[str]:
    node = draft.screens.get(screen)
    return {option.say for option in getattr(node, "options", ())}


def _subject(shelf: Shelf, item: Item, language: str, said: str | None) -> Subject:
    tree = shelf.trees[item.text.place]
    translations = translating.base(tree)
    if said is not None:
        translations = translating.saying(translations, language, _message(item), said)
    return translating.subject(tree, translations, folded(), LAYOUTS)


def _sms(db: Session, name: str, language: str, said: str, found: tuple[Fault, ...]) -> Judged:
    if any(fault.sort == "added" for fault in found):
        return Judged(found)
    folds = is_folded(language, context_of(name))
    body = would_be(name, said, folds).body
    encoding, whole = measure(body).encoding, parts(body)
    alone, joined = LIMITS[encoding]
    leaves = []
    for part in whole:
        used = _units(part, encoding)
        leaves.append(Leaf(part, used, alone if len(whole) == 1 else joined, encoding))
    ways = (False, True) if fold(said) != said else (folds,)
    return Judged(found, leaves=tuple(leaves), costs=tuple(_cost(db, name, said, w) for w in ways))


def _units(part: str, encoding: str) -> int:
    """A part is sent in the encoding of the whole."""
    return septets(part) if encoding == "GSM-7" else utf16_units(part)


def _cost(db: Session, name: str, said: str, folds: bool) -> Cost:
    count = segments(would_be(name, said, folds).body)
    currency, one = price(db) or ("", None)
    total = None if one is None else one * count.count
    return Cost(folds, count.encoding, count.units, count.count, total, currency)
