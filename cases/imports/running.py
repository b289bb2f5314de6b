"""A file of dossiers, gone through batch by batch, each in a transaction of its own.

    for step in go(file, options): print(step.progress)

A process that is killed half-way has done whole batches: the same file again finds them as they
should be, and does the others. `run` is for who waits for the end; a job goes on later from where
`Progress.done` says (cases.imports.jobs).
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

import moment
from cases.events import OPERATOR
from cases.imports import rows, sheets, world
from cases.imports.batches import RECENT, Batch, Outcome, Overtaken
from cases.imports.rows import Columns, Complaint, Row, Wrong, identities
from cases.imports.sheets import BrokenLine, Line, NoSheet
from cases.imports.words import ENGLISH, say
from cases.models import ENDED, IMPORTING, CaseImport
from database import reading, writing

ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class File:
    name: str
    data: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Options:
    """`agency`: whose source keys they are, where the offices do not say; `office`: the one whose
    rows alone are taken; `tell`: who gets an SMS (cases.imports.batches); `columns`: what theirs
    are called here; `dry_run`: nothing is written; `language`: of what is said of it; `by`: the
    roles of who brings it, None for who may bring a dossier to any stage."""

    who: str = OPERATOR
    agency: str | None = None
    office: str | None = None
    tell: str = RECENT
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    dry_run: bool = False
    all_or_nothing: bool = False
    language: str = ENGLISH
    by: tuple[str, ...] | None = None

    def written(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def read(cls, text: str) -> "Options":
        return msgspec.json.decode(text, type=cls)


@dataclass(frozen=True, slots=True)
class Progress:
    """`rows`: about how many there are, and at the end how many there were; the others count those
    that are done."""

    rows: int = 0
    done: int = 0
    opened: int = 0
    moved: int = 0
    same: int = 0
    wrong: int = 0

    def after(self, done: int, outcome: Outcome, wrong: int) -> "Progress":
        return Progress(
            max(self.rows, self.done + done),
            self.done + done,
            self.opened + outcome.opened,
            self.moved + outcome.moved,
            self.same + outcome.same,
            self.wrong + wrong,
        )


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line as it was in the file, and all that is wrong with it."""

    line: int
    values: Sequence[str]
    complaints: Sequence[Complaint]


@dataclass(frozen=True, slots=True)
class Step:
    """After a batch: how far it is, and which of its lines were wrong."""

    progress: Progress
    wrong: Sequence[WrongLine] = ()


def notes(file: File, options: Options) -> list[str]:
    """What whoever brings it should know before. Raises NoSheet."""
    sheet = sheets.read(file.data, options.encoding)
    columns = Columns.of(sheet.names, options.columns)
    said = list(sheet.notes)
    if columns.unread:
        said.append(say("not read: the columns {names}", names=", ".join(columns.unread)))
    return [one.told(options.language) for one in said]


def run(
    file: File,
    options: Options,
    progress: Callable[[Progress], None],
    wrong: Callable[[WrongLine], None] = lambda line: None,
) -> Progress:
    """Goes through it to the end. With `all_or_nothing`, what has a wrong line is only looked at:
    nobody can have half a file. Raises NoSheet, LookupError."""
    if options.all_or_nothing and not options.dry_run:
        looked = run(file, replace(options, dry_run=True), progress, wrong)
        if looked.wrong:
            return looked
    record = None if options.dry_run else begin(file, options)
    seen = Progress()
    for step in go(file, options, record):
        seen = step.progress
        for line in step.wrong:
            wrong(line)
        progress(seen)
    if record is not None:
        _end(record)
    return seen


def begin(file: File, options: Options) -> int:
    """The id of its record: a run of the same file that did not come to its end is taken up."""
    with writing() as db:
        unended = select(CaseImport).where(
            CaseImport.digest == file.digest,
            CaseImport.who == options.who,
            CaseImport.state == IMPORTING,
            col(CaseImport.content).is_(None),
        )
        record = db.exec(unended).first() or CaseImport(
            name=file.name[:120], digest=file.digest, who=options.who
        )
        record.options, record.started_at = options.written(), moment.now()
        record.rows = record.done = record.opened = record.moved = record.same = record.wrong = 0
        db.add(record)
        db.flush()
        assert record.id is not None
        return record.id


