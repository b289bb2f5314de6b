"""`flask cases`: dossiers in and out of files, one dossier's story, and moving it."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlmodel import Session, select

import moment
from cases import events, exporting, history, references
from cases.events import OPERATOR, Sender
from cases.history import Change, NotPossible
from cases.imports import report, running
from cases.imports.batches import ALL, NONE, RECENT, Overtaken
from cases.imports.rows import COLUMNS
from cases.imports.running import File, Options, Progress, WrongLine
from cases.imports.sheets import NoSheet
from cases.kinds import commands as kinds_commands
from cases.kinds.store import kinds
from cases.models import Case, CaseEvent
from citizens import audit
from citizens.models import Citizen
from citizens.phones import masked
from database import migrate, reading, writing
from queues.models import Office

commands = AppGroup("cases", help="Dossiers: files of them, one's story, moving one.")
commands.add_command(kinds_commands.commands)

_DAY = click.DateTime(["%Y-%m-%d"])
_SHOWN = 20  # wrong lines that are told on the terminal; the report has all


@contextmanager
def _told() -> Iterator[None]:
    """What can't be done is said in a line or two, without a trace."""
    if not migrate.is_current():
        raise click.ClickException("no database of this release here: run `flask migrate` first")
    try:
        yield
    except Overtaken:
        raise click.ClickException(
            "somebody else changes the same dossiers: try again, what is done is done"
        ) from None
    except (LookupError, NoSheet, NotPossible) as problem:
        said = problem.args[0] if problem.args else problem
        raise click.ClickException(str(said)) from None


