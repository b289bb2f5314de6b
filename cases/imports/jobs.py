"""A file that somebody at the console brings: checked by a job, seen, then imported by jobs.

It lies sealed in the database until then, so that any worker can take it up. A job does some
seconds of it and wakes another; one that dies half-way is taken up where its last batch ended, by
the next or by the clock.
"""

import base64
import time
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

import moment
from background.clock import every
from background.work import awake, stopping, wake
from cases.imports import report, running
from cases.imports.batches import Overtaken
from cases.imports.report import Report
from cases.imports.running import File, Options, Progress, WrongLine
from cases.imports.sheets import NoSheet
from cases.models import CHECKED, CHECKING, ENDED, IMPORTING, REFUSED, CaseImport
from citizens import audit
from database import after_commit, reading, writing

MOST_BYTES: Final = 20 << 20
_SECONDS: Final = 10.0  # of one job: SMS wait behind it
_MOST_PROBLEMS: Final = 4 << 20  # bytes of wrong rows that are kept
_KEEP_UNDECIDED, _KEEP_PROBLEMS = timedelta(days=1), timedelta(days=7)
_AT_WORK: Final = (CHECKING, IMPORTING)


def bring(db: Session, file: File, options: Options) -> CaseImport:
    """Takes a file in, to be checked."""
    record = CaseImport(
        name=file.name[:120],
        digest=file.digest,
        who=options.who,
        state=CHECKING,
        options=options.written(),
        content=base64.b85encode(zlib.compress(file.data, 3)).decode(),
    )
    db.add(record)
    db.flush()
    _soon(db)
    return record


def start(db: Session, record: CaseImport) -> bool:
    """Has what was checked imported; false if it was not waiting for that."""
    if record.state != CHECKED or record.content is None:
        return False
    begun = Progress(rows=record.rows)
    _write(record, begun)
    record.state, record.problems, record.started_at = IMPORTING, None, moment.now()
    said = f"{record.id} {record.name[:60]}: {record.rows} rows"
    audit.note(db, record.who, "cases.import", said)
    _soon(db)
    return True


def drop(record: CaseImport) -> None:
    """The file is not to be imported, and kept no longer."""
    record.state, record.content, record.problems = ENDED, None, None
    record.ended_at = moment.now()


def _soon(db: Session) -> None:
    after_commit(db, "imports go on", lambda: wake(go_on))


def go_on() -> None:
    """Runs as a job: does some seconds of the oldest file that there is, and wakes another."""
    awake(go_on)
    with reading() as db:
        waiting = _waiting(db)
    if waiting is None:
        return
    try:
        _some(waiting)
    except Overtaken:
        return  # another worker is at it
    except NoSheet as problem:
        _refuse(waiting, problem.said.told(Options.read(waiting.options).language))
    except LookupError as problem:  # an office that is there no more
        _refuse(waiting, str(problem))
    wake(go_on)


def _waiting(db: Session) -> CaseImport | None:
    asked = select(CaseImport).where(
        col(CaseImport.state).in_(_AT_WORK), col(CaseImport.content).is_not(None)
    )
    return db.exec(asked.order_by(col(CaseImport.id)).limit(1)).first()


def _some(record: CaseImport) -> None:
    """Raises NoSheet, LookupError, Overtaken."""
    assert record.id is not None
    assert record.content is not None
    file = File(record.name, zlib.decompress(base64.b85decode(record.content)))
    options = replace(Options.read(record.options), dry_run=record.state == CHECKING)
    notes = running.notes(file, options)
    until: float | None = None
    for step in running.go(file, options, record.id, _read(record)):
        if step.wrong:
            _keep(record.id, file, options, step.wrong)
        # Counted from here: to come to where it was takes a large workbook some seconds already.
        until = until or time.monotonic() + _SECONDS
        if time.monotonic() >= until or stopping():
            return
    with writing() as db:
        found = db.get_one(CaseImport, record.id)
        found.rows, found.notes = found.done, "\n".join(notes)
        if found.state == CHECKING:
            found.state = CHECKED
        else:
            found.state, found.content, found.ended_at = ENDED, None, moment.now()


def _keep(record: int, file: File, options: Options, wrong: Sequence[WrongLine]) -> None:
    """Adds wrong rows to those that are kept; beyond some megabytes they are only counted."""
    with writing() as db:
        found = db.get_one(CaseImport, record)
        written = Report.of(file, options)
        kept = found.problems or report.text([written.head()])
        if len(kept) < _MOST_PROBLEMS:
            found.problems = kept + report.text([written.row(one) for one in wrong])


def _refuse(record: CaseImport, problem: str) -> None:
    with writing() as db:
        found = db.get_one(CaseImport, record.id)
        found.state, found.notes, found.content = REFUSED, problem[:500], None
        found.ended_at = moment.now()


def _read(record: CaseImport) -> Progress:
    return Progress(**{name: getattr(record, name) for name in Progress.__slots__})


def _write(record: CaseImport, progress: Progress) -> None:
    for name in Progress.__slots__:
        setattr(record, name, getattr(progress, name))


@every(seconds=60)
def take_up() -> None:
    """Runs as a job: what a worker that died was at goes on."""
    with reading() as db:
        left = _waiting(db) is not None
    if left:
        wake(go_on)


@every(seconds=3600)
def erase() -> None:
    """Runs as a job: a file that nobody said yes to is kept for a day, wrong rows for a week."""
    now = moment.now()
    undecided = (col(CaseImport.state) == CHECKED) & (
        col(CaseImport.started_at) < now - _KEEP_UNDECIDED
    )
    with writing() as db:
        db.execute(
            update(CaseImport)
            .where(undecided)
            .values(state=ENDED, content=None, problems=None, ended_at=now)
        )
        db.execute(
            update(CaseImport)
            .where(
                or_(
                    col(CaseImport.started_at) < now - _KEEP_PROBLEMS,
                    col(CaseImport.state) == REFUSED,
                )
            )
            .where(col(CaseImport.problems).is_not(None))
            .values(problems=None)
        )
