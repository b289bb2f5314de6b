"""Receipts: what a gateway says of a message later on. Stored as they come, settled by a job.

They come twice, out of order, before our own record of the sending is committed, or of messages
that nobody sent. So each is kept once, matched by the gateway's id *and* the number, and moves its
message forward only. One whose id we never saw may be of a sending whose answer was lost: if
exactly one such sending to that number is in doubt, it is settled by it.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

import moment
from background.clock import every
from background.work import awake, stopping, wake
from citizens.phones import normal
from database import after_commit, writing
from database.sealing import fingerprint, fingerprints
from database.upserts import insert
from sms import consent
from sms.gateways import ID_LENGTH, REASON_LENGTH, kept
from sms.models import Attempt, Message, Receipt
from sms.states import (
    BUFFERED,
    DELIVERED,
    EVERYTHING,
    EXPIRED,
    FAILED_PERMANENT,
    FAILED_TEMPORARY,
    FINAL,
    LEASED,
    OPTED_OUT,
    QUEUED,
    RANK,
    SENDING,
    SENT,
    SUBMITTED,
)
from telemetry.metrics import SMS_DELIVERY_SECONDS, SMS_RECEIPTS

log = logging.getLogger(__name__)

# What Africa's Talking calls it (developers.africastalking.com/docs/sms/notifications), in small
# letters, and where that leaves the message. Other gateways' words are mapped in their module.
STATUSES: Final = {
    "sent": SENT,
    "submitted": SUBMITTED,
    "buffered": BUFFERED,
    "success": DELIVERED,
    "delivered": DELIVERED,
    "rejected": FAILED_PERMANENT,
    "failed": FAILED_PERMANENT,
    "absentsubscriber": FAILED_TEMPORARY,
    "expired": EXPIRED,
    "optedout": OPTED_OUT,
}
# Reasons that are not for good, whatever the status.
_PASSING: Final = {"absentsubscriber", "deliveryfailure", "gatewayerror", "internalerror"}
_BATCH = 25  # in one transaction: it locks their messages
_PATIENCE = timedelta(minutes=10)  # how long a receipt waits for its message to be known
_OLDEST = timedelta(days=3)  # of the sendings in doubt that a receipt may settle


def store(
    db: Session,
    gateway: str,
    *,
    gateway_id: str | None,
    phone: str | None,
    status: str,
    reason: str | None = None,
    network: str | None = None,
    raw: str,
) -> None:
    """Keeps a receipt, once, whatever it says. `raw` is all that came, in a settled order."""
    row = Receipt(
        mark=fingerprint(f"{gateway}\0{raw}".encode("utf-8", "replace").decode()),
        gateway=gateway,
        gateway_id=kept(gateway_id, ID_LENGTH) or None,
        address_hash=_fingerprint(phone),
        status=kept(status, 40) or "",
        reason=kept(reason, REASON_LENGTH) or None,
        network=kept(network, 20) or None,
        raw=raw,
    )
    db.execute(insert(db, Receipt).values(row.model_dump(exclude={"id"})).on_conflict_do_nothing())
    after_commit(db, "receipts", lambda: wake(settle))


def _fingerprint(phone: str | None) -> str | None:
    try:
        return None if not phone else fingerprint(normal(phone))
    except ValueError:
        return fingerprint(phone or "")


@every(seconds=5)
def settle() -> None:
    """Moves messages on by the receipts that came. Runs as a job."""
    awake(settle)
    last = 0
    while not stopping():
        with writing() as db:
            waiting = db.exec(
                select(Receipt)
                .where(col(Receipt.settled_at).is_(None), col(Receipt.id) > last)
                .order_by(col(Receipt.id))
                .options(defer(Receipt.raw))  # type: ignore[arg-type]
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            for receipt in waiting:
                _settle(db, receipt, moment.now())
        if len(waiting) < _BATCH:
            return
        last = waiting[-1].id or 0


def early(db: Session, ids: list[str]) -> bool:
    """Whether receipts of these came before we knew of them."""
    if not ids:
        return False
    waiting = select(Receipt.id).where(
        col(Receipt.gateway_id).in_(ids), col(Receipt.settled_at).is_(None)
    )
    return db.exec(waiting.limit(1)).first() is not None


def _settle(db: Session, receipt: Receipt, now: datetime) -> None:
    attempt, found = _attempt_of(db, receipt)
    if attempt is None:
        young = now - receipt.came_at < _PATIENCE
        if found == "waits" or (young and found != "other_number"):
            return
        return _close(receipt, found, now)
    receipt.message_id = attempt.message_id
    message = db.exec(
        select(Message)
        .where(Message.id == attempt.message_id)
        .options(defer(Message.address), defer(Message.body))  # type: ignore[arg-type]
        .with_for_update()
    ).one()
    apply(message, attempt, receipt, now)
    if _state(receipt) == OPTED_OUT and message.address is not None:
        consent.change(db, message.address, [EVERYTHING], given=False, source="gateway")
    SMS_RECEIPTS.labels(receipt.gateway, _state(receipt) or "unknown").inc()
    _close(receipt, found, now)


def apply(message: Message, attempt: Attempt, receipt: Receipt, now: datetime) -> None:
    """Moves a message by a receipt of this attempt: forward, or not at all."""
    state = _state(receipt)
    if state is not None and RANK[state] > RANK[message.state]:
        _move(message, attempt, state, receipt, now)


def _close(receipt: Receipt, found: str, now: datetime) -> None:
    receipt.settled_at, receipt.found = now, found


def _attempt_of(db: Session, receipt: Receipt) -> tuple[Attempt | None, str]:
    """The sending that the receipt is of, and how that is known; or why there is none."""
    if receipt.gateway_id is not None:
        known = db.exec(
            select(Attempt).where(
                Attempt.gateway == receipt.gateway, Attempt.gateway_id == receipt.gateway_id
            )
        ).all()
        for attempt in known:
            if receipt.address_hash in (None, attempt.address_hash) or _is_of(db, attempt, receipt):
                return attempt, "id"
        if known:
            return None, "other_number"
    if receipt.address_hash is None:
        return None, "unknown_id"
    return _in_doubt(db, receipt)


def _is_of(db: Session, attempt: Attempt, receipt: Receipt) -> bool:
    """Whether they name one number under two keys: the key was changed in between."""
    address = db.exec(select(Message.address).where(Message.id == attempt.message_id)).one()
    return address is not None and receipt.address_hash in fingerprints(address)


def _in_doubt(db: Session, receipt: Receipt) -> tuple[Attempt | None, str]:
    """The one sending to this number whose answer was lost; none where there are several."""
    lost = db.exec(
        select(Attempt)
        .where(
            Attempt.gateway == receipt.gateway,
            Attempt.address_hash == receipt.address_hash,
            col(Attempt.gateway_id).is_(None),
            (col(Attempt.outcome) == "unknown") | col(Attempt.outcome).is_(None),
            col(Attempt.started_at) > receipt.came_at - _OLDEST,
            col(Attempt.started_at) <= receipt.came_at + timedelta(seconds=5),
        )
        .order_by(col(Attempt.id))
    ).all()
    if not lost:
        return None, "unknown_id"
    if len({attempt.message_id for attempt in lost}) > 1:
        return None, "several_in_doubt"
    attempt = lost[0]
    stands = db.exec(select(Message.state).where(Message.id == attempt.message_id)).one()
    if attempt.outcome is None and stands == SENDING:
        return None, "waits"  # the call is under way: its answer will bring the id
    attempt.gateway_id = receipt.gateway_id
    return attempt, "doubt"


def _state(receipt: Receipt) -> str | None:
    """None for a status that nobody told us of: it is kept, and changes nothing."""
    state = STATUSES.get(receipt.status.replace(" ", "").lower())
    passing = (receipt.reason or "").replace(" ", "").lower() in _PASSING
    return FAILED_TEMPORARY if state == FAILED_PERMANENT and passing else state


def _move(message: Message, attempt: Attempt, state: str, receipt: Receipt, now: datetime) -> None:
    if message.state in (QUEUED, LEASED) and message.resent and message.attempts == attempt.number:
        message.resent -= 1  # it was to be sent again, and will not be
    if message.sent_at is None:
        message.sent_at = attempt.started_at
    message.state, message.lease, message.reason = state, None, receipt.reason
    if receipt.gateway_id is not None:
        message.gateway, message.gateway_id = receipt.gateway, receipt.gateway_id
    if state in FINAL:
        message.settled_at = now
    if state == DELIVERED:
        SMS_DELIVERY_SECONDS.labels(receipt.gateway).observe(
            max(0.0, (receipt.came_at - message.sent_at).total_seconds())
        )
