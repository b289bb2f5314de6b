"""Delivery: the database says what is due, jobs only look.

A message goes queued -> leased -> sending -> accepted | failed | uncertain, or back to queued when
it surely did not leave. A worker that dies leaves a lease that runs out: a message that was merely
leased is queued again; one that was being sent may have left: it is in doubt, and when no news of
it comes, its policy decides. The transaction is closed before the gateway is called.
"""

import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from rq.timeouts import JobTimeoutException
from sqlalchemy import ColumnElement, CursorResult, func, update
from sqlmodel import Session, col, select

from background.clock import every
from background.work import awake, stopping, wake
from database import reading, writing
from settings import current
from sms.gateways import Accepted, Gateway, Refused, Result, Unknown
from sms.gateways.africastalking import AfricasTalking
from sms.gateways.console import Console
from sms.models import (
    ACCEPTED,
    FAILED,
    LEASED,
    MUST_ARRIVE,
    QUEUED,
    SENDING,
    UNCERTAIN,
    Message,
)
from telemetry.metrics import SMS_SENT

log = logging.getLogger(__name__)

BATCH, BATCHES = 20, 2  # what one job does: bounded, so that its time-out can't cut it short
LEASE = timedelta(seconds=15)  # to get round to a message; short, for a late worker sends nothing
SEND_LEASE = timedelta(seconds=20)  # longer than the SDK's time-outs together
DOUBT = timedelta(seconds=20)  # how long an uncertain message waits for news of itself
MOST_ATTEMPTS = 8


@lru_cache(maxsize=1)
def gateway() -> Gateway:
    """Africa's Talking where there are credentials, unless SMS_GATEWAY says otherwise."""
    settings = current()
    if settings.at_api_key is None or settings.sms_gateway == "console":
        return Console()
    return AfricasTalking(
        settings.at_username, settings.at_api_key, settings.at_sender_id, settings.at_base_url
    )


def deliver_due() -> int:
    """Sends what is due, two batches at most, and wakes another job if there may be more; returns
    how many were taken up. Runs as a job."""
    awake(deliver_due)
    taken = 0
    for _ in range(BATCHES):
        batch = _claim(datetime.now(UTC))
        taken += len(batch)
        _deliver_batch(batch)
        if len(batch) < BATCH or stopping():
            return taken
    wake(deliver_due)
    return taken


@every(seconds=2)
def sweep() -> None:
    """What was left behind: leases that ran out, doubts that nothing settled, lost jobs."""
    with writing() as db:
        _release(db, datetime.now(UTC))
    deliver_due()


