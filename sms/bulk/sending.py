"""A bulk's life: draft -> running <-> paused -> done, or cancelled.

A running one is posted row by row into the outbox, a little ahead of what has left, so that a pause
or a cancellation takes effect within that little.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import Session, col, select

import moment
from background.clock import every
from background.work import awake, stopping, wake
from citizens.countries import prefix
from citizens.directory import find
from database import after_commit, reading, writing
from database.sealing import fingerprint
from settings import current
from sms import delivery, outbox
from sms.bulk import texts as bulk_texts
from sms.bulk.reading import Row
from sms.models import Bulk, BulkRow, Message, Spent
from sms.states import EXPIRED, HELD, QUEUED, SMS
from sms.texts import Composed

log = logging.getLogger(__name__)

AHEAD = 500  # messages of one bulk that wait in the outbox
_STEP = 250  # rows posted in one transaction
LOADING, DRAFT = "loading", "draft"  # rows are still being kept; nobody has said go
RUNNING, PAUSED, CANCELLED, DONE = "running", "paused", "cancelled", "done"
_PAUSED_REASON = "bulk_paused"


class NotNow(ValueError):
    """The bulk is not in a state for that; the text says why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bulk would send. `cost`: currency -> what its segments cost at the last month's mean
    price; empty where nothing was paid yet."""

    recipients: int
    bad: list[tuple[int, str]]
    doubles: int
    languages: Mapping[str, int]
    segments: int
    encodings: Mapping[str, int]
    cost: Mapping[str, float]
    example: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk has come. `messages`: by state."""

    state: str
    rows: Mapping[str, int]
    messages: Mapping[str, int]


def draft(*, name: str, texts: Mapping[str, str], topic: str, rows: Iterable[Row], by: str) -> Bulk:
    """Keeps a bulk and its rows; nothing is sent. Raises WrongText, NoList.

    In many small transactions: a long list must not keep citizens from the database.
    """
    bulk_texts.check(texts)
    rows = list(rows)
    bulk = Bulk(name=name, texts=dict(texts), topic=topic, by=by, state=LOADING)
    with writing() as db:
        db.add(bulk)
    seen: set[str] = set()
    for start in range(0, len(rows), _STEP):
        with reading() as db:
            kept = [_kept(db, bulk, row, seen) for row in rows[start : start + _STEP]]
        with writing() as db:
            db.add_all(kept)
    with writing() as db:
        bulk.state = DRAFT
        db.add(bulk)
    return bulk


def _kept(db: Session, bulk: Bulk, row: Row, seen: set[str]) -> BulkRow:
    assert bulk.id is not None
    lacks = bulk_texts.missing(bulk.texts, row.columns)
    problem = row.problem or (f"no column {lacks}" if lacks else None)
    sealed = None if row.phone is None else fingerprint(row.phone)
    state = "bad" if problem else "double" if sealed in seen else "ready"
    if state == "ready" and sealed is not None:
        seen.add(sealed)
    return BulkRow(
        bulk_id=bulk.id,
        line=row.line,
        phone=row.phone,
        phone_hash=sealed,
        language=row.language or _language_of(db, row.phone),
        columns=json.dumps(dict(row.columns)) if row.columns else None,
        state=state,
        problem=problem,
    )


def _language_of(db: Session, phone: str | None) -> str:
    citizen = None if phone is None else find(db, phone)
    known = citizen.language if citizen is not None else None
    return known or current().default_language


def preview(db: Session, bulk: Bulk) -> Preview:
    rows = db.exec(select(BulkRow).where(BulkRow.bulk_id == bulk.id).order_by(col(BulkRow.line)))
    languages: Counter[str] = Counter()
    encodings: Counter[str] = Counter()
    prefixes: Counter[str] = Counter()
    bad, doubles, parts, example = [], 0, 0, ""
    for row in rows:
        if row.state == "bad":
            bad.append((row.line, row.problem or ""))
        elif row.state == "double":
            doubles += 1
        else:
            composed = _composed(bulk, row)
            languages[row.language] += 1
            encodings[composed.encoding] += 1
            prefixes[prefix(row.phone or "")] += composed.segments
            parts += composed.segments
            example = example or composed.body
    return Preview(
        languages.total(), bad, doubles, languages, parts, encodings, _cost(db, parts), example
    )


def _cost(db: Session, parts: int) -> dict[str, float]:
    since = (moment.now() - timedelta(days=30)).date()
    rows = db.exec(
        select(Spent.currency, func.sum(Spent.millionths), func.sum(Spent.segments))
        .where(col(Spent.day) >= since, col(Spent.currency) != "")
        .group_by(col(Spent.currency))
    )
    return {
        currency: parts * millionths / sent / 1_000_000
        for currency, millionths, sent in rows
        if sent
    }


def _composed(bulk: Bulk, row: BulkRow) -> Composed:
    columns = json.loads(row.columns) if row.columns else {}
    return bulk_texts.written(bulk.texts, row.language, columns, bulk.topic)


