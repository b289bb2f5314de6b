"""Moves sealed data to the newest key: after that, the older keys can go from DATA_KEYS.

Every sealed column of every table is found by itself; `phone_hash` beside `phone` is its
fingerprint, and goes with it.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, SQLModel, select

from cases import names
from cases.models import Case
from database import writing
from database.sealing import Sealed, fingerprint

_BATCH = 500


def rotate() -> int:
    """Seals every row that holds something sealed anew; returns how many. Can be run while people
    dial, and again after it was interrupted."""
    return sum(_all_of(mapper, columns) for mapper, columns in sealed_columns())


def sealed_columns() -> Iterator[tuple[Mapper[Any], list[str]]]:
    """Each table that holds something sealed, with the columns that do."""
    for mapper in SQLModel._sa_registry.mappers:
        columns = [name for name, one in mapper.columns.items() if isinstance(one.type, Sealed)]
        if columns:
            yield mapper, columns


def _all_of(mapper: Mapper[Any], columns: list[str]) -> int:
    last = count = 0
    while True:
        with writing() as db:
            done = _batch(db, mapper, columns, last)
        if not done:
            return count
        last, count = done[-1], count + len(done)


def _batch(db: Session, mapper: Mapper[Any], columns: list[str], after: int) -> list[int]:
    key = inspect(mapper).primary_key[0]
    query = select(mapper.class_).where(key > after).order_by(key).limit(_BATCH).with_for_update()
    rows = db.exec(query).all()
    for row in rows:
        _reseal(row, columns)
        if isinstance(row, Case):
            names.index(db, row)
    return [mapper.primary_key_from_instance(row)[0] for row in rows]


def _reseal(row: Any, columns: list[str]) -> None:
    for column in columns:
        value = getattr(row, column)
        if value is None:
            continue
        # A sealed value that is written again is encrypted again, with the newest key.
        flag_modified(row, column)
        # Nothing: whose it was is erased, and its fingerprint, if one is left, is all there is.
        if value and hasattr(row, f"{column}_hash"):
            setattr(row, f"{column}_hash", fingerprint(value))
