"""Telling webhooks: the database says what is due, jobs only look.

A receiver hears of a dossier's events in their order: the next one waits until the last is told, or
given up after a day. It may hear of one twice (`webhook-id` says so): a worker can die between its
answer and our noting that. No transaction is open while a receiver is called.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from sqlalchemy import ColumnElement, delete, literal, true, update
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

import moment
from api import outside, signing, webhooks
from api.models import Webhook, WebhookCall
from background.clock import every
from background.work import awake, stopping, wake
from cases.events import Happened, follows, follows_files
from cases.models import Case, CaseEvent
from citizens import audit
from database import after_commit, reading, writing
from database.columns import Moment
from database.upserts import insert
from settings import current

log = logging.getLogger(__name__)

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given_up"
# After each try that failed: 23 h 35 min in all. As Standard Webhooks proposes, cut to a day.
DELAYS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600, 8 * 3600)
)
# A worker does one job after another, SMS among them: a receiver that hangs may hold it up for one
# call's time-outs, and then not for a minute.
AT_ONCE = 8  # calls to one receiver
LANES = 24
RESTS = timedelta(seconds=60)
LEASE = timedelta(seconds=60)
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Call:
    """One event to be told to one receiver, for the `attempts`th time."""

    id: int
    hook: int
    url: str
    secret: str
    message_id: str
    body: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a receiver answered; None and why, where it did not."""

    status: int | None
    problem: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == HTTPStatus.GONE

    @property
    def is_away(self) -> bool:
        """Whether it would say the same to other calls now."""
        return self.status is None or self.status == 429 or self.status >= 500


@follows()
def to_be_told(db: Session, happened: Happened) -> None:
    """Of each event, in its own transaction: nobody is told of what never was, nor not told of what
    was."""
    case, event = happened.case, happened.event
    assert event.id is not None
    hooks = [one for one, agency in _hooks(db) if agency in (None, case.agency_id)]
    for one in hooks:
        db.add(WebhookCall(webhook_id=one, event_id=event.id, due_at=moment.now()))
    if hooks:
        after_commit(db, "webhooks", lambda: wake(deliver_due))


@follows_files
def file_to_be_told(db: Session, case_ids: Sequence[int], recorded_at: datetime) -> None:
    """The same of all that a file adds at once."""
    for one, agency in _hooks(db):
        added = (
            sql_select(
                literal(one), col(CaseEvent.id), literal(WAITING), literal(0), _at(), literal("")
            )
            .join(Case, col(Case.id) == col(CaseEvent.case_id))
            .where(
                col(CaseEvent.case_id).in_(case_ids),
                col(CaseEvent.recorded_at) == recorded_at,
                true() if agency is None else col(Case.agency_id) == agency,
            )
        )
        columns = ["webhook_id", "event_id", "state", "attempts", "due_at", "problem"]
        db.execute(insert(db, WebhookCall).from_select(columns, added).on_conflict_do_nothing())
    if _hooks(db):
        after_commit(db, "webhooks", lambda: wake(deliver_due))


def _at() -> ColumnElement[datetime]:
    return literal(moment.now(), Moment())


def _hooks(db: Session) -> list[tuple[int, int | None]]:
    """Those that are on, with their agencies: asked for once in a transaction."""
    if "webhooks" not in db.info:
        on = select(Webhook.id, Webhook.agency_id).where(col(Webhook.active))
        db.info["webhooks"] = [(one or 0, agency) for one, agency in db.exec(on)]
    found: list[tuple[int, int | None]] = db.info["webhooks"]
    return found


@every(seconds=5)
def deliver_due() -> int:
    """Tells what is due, and wakes another job if there may be more; how many calls were made. Runs
    as a job."""
    awake(deliver_due)
    calls = _claim(moment.now())
    if not calls:
        return 0
    said = list(_lanes().map(tell, calls))
    with writing() as db:
        for call, one in zip(calls, said, strict=True):
            _note(db, call, one, moment.now())
    if not stopping():
        wake(deliver_due)
    return len(calls)


def tell(call: Call) -> Said:
    stamp = int(moment.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Guichet",
        **signing.headers(call.secret, call.message_id, stamp, call.body),
    }
    try:
        return Said(outside.post(call.url, headers, call.body, current().webhooks_inside))
    except (outside.NotAllowed, outside.Unreached) as problem:
        return Said(None, str(problem)[:120])
    except Exception as problem:  # whatever it is, the next call must go on
        log.exception("webhook %s", call.hook)
        return Said(None, type(problem).__name__)


