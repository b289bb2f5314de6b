"""A bulk's life: draft -> running <-> paused -> done, or cancelled.

A running one is posted row by row into the outbox, a little ahead of what has left, so that a pause
or a cancellation takes effect within that little.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import Session, col, select

import moment
from background.clock import every
from background.work import awake, stopping, wake
from citizens.models import Citizen
from database import after_commit, reading, writing
from database.sealing import fingerprint, fingerprints
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


@dataclass(slots=True)
class Share:
    """What those of one language would get: how many they are, segments together, of how many one
    message has at most, the encodings, and the first one's text."""

    language: str
    people: int = 0
    segments: int = 0
    most: int = 0
    encodings: set[str] = field(default_factory=set)
    example: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bulk would send. `cost`: currency -> what its segments cost at the last month's mean
    price; empty where nothing was paid yet. `shares`: by language, as they come."""

    bad: list[tuple[int, str]]
    doubles: int
    shares: list[Share]
    cost: Mapping[str, float]
    example: str

    @property
    def recipients(self) -> int:
        return sum(share.people for share in self.shares)

    @property
    def segments(self) -> int:
        return sum(share.segments for share in self.shares)

    @property
    def languages(self) -> Mapping[str, int]:
        return {share.language: share.people for share in self.shares}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk has come. `messages`: by state."""

    state: str
    rows: Mapping[str, int]
    messages: Mapping[str, int]


def draft(
    *,
    name: str,
    texts: Mapping[str, str],
    topic: str,
    rows: Iterable[Row],
    by: str,
    office: int | None = None,
) -> Bulk:
    """Keeps a bulk and its rows; nothing is sent. Raises WrongText, NoList. `office`: whose it is.

    In many small transactions: a long list must not keep citizens from the database.
    """
    bulk_texts.check(texts)
    rows = list(rows)
    bulk = Bulk(name=name, texts=dict(texts), topic=topic, by=by, office_id=office, state=LOADING)
    with writing() as db:
        db.add(bulk)
    seen: set[str] = set()
    for start in range(0, len(rows), _STEP):
        step = rows[start : start + _STEP]
        with reading() as db:
            spoken = _languages(db, [row.phone for row in step if row.phone and not row.language])
        kept = [_kept(bulk, row, seen, spoken) for row in step]
        with writing() as db:
            db.add_all(kept)
    with writing() as db:
        bulk.state = DRAFT
        db.add(bulk)
    return bulk


def _kept(bulk: Bulk, row: Row, seen: set[str], spoken: Mapping[str, str]) -> BulkRow:
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
        language=row.language or spoken.get(row.phone or "") or current().default_language,
        columns=json.dumps(dict(row.columns)) if row.columns else None,
        state=state,
        problem=problem,
    )


def _languages(db: Session, phones: Iterable[str]) -> dict[str, str]:
    """What those read who have chosen a language, by number."""
    numbers = {mark: phone for phone in phones for mark in fingerprints(phone)}
    chosen = select(Citizen.phone_hash, Citizen.language).where(
        col(Citizen.phone_hash).in_(numbers), col(Citizen.language).is_not(None)
    )
    return {numbers[mark]: language for mark, language in db.exec(chosen) if language}


def preview(db: Session, bulk: Bulk) -> Preview:
    rows = db.exec(select(BulkRow).where(BulkRow.bulk_id == bulk.id).order_by(col(BulkRow.line)))
    shares: dict[str, Share] = {}
    bad, doubles, example = [], 0, ""
    for row in rows:
        if row.state == "bad":
            bad.append((row.line, row.problem or ""))
        elif row.state == "double":
            doubles += 1
        else:
            composed = _composed(bulk, row)
            _count(shares.setdefault(row.language, Share(row.language)), composed)
            example = example or composed.body
    parts = sum(share.segments for share in shares.values())
    return Preview(bad, doubles, list(shares.values()), _cost(db, parts), example)


def _count(share: Share, composed: Composed) -> None:
    share.people += 1
    share.segments += composed.segments
    share.most = max(share.most, composed.segments)
    share.encodings.add(composed.encoding)
    share.example = share.example or composed.body


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
            *(_composed(bulk, row), now, bulk_id, bulk.office_id),
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