def _columns(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`Agence=office` -> theirs and ours."""
    named = {}
    for one in given:
        theirs, sign, ours = one.rpartition("=")
        if not sign or not theirs.strip():
            raise click.BadParameter(f"{one!r}: write their column=ours")
        if ours.strip() not in COLUMNS:
            raise click.BadParameter(f"no column {ours}: there are {', '.join(COLUMNS)}")
        named[theirs.strip()] = ours.strip()
    return named


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", help="Whose source keys they are, where the offices do not say.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and change nothing.")
@click.option("--all-or-nothing", is_flag=True, help="Import nothing while a line is wrong.")
@click.option("--quiet", is_flag=True, help="Nobody is told by SMS.")
@click.option("--tell", is_flag=True, help="All are told, also of dossiers that are new or old.")
@click.option(
    "--report",
    "report_to",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="The wrong lines as CSV, with what is wrong: mend them there, and import that.",
)
@click.option("--encoding", help="Of a CSV file that is neither UTF-8 nor Windows-1252.")
@click.option(
    "--map", "columns", multiple=True, callback=_columns, help='"their column=ours"; repeat it.'
)
def import_(
    file: Path,
    agency: str | None,
    dry_run: bool,
    all_or_nothing: bool,
    quiet: bool,
    tell: bool,
    report_to: Path | None,
    encoding: str | None,
    columns: dict[str, str],
) -> None:
    """Brings dossiers to where FILE (CSV or XLSX) says that they stand (docs/dossiers.md).

    Without --quiet or --tell, those are told whose dossier has moved in the last three days."""
    if quiet and tell:
        raise click.UsageError("--quiet or --tell, not both")
    brought = File(file.name, file.read_bytes())
    options = Options(
        agency=agency,
        tell=NONE if quiet else ALL if tell else RECENT,
        columns=columns,
        encoding=encoding,
        dry_run=dry_run,
        all_or_nothing=all_or_nothing,
    )
    with _told(), report.writer(report_to, brought, options) as write:
        for note in running.notes(brought, options):
            click.echo(note)
        wrong = _Wrong(write)
        done = running.run(brought, options, _Bar(), wrong)
        written = not dry_run and not (all_or_nothing and done.wrong)
        if written:
            with writing() as db:
                said = f"{brought.name[:60]}: {_counts(done)}"
                audit.note(db, audit.operator(), "cases.import", said)
    _say(done, wrong, report_to, written)


class _Bar:
    """How far an import is, on one line of a terminal; silent elsewhere."""

    def __init__(self) -> None:
        self._began, self._shows = time.monotonic(), sys.stderr.isatty()

    def __call__(self, seen: Progress) -> None:
        if not self._shows:
            return
        rate = seen.done / max(time.monotonic() - self._began, 0.001)
        left = max(0, seen.rows - seen.done) / max(rate, 0.001)
        share = seen.done / max(seen.rows, 1)
        bar = "#" * round(30 * share)
        click.echo(
            f"\r[{bar:<30}] {seen.done:,}/{seen.rows:,}  {rate:,.0f} rows/s  {seen.wrong} wrong  "
            f"{left:.0f} s left ",
            err=True,
            nl=seen.done >= seen.rows,
        )


class _Wrong:
    """Tells the first wrong lines at once, and writes all of them down."""

    def __init__(self, write: Callable[[WrongLine], None]) -> None:
        self._write = write
        self.first: list[str] = []

    def __call__(self, line: WrongLine) -> None:
        self._write(line)
        if len(self.first) < _SHOWN:
            self.first += map(str, line.complaints)


def _counts(done: Progress) -> str:
    moved = f"{done.opened:,} opened, {done.moved:,} moved"
    return f"{moved}, {done.same:,} the same, {done.wrong:,} wrong"


def _say(done: Progress, wrong: _Wrong, report_to: Path | None, written: bool) -> None:
    for line in wrong.first[:_SHOWN]:
        click.echo(line)
    if done.wrong > _SHOWN or len(wrong.first) > _SHOWN:
        click.echo("…" if report_to else "… --report FILE.csv has all of them")
    click.echo(f"{done.done:,} rows: {_counts(done)}")
    if not written:
        click.echo("nothing is written")
    if done.wrong:
        raise SystemExit(1)


@commands.command("export")
@click.option(
    "--changed-since", type=_DAY, help="Such as 2026-12-24: what has changed from then on."
)
@click.option("--office", help="Code of the office; all, if left out.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv")
@click.option("--phones", is_flag=True, help="With phones and names; it is noted who asked.")
@click.option(
    "--to", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="This file."
)
def export_(
    changed_since: datetime | None, office: str | None, form: str, phones: bool, to: Path | None
) -> None:
    """Writes dossiers as a file that `import` takes, on standard output or --to a file."""
    since = changed_since.replace(tzinfo=UTC) if changed_since else None
    with _told():
        if phones:
            with writing() as db:
                about = f"{office or 'all offices'}, {form}"
                audit.note(db, audit.operator(), "cases.export_phones", about)
        with reading() as db:
            wanted = exporting.Wanted(since, office, phones)
            write = exporting.csv_to if form == "csv" else exporting.xlsx_to
            if to is None:
                write(db, wanted, sys.stdout.buffer)
            else:
                with to.open("wb") as file:
                    write(db, wanted, file)


@commands.command()
@click.argument("reference")
def show(reference: str) -> None:
    """A dossier and its events, in order. REFERENCE may be grouped: 123 456 7889."""
    with _told(), writing() as db:
        case = _case(db, reference)
        audit.note(db, audit.operator(), "cases.show", case.reference)
        office = db.get_one(Office, case.office_id)
        kind = kinds(db).types[case.type_id]
        citizen = db.get(Citizen, case.citizen_id) if case.citizen_id else None
        told = events.of(db, case.id or 0)
    stage = kind.stage(case.stage)
    click.echo(f"{references.shown(case.reference)}  {kind.name}, {office.name} ({office.code})")
    click.echo(f"{stage.name} ({case.stage}, {case.status}) since {case.since}{_by(case)}")
    click.echo(f"holder: {masked(citizen.phone) if citizen else 'no phone'}")
    for event in told:
        click.echo(_line(event))


def _by(case: Case) -> str:
    if case.expected is None:
        return ""
    return f", expected to move by {case.expected}{' (late)' if case.late else ''}"


def _line(event: CaseEvent) -> str:
    change = events.change_of(event)
    said = [", ".join(change.documents), f"by {change.due}" if change.due else "", change.reason]
    about = "; ".join(one for one in said if one)
    return (
        f"  {event.version:>3}  {event.at:%Y-%m-%d %H:%M}  {event.kind:<18} {event.stage:<20} "
        f"{event.who}{f'  {about}' if about else ''}{f'  [{event.note}]' if event.note else ''}"
    )


@commands.command()
@click.argument("reference")
@click.argument("stage", required=False)
@click.option("--event", "kind", type=click.Choice(history.KINDS[1:]), help="Instead of a STAGE.")
@click.option("--document", "documents", multiple=True, help="Code or words; repeat it.")
@click.option("--due", type=_DAY, help="By when the holder has to act, such as 2026-12-24.")
@click.option("--reason", default="", help="Of a refusal; its holder is told.")
@click.option("--appeal", default="", help="How to appeal; else what the case type says.")
@click.option("--note", default="", help="For staff alone.")
def move(
    reference: str,
    stage: str | None,
    kind: str | None,
    documents: tuple[str, ...],
    due: datetime | None,
    reason: str,
    appeal: str,
    note: str,
) -> None:
    """Moves a dossier to STAGE, or tells of another --event."""
    if (stage is None) is (kind is None) and kind != history.REOPENED:
        raise click.UsageError("give a STAGE or an --event")
    if kind in (history.ERASED, history.CORRECTED, history.REMINDED, history.APPOINTMENT):
        raise click.UsageError(f"{kind} is not told by hand")
    change = Change(
        kind or history.MOVED,
        stage,
        documents,
        due.date() if due else None,
        reason,
        appeal,
        note=note,
    )
    with _told(), writing() as db:
        case = _case(db, reference)
        now = moment.now()
        happened = events.add(db, case.id or 0, change, Sender(OPERATOR), now)
        assert happened is not None  # only what has a transaction can be known
        audit.note(db, audit.operator(), "cases.move", f"{case.reference} {change.kind}")
        after = happened.case
        said = f"{references.shown(after.reference)}: {after.stage} ({after.status})"
    click.echo(said)


def _case(db: Session, written: str) -> Case:
    """Raises LookupError."""
    number = "".join(sign for sign in written if sign.isdigit())
    case = db.exec(select(Case).where(Case.reference == number)).first()
    if case is None:
        raise LookupError(f"no dossier {written}")
    return case