def _claim(now: datetime) -> list[Call]:
    """Takes up what is due: of each receiver some, of each dossier the first that waits."""
    with reading() as db:
        due = (
            select(WebhookCall.webhook_id)
            .join(Webhook, col(Webhook.id) == col(WebhookCall.webhook_id))
            .where(WebhookCall.state == WAITING, WebhookCall.due_at <= now, col(Webhook.active))
            .distinct()
        )
        hooks = db.exec(due).all()
    if not hooks:
        return []
    with writing() as db:
        return [call for hook in hooks for call in _of(db, hook, now)]


def _of(db: Session, hook_id: int, now: datetime) -> list[Call]:
    hook = db.get(Webhook, hook_id)
    if hook is None or not hook.active:
        return []
    earlier, its_event = aliased(WebhookCall), aliased(CaseEvent)
    before = (
        select(earlier.id)
        .join(its_event, col(its_event.id) == col(earlier.event_id))
        .where(
            earlier.webhook_id == hook_id,
            earlier.state == WAITING,
            its_event.case_id == CaseEvent.case_id,
            its_event.version < CaseEvent.version,
        )
        .exists()
    )
    rows = db.exec(
        select(WebhookCall, CaseEvent, Case)
        .join(CaseEvent, col(CaseEvent.id) == col(WebhookCall.event_id))
        .join(Case, col(Case.id) == col(CaseEvent.case_id))
        .where(
            WebhookCall.webhook_id == hook_id,
            WebhookCall.state == WAITING,
            WebhookCall.due_at <= now,
            ~before,
        )
        .order_by(col(WebhookCall.due_at), col(WebhookCall.id))
        .limit(AT_ONCE)
        .with_for_update(of=WebhookCall, skip_locked=True)
    ).all()
    calls = []
    for row, event, case in rows:
        row.attempts, row.due_at = row.attempts + 1, now + LEASE
        told = webhooks.message_id(event), webhooks.body(case, event)
        calls.append(Call(row.id or 0, hook_id, hook.url, hook.secret, *told, row.attempts))
    return calls


def _note(db: Session, call: Call, said: Said, now: datetime) -> None:
    row = db.get(WebhookCall, call.id)
    if row is None or row.state != WAITING:  # the hook was removed, or switched off
        return
    row.answered, row.problem = said.status, said.problem
    if said.is_taken:
        row.state, row.settled_at = DELIVERED, now
    elif said.is_gone:
        _switch_off(db, call.hook, now)
    elif call.attempts > len(DELAYS):
        row.state, row.settled_at = GIVEN_UP, now
        log.warning("webhook %s: event %s is given up", call.hook, call.message_id)
    else:
        row.due_at = now + DELAYS[call.attempts - 1]
    if said.is_away:
        _let_rest(db, call, now + RESTS)


def _let_rest(db: Session, call: Call, until: datetime) -> None:
    """What else it is to be told need not find out by itself that it is away."""
    others = (
        col(WebhookCall.webhook_id) == call.hook,
        col(WebhookCall.id) != call.id,
        col(WebhookCall.state) == WAITING,
        col(WebhookCall.due_at) < until,
    )
    db.flush()
    db.execute(update(WebhookCall).where(*others).values(due_at=until))


def _switch_off(db: Session, hook_id: int, now: datetime) -> None:
    """Its receiver says that it is gone for good (410)."""
    webhooks.find(db, hook_id).active = False
    audit.note(db, "clock", "webhook.off", f"{hook_id}: 410")
    log.warning("webhook %s is off: its receiver is gone", hook_id)
    waiting = col(WebhookCall.webhook_id) == hook_id, col(WebhookCall.state) == WAITING
    db.flush()
    db.execute(
        update(WebhookCall)
        .where(*waiting)
        .values(state=GIVEN_UP, settled_at=now, problem="switched off")
    )


@every(seconds=3600)
def forget() -> None:
    """What was told a month ago. Runs as a job."""
    with writing() as db:
        old = col(WebhookCall.settled_at) < moment.now() - _KEPT
        db.execute(delete(WebhookCall).where(old))


@lru_cache(maxsize=1)
def _lanes() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LANES, "webhooks")
