"""Moves sealed data to the newest key: after that, the older keys can go from DATA_KEYS."""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col, select

from cases.models import CaseReading
from citizens.models import Citizen
from database import writing
from database.sealing import fingerprint
from insights.models import Survey
from sms.models import BulkRow, Consent, Inbound, Message, Receipt

_BATCH = 500

Row = Citizen | Message | CaseReading | Receipt | Inbound | Consent | BulkRow | Survey
Model = (
    type[Citizen]
    | type[Message]
    | type[CaseReading]
    | type[Receipt]
    | type[Inbound]
    | type[Consent]
    | type[BulkRow]
    | type[Survey]
)

# The sealed columns of each model, and where the fingerprint of each stands, if it has one.
_SEALED: dict[Model, Mapping[str, str | None]] = {
    Citizen: {"phone": "phone_hash", "email": None},
    Message: {"address": "address_hash", "body": "body_hash"},
    Receipt: {"raw": None},
    Inbound: {"phone": "phone_hash", "words": None, "raw": None},
    Consent: {"phone": "phone_hash"},
    BulkRow: {"phone": "phone_hash", "columns": None},
    Survey: {"phone": "phone_hash"},
    CaseReading: {"phone": "phone_hash", "reference": "reference_hash"},
}


def rotate() -> int:
    """Seals every row that holds something sealed anew; returns how many. Can be run while people
    dial, and again after it was interrupted."""
    return sum(_all_of(model) for model in _SEALED)


def _all_of(model: Model) -> int:
    last = count = 0
    while True:
        with writing() as db:
            done = _batch(db, model, last)
        if not done:
            return count
        last, count = done[-1], count + len(done)


def _batch(db: Session, model: Model, after: int) -> list[int]:
    query = (
        select(model)
        .where(col(model.id) > after)
        .order_by(col(model.id))
        .limit(_BATCH)
        .with_for_update()
    )
    rows = cast(Sequence[Row], db.exec(query).all())
    for row in rows:
        _reseal(row, _SEALED[model])
    return [row.id for row in rows if row.id is not None]


def _reseal(row: Row, sealed: Mapping[str, str | None]) -> None:
    for column, hashed in sealed.items():
        value = getattr(row, column)
        if value is None:
            continue
        # A sealed value that is written again is encrypted again, with the newest key.
        flag_modified(row, column)
        if hashed is not None:
            setattr(row, hashed, fingerprint(value))