def _end(record: int) -> None:
    with writing() as db:
        found = db.get_one(CaseImport, record)
        found.state, found.ended_at, found.rows = ENDED, moment.now(), found.done


def go(
    file: File, options: Options, record: int | None = None, begun: Progress | None = None
) -> Iterator[Step]:
    """A step for each batch. `record`: the CaseImport in which its progress is written, with the
    batch; `begun`: how far it was before. Raises NoSheet, LookupError; Overtaken where another
    process is at the same record."""
    sheet = sheets.read(file.data, options.encoding)
    columns = Columns.of(sheet.names, options.columns)
    with reading() as db:
        here = world.look(db, moment.now(), options.agency, options.office, options.by)
    progress = replace(begun or Progress(), rows=sheet.count)
    lines = _Lines(sheet.lines)
    seen: dict[str, int] = {}
    for line, values in islice(lines, progress.done):  # so that a dossier comes once all the same
        try:
            row = rows.check(line, columns.cells(values), here.context)
        except Wrong:
            continue
        seen.update(dict.fromkeys(identities(row), row.line))
    while taken := list(islice(lines, ROWS_AT_ONCE)):
        good, wrong = _checked(taken, columns, here.context)
        before = progress

        def also(db: Session, outcome: Outcome) -> None:
            if record is not None:
                _note(db, record, before, _after(before, taken, outcome, wrong))  # noqa: B023

        batch = Batch(good, replace(here, now=moment.now()), options.who, options.tell, seen, also)
        outcome = batch.look() if options.dry_run else batch.take()
        if options.dry_run and record is not None:
            with writing() as db:
                also(db, outcome)
        progress = _after(before, taken, outcome, wrong)
        for one in outcome.complaints:
            wrong.setdefault(one.line, []).append(one)
        yield Step(
            progress,
            [WrongLine(line, values, wrong[line]) for line, values in taken if line in wrong],
        )
    if lines.broken is not None:
        broken = Complaint(lines.broken.line, "file", lines.broken.said)
        before, progress = progress, progress.after(1, Outcome(), 1)
        if record is not None:
            with writing() as db:
                _note(db, record, before, progress)
        yield Step(progress, [WrongLine(broken.line, (), [broken])])


def _checked(
    taken: Sequence[Line], columns: Columns, context: rows.Context
) -> tuple[list[Row], dict[int, list[Complaint]]]:
    good, wrong = [], {}
    for line, values in taken:
        try:
            good.append(rows.check(line, columns.cells(values), context))
        except Wrong as found:
            wrong[line] = list(found.complaints)
    return good, wrong


def _after(
    before: Progress,
    taken: Sequence[Line],
    outcome: Outcome,
    wrong: Mapping[int, Sequence[Complaint]],
) -> Progress:
    return before.after(len(taken), outcome, len(wrong) + len(outcome.complaints))


def _note(db: Session, record: int, before: Progress, after: Progress) -> None:
    """Raises Overtaken if the record is not where it was: somebody else is at it."""
    there = update(CaseImport).where(
        col(CaseImport.id) == record, col(CaseImport.done) == before.done
    )
    values = {name: getattr(after, name) for name in Progress.__slots__}
    if db.connection().execute(there.values(values)).rowcount != 1:
        raise Overtaken


class _Lines:
    """The lines of a sheet, up to where it can't be read any more; `broken` then says why."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.broken: BrokenLine | None = None

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        try:
            return next(self._lines)
        except BrokenLine as broken:
            self.broken = broken
            raise StopIteration from None


__all__ = ["File", "NoSheet", "Options", "Overtaken", "Progress", "Step", "WrongLine", "run"]
