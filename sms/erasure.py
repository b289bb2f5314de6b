"""Privacy: what was written, and to whom, is erased after SMS_KEEP_DAYS, the words of a text that
holds a code once it has left; counts and costs stay."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import SQLModel, col, select

import moment
from background.clock import every
from background.work import stopping
from database import writing
from settings import current
from sms.models import Attempt, Bulk, BulkRow, Inbound, Message, Receipt
from sms.states import ACCEPTED, RANK
from sms.texts import secret_kinds

_BATCH = 500


@every(seconds=3600)
def erase() -> None:
    """Runs as a job; what it does not get round to, the next one does."""
    before = moment.now() - timedelta(days=current().sms_keep_days)
    for one in (_messages, _receipts, _inbound, _bulk_rows):
        while not stopping() and one(before) == _BATCH:
            pass


@every(seconds=60)
def erase_secrets() -> None:
    """What a gateway has taken, or nobody will send any more, is not needed here. Runs as a job."""
    with writing() as db:
        db.execute(
            update(Message)
            .where(
                col(Message.kind).in_(secret_kinds()),
                col(Message.state).in_(_LEFT),
                col(Message.body).is_not(None),
            )
            .values(body=None, body_hash="")
            .execution_options(synchronize_session=False)
        )


_LEFT = [state for state, rank in RANK.items() if rank >= RANK[ACCEPTED]]


def _messages(before: datetime) -> int:
    with writing() as db:
        ids = db.exec(
            select(Message.id)
            .where(col(Message.created_at) < before, col(Message.address).is_not(None))
            .order_by(col(Message.id))
            .limit(_BATCH)
        ).all()
        db.execute(
            update(Message)
            .where(col(Message.id).in_(ids))
            .values(address=None, body=None, address_hash="", body_hash="")
        )
        db.execute(update(Attempt).where(col(Attempt.message_id).in_(ids)).values(address_hash=""))
    return len(ids)


def _receipts(before: datetime) -> int:
    return _clear(
        Receipt, Receipt.came_at, before, Receipt.raw, {"raw": None, "address_hash": None}
    )


def _inbound(before: datetime) -> int:
    nothing = {"raw": None, "words": None, "phone": None, "phone_hash": None}
    return _clear(Inbound, Inbound.came_at, before, Inbound.raw, nothing)


def _bulk_rows(before: datetime) -> int:
    with writing() as db:
        old = (
            select(BulkRow.id)
            .join(Bulk, col(Bulk.id) == col(BulkRow.bulk_id))
            .where(
                col(Bulk.created_at) < before,
                col(BulkRow.phone).is_not(None) | col(BulkRow.columns).is_not(None),
            )
            .limit(_BATCH)
        )
        ids = db.exec(old).all()
        db.execute(
            update(BulkRow)
            .where(col(BulkRow.id).in_(ids))
            .values(phone=None, phone_hash=None, columns=None)
        )
    return len(ids)


def _clear(
    model: type[SQLModel], when: Any, before: datetime, holds: Any, nothing: dict[str, None]
) -> int:
    with writing() as db:
        key: Any = model.id  # type: ignore[attr-defined]
        old = select(key).where(col(when) < before, col(holds).is_not(None)).limit(_BATCH)
        done = db.execute(update(model).where(key.in_(old.scalar_subquery())).values(**nothing))
    assert isinstance(done, CursorResult)
    return done.rowcount
