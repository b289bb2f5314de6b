"""Delivery: the database says what is due, jobs only look.

A message goes queued -> leased -> sending -> accepted or another end (sms/states.py), or back to
queued when it surely did not leave. A worker that dies leaves a lease that runs out: a message that
was merely leased is queued again; one that was being sent may have left: it is in doubt, and when
no news of it comes, its policy decides. No transaction is open while a gateway is called.
"""

import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from sqlalchemy import func, update
from sqlmodel import Session, col, select

import moment
from background.clock import every
from background.work import awake, stopping, wake
from database import reading, writing
from settings import current
from sms import breakers, leaving, outcomes
from sms.gateways import Refused, Result, Unknown
from sms.leaving import Parcel
from sms.models import Message
from sms.states import LEASED, MUST_ARRIVE, QUEUED, SENDING, UNCERTAIN

log = logging.getLogger(__name__)

BATCH = 200  # messages leased at one go
LANES = 24  # calls at one time
AT_ONCE = 32  # texts that begin to leave together
BUSY = 8.0  # seconds that a job goes on: bounded, so that its time-out can't cut it short
LEASE = timedelta(seconds=20)  # to get round to a message; short, for a late worker sends nothing
SEND_LEASE = timedelta(seconds=40)  # for two calls one after the other, and their recording
LONGEST_CALL = timedelta(seconds=16)
Call: TypeAlias = tuple[Parcel, Future[tuple[list[Result], float]]]

MOST_RESENT = 7  # times that a message in doubt is sent again


def deliver_due() -> int:
    """Sends what is due, for some seconds at most, and wakes another job if there may be more;
    returns how many messages were taken up. Runs as a job."""
    awake(deliver_due)
    until, taken = time.monotonic() + BUSY, 0
    while True:
        texts, lease = _claim(moment.now())
        count = sum(map(len, texts))
        taken += count
        _deliver(texts, lease)
        if count < BATCH or stopping():
            return taken
        if time.monotonic() > until:
            wake(deliver_due)
            return taken


@every(seconds=2)
def sweep() -> None:
    """What was left behind: leases that ran out, doubts that nothing settled, lost jobs."""
    with writing() as db:
        _release(db, moment.now())
    deliver_due()


def _claim(now: datetime) -> tuple[list[list[int]], str]:
    """Leases a batch of due messages to this worker, the most urgent first; those of one text
    together, since one call may take them all."""
    lease = secrets.token_hex(16)
    texts: dict[str, list[int]] = defaultdict(list)
    with writing() as db:
        due = (
            select(Message.id, Message.body_hash)
            .where(col(Message.state) == QUEUED, col(Message.due_at) <= now)
            .order_by(col(Message.priority), col(Message.due_at), col(Message.id))
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        for message_id, text in db.exec(due):
            assert message_id is not None
            texts[text].append(message_id)
        if texts:
            db.execute(
                update(Message)
                .where(col(Message.id).in_(chain.from_iterable(texts.values())))
                .values(state=LEASED, lease=lease, due_at=now + LEASE)
            )
    return list(texts.values()), lease


def _deliver(texts: list[list[int]], lease: str) -> None:
    """The batch, so many texts at one time as keep the lanes busy. While some are on their way,
    what came of those before them is recorded."""
    on_their_way: list[Call] = []
    for start in range(0, len(texts), AT_ONCE):
        if stopping():
            _give_back(lease)
            break
        ids = list(chain.from_iterable(texts[start : start + AT_ONCE]))
        before, on_their_way = on_their_way, _send(_begin(ids, lease))
        _conclude(before)
    _conclude(on_their_way)


def _begin(ids: list[int], lease: str) -> list[Parcel]:
    """None where something fails: these messages must not hold up those behind them."""
    try:
        with writing() as db:
            now = moment.now()
            return leaving.begin(db, ids, lease, now, now + SEND_LEASE)
    except Exception:
        log.exception("some messages are left to their lease")
        return []


def _send(parcels: Sequence[Parcel]) -> list[Call]:
    return [(parcel, _lanes().submit(_call, parcel)) for parcel in parcels]


def _conclude(calls: Sequence[Call]) -> None:
    if not calls:
        return
    try:
        outcomes.record([(parcel, *call.result()) for parcel, call in calls])
    except Exception:
        log.exception("some messages are left to their lease")


def _call(parcel: Parcel) -> tuple[list[Result], float]:
    """The results, and how many seconds they took."""
    if moment.now() > parcel.until - LONGEST_CALL:  # others may take it up before it ends
        return [Refused("too_late", phase="begun")] * len(parcel.messages), 0.0
    began = time.monotonic()
    try:
        results = parcel.way.gateway.send(parcel.letter)
    except Exception:  # once sending began, an error of any kind may come after the SMS has left
        log.exception("%s: calling failed", parcel.way.name)
        results = [Unknown("gateway_bug")] * len(parcel.messages)
    breakers.note(parcel.way, results)
    return results, time.monotonic() - began


@lru_cache(maxsize=1)
def _lanes() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LANES, "sms")


def _give_back(lease: str) -> None:
    """What this worker took up and won't get round to is anyone's again."""
    with writing() as db:
        ours = col(Message.lease) == lease, col(Message.state) == LEASED
        db.execute(
            update(Message).where(*ours).values(state=QUEUED, lease=None, due_at=moment.now())
        )


def _release(db: Session, now: datetime) -> None:
    late = col(Message.due_at) <= now
    db.execute(
        update(Message).where(col(Message.state) == LEASED, late).values(state=QUEUED, lease=None)
    )
    doubt = now + timedelta(seconds=current().sms_doubt_seconds)
    db.execute(
        update(Message)
        .where(col(Message.state) == SENDING, late)
        .values(state=UNCERTAIN, lease=None, reason="worker_lost", due_at=doubt)
    )
    db.execute(
        update(Message)
        .where(
            col(Message.state) == UNCERTAIN,
            col(Message.policy) == MUST_ARRIVE,
            col(Message.resent) < MOST_RESENT,
            late,
        )
        .values(state=QUEUED, resent=col(Message.resent) + 1)
    )


def states() -> dict[str, int]:
    """How many messages stand in each state."""
    with reading() as db:
        return dict(db.exec(select(Message.state, func.count()).group_by(Message.state)).all())


def overdue(now: datetime) -> float:
    """For how many seconds the oldest message that is due has waited."""
    with reading() as db:
        due = select(func.min(Message.due_at)).where(
            col(Message.state) == QUEUED, col(Message.due_at) <= now
        )
        oldest = db.exec(due).one()
    return 0.0 if oldest is None else (now - oldest).total_seconds()
