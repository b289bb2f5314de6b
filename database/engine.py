"""One engine per process: SQLite for one small machine, PostgreSQL for everything else.

    with reading() as db: ...     a read transaction
    with writing() as db: ...     a write transaction, committed at the end

On SQLite a write transaction begins with BEGIN IMMEDIATE: two writers then wait for one another
at the start, instead of one of them failing half-way with "database is locked"
(sqlite.org/lang_transaction.html). On PostgreSQL one that only reads is none: each statement sees
what is committed by then, as it would in a transaction (READ COMMITTED), without the two round
trips that begin and end it.
"""

import logging
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlmodel import Session

from database import sealing
from serving.fibers import must_not_block
from settings import Settings

log = logging.getLogger(__name__)

_engine: Engine | None = None


def use(settings: Settings, patient: bool = False) -> Engine:
    """Binds this process to the settings' database and keys. Connects at first need.

    `patient`: for an operator's command, whose statements may take as long as they take; a dial's
    are cut off in time.
    """
    global _engine
    if _engine is not None:
        _engine.dispose()
    sealing.use(settings.data_keys)
    _engine = _create(settings.database, settings.database_seconds, patient)
    return _engine


def engine() -> Engine:
    if _engine is None:
        raise RuntimeError("no database yet: call database.use(settings) first")
    return _engine


@contextmanager
def reading() -> Iterator[Session]:
    """Nothing that is changed here reaches the database."""
    must_not_block("reading the database")
    with Session(engine(), autoflush=False) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """Commits when the block ends well, rolls back when it raises; then runs `after_commit`."""
    must_not_block("writing to the database")
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        session.connection(execution_options={"writes": True})
        yield session
    for call in session.info.get("after_commit", {}).values():
        try:
            call()
        except Exception:  # the transaction stands; what was to follow is swept up later
            log.exception("after commit: %s", call)


def after_commit(session: Session, name: str, call: Callable[[], Any]) -> None:
    """Calls once, whatever the number of requests under this name, if the transaction commits."""
    session.info.setdefault("after_commit", {})[name] = call


def _create(url: str, seconds: float, patient: bool) -> Engine:
    if url.startswith("postgresql"):
        return _postgresql(url, seconds, patient)
    return _sqlite(url, seconds)


def _postgresql(url: str, seconds: float, patient: bool) -> Engine:
    most = int(seconds * 1000)
    made = create_engine(
        url,
        connect_args={
            "options": f"-c timezone=UTC -c lock_timeout={most}"
            f" -c statement_timeout={0 if patient else most}",
            "connect_timeout": max(1, int(seconds)),
        },
        pool_size=8,
        max_overflow=8,
        pool_timeout=seconds,
        hide_parameters=True,  # parameters hold phone numbers: never in an error's text
    )

    @event.listens_for(made, "checkout")
    def _ask(connection: Any, _record: Any, _proxy: Any) -> None:
        # A server says nothing unasked but that it is gone: no round trip is needed to hear that.
        heard = select.poll()
        heard.register(connection.fileno(), select.POLLIN)
        if heard.poll(0):
            raise DisconnectionError("closed by the server")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        reads = not connection.get_execution_options().get("writes")
        driver: Any = connection.connection.dbapi_connection
        if driver.autocommit != reads:
            driver.autocommit = reads

    return made


def _sqlite(url: str, seconds: float) -> Engine:
    made = create_engine(url, connect_args={"timeout": seconds}, hide_parameters=True)

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we write BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made
