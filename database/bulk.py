"""Many rows of a table at once: COPY on PostgreSQL, which takes them as fast as they are sent, one
prepared INSERT on SQLite. Ids are taken beforehand, since neither tells them.

    ids = bulk.ids(db, table, len(values))
    bulk.add(db, table, [{"id": key, **value} for key, value in zip(ids, values)])
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

_NEXT = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")


def ids(db: Session, table: Table, count: int) -> list[int]:
    """So many ids that nobody else gets. Call it in a write transaction."""
    connection = db.connection()
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.max(table.c.id))).scalar() or 0
        return list(range(last + 1, last + 1 + count))
    return list(connection.execute(_NEXT, {"table": table.name, "count": count}).scalars())


def add(db: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Each row has the same columns; those that it lacks get what the database gives. Raises
    IntegrityError."""
    if not rows:
        return
    connection = db.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), [dict(row) for row in rows])
    else:
        _copy(connection, table, rows)


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0])
    dialect = connection.dialect
    types = [table.c[name].type.dialect_impl(dialect) for name in names]
    written = [(name, one.bind_processor(dialect)) for name, one in zip(names, types, strict=True)]
    columns = ", ".join(f'"{name}"' for name in names)
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(
                    [row[name] if make is None else make(row[name]) for name, make in written]
                )
    except psycopg.IntegrityError as problem:
        raise IntegrityError(None, None, problem) from None
