"""Moves sealed data to the newest key: after that, the older keys can go from DATA_KEYS."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col, select

from citizens.models import Citizen
from database import writing
from database.sealing import fingerprint
from sms.models import Message

_BATCH = 500


def rotate() -> int:
    """Seals every citizen and message anew; returns how many rows. Can be run while people dial,
    and again after it was interrupted."""
    return _all_of(Citizen) + _all_of(Message)


def _all_of(model: type[Citizen] | type[Message]) -> int:
    last = count = 0
    while True:
        with writing() as db:
            done = _batch(db, model, last)
        if not done:
            return count
        last, count = done[-1], count + len(done)


def _batch(db: Session, model: type[Citizen] | type[Message], after: int) -> list[int]:
    query = select(model).where(col(model.id) > after).order_by(col(model.id)).limit(_BATCH)
    rows = cast(Sequence[Citizen | Message], db.exec(query).all())
    for row in rows:
        # A sealed value that is written again is encrypted again, with the newest key.
        flag_modified(row, "phone")
        if isinstance(row, Citizen):
            row.phone_hash = fingerprint(row.phone)
        else:
            flag_modified(row, "body")
    return [row.id for row in rows if row.id is not None]
