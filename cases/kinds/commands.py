"""`flask cases kinds`: case types and procedures from a file and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlmodel import Session, col, func, select

from cases.kinds import store
from cases.kinds.exporting import export
from cases.kinds.reading import read
from cases.kinds.shape import KindsFile, Procedure
from cases.models import Case
from citizens import audit
from database import migrate, reading, writing
from queues.models import Office
from queues.setup.files import BrokenFile

commands = AppGroup("kinds", help="Case types and procedures, as a file and back.")

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


class _OnlyLooking(Exception):
    """Takes a transaction back that was to show what it would do."""


@contextmanager
def _told() -> Iterator[None]:
    """What can't be done is said in a line or two, without a trace."""
    if not migrate.is_current():
        raise click.ClickException("no database of this release here: run `flask migrate` first")
    try:
        yield
    except BrokenFile as broken:
        raise click.ClickException(f"nothing is written.\n{broken}") from None
    except store.InUse as problem:
        raise click.ClickException(f"nothing is written.\n{problem}") from None


def _read(file: Path) -> KindsFile:
    return read(file.read_text(encoding="utf-8", errors="replace"), str(file))


@commands.command("import")
@_FILE
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """Brings the case types and procedures that FILE names to what it says (docs/dossiers.md)."""
    changes: list[str] = []
    with _told():
        wanted = _read(file)
        try:
            with writing() as db:
                changes = store.write(db, wanted)
                for change in changes:
                    audit.note(db, audit.operator(), "kinds.import", change)
                if dry_run:
                    raise _OnlyLooking
        except _OnlyLooking:
            pass
        with reading() as db:
            nowhere = _nowhere(db, wanted)
    for line in (*changes, *nowhere):
        click.echo(line)
    if not changes:
        click.echo("nothing to change")
    elif dry_run:
        click.echo("nothing is written: this was --dry-run")


@commands.command()
@_FILE
def check(file: Path) -> None:
    """Says what is wrong with FILE, by line; touches no database."""
    try:
        wanted = _read(file)
    except BrokenFile as broken:
        raise click.ClickException(str(broken)) from None
    click.echo(f"{len(wanted.case_types)} case types, {len(wanted.procedures)} procedures: good")


@commands.command("export")
def export_() -> None:
    """Writes all case types and procedures as a file for `import`."""
    with _told(), reading() as db:
        click.echo(export(store.kinds(db)), nl=False)


@commands.command("list")
def list_kinds() -> None:
    """Case types with their stages and dossiers; procedures with offices, fee, when checked."""
    with _told(), reading() as db:
        known = store.kinds(db)
        counted = dict(
            db.exec(select(Case.type_id, func.count()).group_by(col(Case.type_id))).all()
        )
        nowhere = _nowhere(db, KindsFile(procedures=known.procedures))
    for key, kind in sorted(known.types.items()):
        click.echo(
            f"{kind.code:<20} {kind.name:<24} {len(kind.stages):>2} stages "
            f"{counted.get(key, 0):>7} dossiers"
        )
    click.echo()
    for one in known.procedures:
        click.echo(
            f"{one.code:<20} {one.label:<22} {_fee(one):<14} {one.checked_on:%Y-%m-%d}  "
            f"{' '.join(one.offices)}"
        )
    for line in nowhere:
        click.echo(line)


def _fee(one: Procedure) -> str:
    if one.fee is None or "fee" in one.unsure:
        return "fee unsure"
    least, most = one.fee
    return f"{least} F" if least == most else f"{least}-{most} F"


def _nowhere(db: Session, wanted: KindsFile) -> list[str]:
    """What a file may name before it is there: it isn't shown until it is."""
    there = set(db.exec(select(Office.code)))
    return [
        f"procedure {one.code}: no office {office} here: not shown until there is"
        for one in wanted.procedures
        for office in one.offices
        if office not in there
    ]
