"""What is translated here, over the PO files that we ship: saved, and known to this process.

What is in use is kept in memory (`catalogues.lay_over`): no text that is said costs a question to
the database. `refresh` asks whether anything is new, with one small question; who calls it: the
library's watcher in a process that is dialled, each request to a page, each job of a worker.
"""

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from database import after_commit, reading
from locales import catalogues
from locales.catalogues import FOLDED, Overlay, Translation
from locales.models import LettersChoice, MadeTranslation, TranslationComment
from serving.fibers import in_fiber

log = logging.getLogger(__name__)

_ASK_EVERY: Final = 1.0  # seconds
_NEWEST = sqlalchemy.select(
    sqlalchemy.select(func.max(MadeTranslation.id)).scalar_subquery(),
    sqlalchemy.select(func.max(LettersChoice.id)).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A French text: the tree it belongs to (empty: none), where it stands, what it says."""

    place: str
    context: str
    source: str


# -- what this process knows ----------------------------------------------------------------------

_seen: tuple[int | None, ...] | None = None
_asked = 0.0
_lock = threading.Lock()


def forget() -> None:
    """This process has another database now."""
    global _seen, _asked
    _seen, _asked = None, 0.0
    catalogues.ask_first(refresh_in_time)


def refresh() -> bool:
    """Takes up what was saved, in whatever process; True if something was."""
    global _seen, _asked
    with _lock, reading() as db:
        _asked = time.monotonic()
        newest = tuple(db.execute(_NEWEST).one())
        if newest == _seen:
            return False
        catalogues.lay_over(_read(db))
        _seen = newest
        return True


def refresh_in_time() -> None:
    """The same, once a second at most. Where the database is away, or has no such tables yet, what
    we know stays good; on the event loop nothing is asked: the library's watcher does that."""
    global _asked
    if time.monotonic() - _asked < _ASK_EVERY or in_fiber():
        return
    _asked = time.monotonic()
    try:
        refresh()
    except SQLAlchemyError as problem:
        log.warning("translations: can't ask for new ones: %s", type(problem).__name__)


def _read(db: Session) -> Overlay:
    used = select(MadeTranslation).where(col(MadeTranslation.in_use), MadeTranslation.place == "")
    languages, letters = _letters(db)
    return Overlay(
        {
            (row.language, row.context, row.source): translation(row)
            for row in db.exec(used.order_by(col(MadeTranslation.id)))
        },
        frozenset(languages),
        letters,
    )


def _letters(db: Session) -> tuple[set[str], dict[tuple[str, str], bool]]:
    languages, texts = set(FOLDED), dict[tuple[str, str], bool]()
    for row in db.exec(select(LettersChoice).order_by(col(LettersChoice.id))):
        key = row.language, row.context
        if row.context and row.folded is not None:
            texts[key] = row.folded
        elif row.context:
            texts.pop(key, None)
        elif row.folded or (row.folded is None and row.language in FOLDED):
            languages.add(row.language)
        else:
            languages.discard(row.language)
    return languages, texts


# -- what is kept ---------------------------------------------------------------------------------


def translation(row: MadeTranslation) -> Translation:
    return Translation(row.text, "reviewed" if row.reviewed_by else "draft")


def latest(db: Session, language: str) -> Mapping[Text, MadeTranslation]:
    """Of each text, as it was saved last, in use or not."""
    rows = select(MadeTranslation).where(MadeTranslation.language == language)
    return {
        Text(row.place, row.context, row.source): row
        for row in db.exec(rows.order_by(col(MadeTranslation.id)))
    }


def save(
    db: Session,
    language: str,
    said: Mapping[Text, Translation],
    by: Mapping[Text, str] | str,
    signature: str,
    now: datetime,
    in_use: bool,
) -> None:
    """Writes texts, with who wrote each (one for all, or of each its own), and who stands for those
    that are reviewed. Once that commits, this process knows."""
    db.add_all(
        MadeTranslation(
            place=text.place,
            language=language,
            context=text.context,
            source=text.source,
            text=one.text,
            in_use=in_use,
            by=by if isinstance(by, str) else by[text],
            at=now,
            reviewed_by=signature if one.state == "reviewed" else None,
            reviewed_at=now if one.state == "reviewed" else None,
        )
        for text, one in said.items()
    )
    after_commit(db, "translations", refresh)


def choose_letters(
    db: Session, language: str, context: str, folded: bool | None, by: str, now: datetime
) -> None:
    """How a language's letters outside GSM-7 are written, or those of the text under `context`."""
    db.add(LettersChoice(language=language, context=context, folded=folded, by=by, at=now))
    after_commit(db, "translations", refresh)


def comment(db: Session, language: str, text: Text, words: str, by: str) -> None:
    db.add(
        TranslationComment(
            place=text.place,
            language=language,
            context=text.context,
            source=text.source,
            words=words,
            by=by,
        )
    )


def comments(db: Session, language: str, texts: Iterable[Text]) -> list[TranslationComment]:
    """What was said of these, in order."""
    wanted = set(texts)
    rows = select(TranslationComment).where(
        TranslationComment.language == language,
        col(TranslationComment.context).in_({one.context for one in wanted}),
    )
    return [
        row
        for row in db.exec(rows.order_by(col(TranslationComment.id)))
        if Text(row.place, row.context, row.source) in wanted
    ]