def start(db: Session, bulk: Bulk, now: datetime) -> None:
    """A person has seen the preview and says go. Raises NotNow."""
    _only_from(bulk, DRAFT)
    bulk.state, bulk.started_at = RUNNING, now
    db.add(bulk)
    after_commit(db, "bulk", lambda: wake(post_rows))


def pause(db: Session, bulk: Bulk) -> None:
    _only_from(bulk, RUNNING)
    bulk.state = PAUSED
    _change_waiting(db, bulk, QUEUED, {"state": HELD, "reason": _PAUSED_REASON})


def resume(db: Session, bulk: Bulk) -> None:
    _only_from(bulk, PAUSED)
    bulk.state = RUNNING
    _change_waiting(db, bulk, HELD, {"state": QUEUED, "reason": None})
    after_commit(db, "sms", lambda: wake(delivery.deliver_due))
    after_commit(db, "bulk", lambda: wake(post_rows))


def cancel(db: Session, bulk: Bulk, now: datetime) -> None:
    """What has not left is not sent. What has left can't be called back."""
    _only_from(bulk, LOADING, DRAFT, RUNNING, PAUSED)
    bulk.state, bulk.finished_at = CANCELLED, now
    ended = {"state": EXPIRED, "reason": "bulk_cancelled", "settled_at": now}
    _change_waiting(db, bulk, QUEUED, ended)
    _change_waiting(db, bulk, HELD, ended)


def _only_from(bulk: Bulk, *states: str) -> None:
    if bulk.state not in states:
        raise NotNow(
            f"bulk {bulk.id} is {bulk.state}; this can be done to one that is {' or '.join(states)}"
        )


def _change_waiting(db: Session, bulk: Bulk, state: str, changes: Mapping[str, object]) -> None:
    db.add(bulk)
    db.execute(
        update(Message)
        .where(
            col(Message.bulk_id) == bulk.id,
            col(Message.state) == state,
            (col(Message.state) == QUEUED) | (col(Message.reason) == _PAUSED_REASON),
        )
        .values(**changes)
    )


@every(seconds=2)
def post_rows() -> None:
    """Posts rows of the running bulks, as far as there is room. Runs as a job."""
    awake(post_rows)
    with writing() as db:
        running = db.exec(select(Bulk.id).where(Bulk.state == RUNNING).order_by(col(Bulk.id))).all()
    for bulk_id in running:
        try:
            while not stopping() and _post_step(bulk_id):
                pass
        except Exception:  # one bulk must not hold up the others
            log.exception("bulk %s: can't be posted", bulk_id)


def _post_step(bulk_id: int | None) -> bool:
    with writing() as db:
        return _post_some(db, bulk_id, moment.now())


def _post_some(db: Session, bulk_id: int | None, now: datetime) -> bool:
    """Posts the next rows of a bulk, in one transaction; False when there is no room, or no row."""
    bulk = db.exec(select(Bulk).where(Bulk.id == bulk_id).with_for_update()).one()
    waiting = _waiting(db, bulk)
    room = min(_STEP, AHEAD - waiting)
    if bulk.state != RUNNING or room <= 0:
        return False
    rows = db.exec(
        select(BulkRow)
        .where(BulkRow.bulk_id == bulk_id, BulkRow.state == "ready")
        .order_by(col(BulkRow.id))
        .limit(room)
    ).all()
    for row in rows:
        db.add(row)
        if row.phone is None:
            row.state, row.problem = "bad", "erased"
            continue
        outbox.write(
            *(db, _key(bulk, row.line), "bulk", SMS, row.phone, row.language),
            *(_composed(bulk, row), now, bulk_id),
        )
        row.state = "posted"
    if not rows and not waiting:
        bulk.state, bulk.finished_at = DONE, now
        db.add(bulk)
    return bool(rows)


def _waiting(db: Session, bulk: Bulk) -> int:
    return db.exec(
        select(func.count()).where(
            Message.bulk_id == bulk.id, col(Message.state).in_(("queued", "leased", "sending"))
        )
    ).one()


def progress(db: Session, bulk: Bulk) -> Progress:
    rows = db.exec(
        select(BulkRow.state, func.count())
        .where(BulkRow.bulk_id == bulk.id)
        .group_by(BulkRow.state)
    )
    messages = db.exec(
        select(Message.state, func.count())
        .where(Message.bulk_id == bulk.id)
        .group_by(Message.state)
    )
    return Progress(bulk.state, dict(rows.all()), dict(messages.all()))


def report(db: Session, bulk: Bulk) -> Iterable[tuple[int, str, str]]:
    """Each row: its line, what became of it, and why."""
    sent = {
        key: (state, reason)
        for key, state, reason in db.exec(
            select(Message.key, Message.state, Message.reason).where(Message.bulk_id == bulk.id)
        )
    }
    rows = db.exec(
        select(BulkRow.line, BulkRow.state, BulkRow.problem)
        .where(BulkRow.bulk_id == bulk.id)
        .order_by(col(BulkRow.line))
    )
    for line, row, problem in rows:
        state, reason = sent.get(_key(bulk, line), (row, problem))
        yield line, state, reason or ""


def _key(bulk: Bulk, line: int) -> str:
    return f"bulk:{bulk.id}:{line}"
