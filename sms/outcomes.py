"""What calls came to, recorded: each message moves on, each attempt keeps what was said."""

import logging
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col, select

import moment
from background.work import wake
from database import after_commit, writing
from settings import current
from sms import consent, receipts, spending
from sms.gateways import COST_LENGTH, ID_LENGTH, Accepted, Refused, Result, kept
from sms.leaving import Begun, Parcel
from sms.models import Attempt, Message
from sms.moves import Move, Tried, after
from sms.retrying import Then, rule
from sms.routes import ways
from sms.states import ACCEPTED, FINAL, LEASED, QUEUED, SENDING, UNCERTAIN
from telemetry.metrics import SMS_ACCEPT_SECONDS, SMS_SECONDS, SMS_SENT

log = logging.getLogger(__name__)

Done = tuple[Parcel, list[Result], float]

_WAITS = (0.2, 0.5, 1.0, 2.0)  # seconds

_NOTED = ("outcome", "phase", "code", "seconds", "reason", "gateway_id", "cost")

_chance = random.Random()  # noqa: S311  (spreads retries)


def record(done: Sequence[Done]) -> None:
    """In one transaction; where that fails, call by call, so that what can't be recorded of one
    does not hold up the others. What is known here is known nowhere else: while the database is
    away, it is tried again."""
    try:
        _patiently(done)
    except Exception:
        if len(done) == 1:
            raise
        for one in done:
            try:
                _patiently([one])
            except Exception:
                log.exception("%s: a call is left to its lease", one[0].way.name)


def _patiently(done: Sequence[Done]) -> None:
    for seconds in _WAITS:
        try:
            return _record(done)
        except (OperationalError, PoolTimeout) as problem:
            log.warning("recording waits: %s", type(problem).__name__)
            time.sleep(seconds)
    _record(done)


def _record(done: Sequence[Done]) -> None:
    now = moment.now()
    with writing() as db:
        notes: list[dict[str, object]] = []
        stands = _stands(db, [message.id for parcel, *_ in done for message in parcel.messages])
        for parcel, results, seconds in done:
            for message, attempt, result in zip(
                parcel.messages, parcel.attempts, results, strict=True
            ):
                assert message.id is not None
                notes.append(_note(attempt, result, seconds))
                _move_on(db, stands[message.id], message, parcel, result, now)
        if notes:
            db.connection().execute(_NOTE, notes)
        told = [
            (parcel.way.name, message, result)
            for parcel, results, _ in done
            for message, result in zip(parcel.messages, results, strict=True)
        ]
        spending.add(db, told, now)
        ids = [one.id for *_, one in told if isinstance(one, Accepted) and one.id is not None]
        if receipts.early(db, ids):
            after_commit(db, "receipts", lambda: wake(receipts.settle))
    for parcel, results, seconds in done:
        SMS_SECONDS.labels(parcel.way.name).observe(seconds)
        for result in results:
            SMS_SENT.labels(parcel.way.name, type(result).__name__.lower()).inc()


def _stands(db: Session, ids: Sequence[int | None]) -> dict[int, Message]:
    """The messages as they stand by now; locked until this is committed."""
    ours = select(Message).where(col(Message.id).in_(ids)).order_by(col(Message.id))
    rows = db.exec(ours.with_for_update())  # in one order, so that no two wait for each other
    return {message.id: message for message in rows if message.id is not None}


_NOTE = (
    update(Attempt)
    .where(
        col(Attempt.message_id) == bindparam("of_message"),
        col(Attempt.number) == bindparam("of_number"),
    )
    .values({name: bindparam(name) for name in _NOTED})
)


def _note(attempt: Begun, result: Result, seconds: float) -> dict[str, object]:
    """What the attempt's row is to say."""
    accepted = result if isinstance(result, Accepted) else None
    return {
        "of_message": attempt.message_id,
        "of_number": attempt.number,
        "outcome": type(result).__name__.lower(),
        "phase": result.phase,
        "code": result.code,
        "seconds": seconds,
        "reason": None if isinstance(result, Accepted) else result.reason,
        "gateway_id": accepted and kept(accepted.id, ID_LENGTH),
        "cost": accepted and kept(accepted.cost, COST_LENGTH),
    }


def _move_on(
    db: Session, stands: Message, sent: Message, parcel: Parcel, result: Result, now: datetime
) -> None:
    """Moves the message, if it still stands where we left it. Good news of one that was given up
    meanwhile stops the next sending, if that has not begun."""
    ours = stands.state == SENDING and stands.lease == parcel.lease
    waits = stands.state in (UNCERTAIN, QUEUED, LEASED) and stands.attempts == sent.attempts
    if not ours and not (waits and isinstance(result, Accepted)):
        if isinstance(result, Accepted) and stands.state not in FINAL:
            log.error("message %s was accepted too late: it may have been sent twice", sent.id)
        return
    if stands.state == QUEUED and stands.resent > sent.resent:
        stands.resent -= 1  # it was to be sent again, and was not
    assert sent.address is not None
    names = tuple(way.name for way in ways(sent.channel, sent.address))
    tried = Tried(sent.attempts, sent.avoid, parcel.way.name, names)
    doubt = timedelta(seconds=current().sms_doubt_seconds)
    _apply(stands, after(result, tried, now, doubt, _chance), parcel.way.name, now)
    if isinstance(result, Accepted):
        stands.gateway_id = kept(result.id, ID_LENGTH)
        stands.cost = kept(result.cost, COST_LENGTH)
    elif isinstance(result, Refused):
        _remember(db, stands, result.reason, parcel.way.name)


def _apply(stands: Message, move: Move, gateway: str, now: datetime) -> None:
    stands.state, stands.reason, stands.avoid = move.state, move.reason, move.avoids
    stands.gateway, stands.lease = gateway, None
    if move.due_at is not None:
        stands.due_at = move.due_at
    if move.state == ACCEPTED:
        stands.sent_at = now
        waited = (now - stands.created_at).total_seconds()
        SMS_ACCEPT_SECONDS.labels(gateway).observe(max(0.0, waited))
    elif move.state in FINAL:
        stands.settled_at = now


def _remember(db: Session, message: Message, reason: str, gateway: str) -> None:
    """What a refusal says of the number itself."""
    then = rule(reason).then
    if then is Then.MARK_NUMBER:
        consent.mark_number(db, message.address_hash, reason, gateway)
    elif then is Then.OPT_OUT:
        assert message.address is not None
        consent.change(db, message.address, ["everything"], given=False, source="gateway")