def _claim(now: datetime) -> list[tuple[int, str]]:
    """Leases a batch of due messages to this worker."""
    lease = secrets.token_hex(16)
    with writing() as db:
        due = (
            select(Message.id)
            .where(col(Message.state) == QUEUED, col(Message.due_at) <= now)
            .order_by(col(Message.due_at), col(Message.id))
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        ids = [message_id for message_id in db.exec(due) if message_id is not None]
        if ids:
            db.execute(
                update(Message)
                .where(col(Message.id).in_(ids))
                .values(state=LEASED, lease=lease, due_at=now + LEASE)
            )
    return [(message_id, lease) for message_id in ids]


def _deliver_batch(batch: list[tuple[int, str]]) -> None:
    for message_id, lease in batch:
        if stopping():
            return _give_back(lease)
        try:
            _deliver(message_id, lease)
        except JobTimeoutException:
            raise
        except Exception:  # one message must not hold up those behind it
            log.exception("message %s: left to its lease", message_id)


def _give_back(lease: str) -> None:
    """What this worker took up and won't get round to is anyone's again."""
    with writing() as db:
        ours = col(Message.lease) == lease, col(Message.state) == LEASED
        db.execute(
            update(Message).where(*ours).values(state=QUEUED, lease=None, due_at=datetime.now(UTC))
        )


def _deliver(message_id: int, lease: str) -> None:
    message = _begin(message_id, lease)
    if message is None:
        return
    way = gateway()
    try:
        result = way.send(message.phone, message.body)
    except JobTimeoutException:
        _conclude(message, lease, way.name, Unknown("out_of_time"))
        raise
    except Exception:  # once sending began, an error of any kind may come after the SMS has left
        log.exception("sending message %s", message_id)
        result = Unknown("gateway_bug")
    _conclude(message, lease, way.name, result)


def _conclude(message: Message, lease: str, way: str, result: Result) -> None:
    SMS_SENT.labels(way, type(result).__name__.lower()).inc()
    with writing() as db:
        _record(db, message, lease, way, result, datetime.now(UTC))


def _begin(message_id: int, lease: str) -> Message | None:
    """Marks the message as leaving, if it is still leased to us."""
    changes = {
        "state": SENDING,
        "due_at": datetime.now(UTC) + SEND_LEASE,
        "attempts": col(Message.attempts) + 1,
    }
    with writing() as db:
        if not _move(db, message_id, lease, LEASED, changes):
            return None
        return db.get(Message, message_id)


def _record(
    db: Session, message: Message, lease: str, way: str, result: Result, now: datetime
) -> None:
    assert message.id is not None
    changes: dict[str, object]
    if isinstance(result, Accepted):
        changes = {
            "state": ACCEPTED,
            "gateway_id": result.id,
            "cost": result.cost,
            "sent_at": now,
            "reason": None,
        }
    elif isinstance(result, Refused):
        again = result.again_after is not None and message.attempts < MOST_ATTEMPTS
        wait = timedelta(seconds=(result.again_after or 0) * 2 ** (message.attempts - 1))
        changes = {
            "state": QUEUED if again else FAILED,
            "due_at": now + wait,
            "reason": result.reason,
        }
    else:
        changes = {"state": UNCERTAIN, "due_at": now + DOUBT, "reason": result.reason}
    changes |= {"gateway": way, "lease": None}
    if not _move(db, message.id, lease, SENDING, changes) and isinstance(result, Accepted):
        _accept_late(db, message, changes)


def _accept_late(db: Session, message: Message, changes: Mapping[str, object]) -> None:
    """Good news of a message that was given up meanwhile: it stops the next sending, if that has
    not begun."""
    assert message.id is not None
    not_sent_again = (
        col(Message.state).in_((UNCERTAIN, QUEUED, LEASED)),
        col(Message.attempts) == message.attempts,
    )
    if not _change(db, message.id, not_sent_again, changes):
        log.error("message %s was accepted too late: it may have been sent twice", message.id)


def _release(db: Session, now: datetime) -> None:
    late = col(Message.due_at) <= now
    db.execute(
        update(Message).where(col(Message.state) == LEASED, late).values(state=QUEUED, lease=None)
    )
    db.execute(
        update(Message)
        .where(col(Message.state) == SENDING, late)
        .values(state=UNCERTAIN, lease=None, reason="worker_lost", due_at=now + DOUBT)
    )
    db.execute(
        update(Message)
        .where(
            col(Message.state) == UNCERTAIN,
            col(Message.policy) == MUST_ARRIVE,
            col(Message.attempts) < MOST_ATTEMPTS,
            late,
        )
        .values(state=QUEUED)
    )


def _move(
    db: Session, message_id: int, lease: str, before: str, changes: Mapping[str, object]
) -> bool:
    """Changes the message if it still stands where we left it; False if someone else moved it."""
    ours = col(Message.lease) == lease, col(Message.state) == before
    return _change(db, message_id, ours, changes)


def _change(
    db: Session,
    message_id: int,
    still: tuple[ColumnElement[bool], ...],
    changes: Mapping[str, object],
) -> bool:
    """Changes the message in one statement if all of this still holds; False if it doesn't."""
    result = db.execute(
        update(Message).where(col(Message.id) == message_id, *still).values(**changes)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def states() -> dict[str, int]:
    """How many messages stand in each state."""
    with reading() as db:
        return dict(db.exec(select(Message.state, func.count()).group_by(Message.state)).all())
