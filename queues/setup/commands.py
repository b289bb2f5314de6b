"""`flask offices`: the offices from a file and back; days on which one is closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlmodel import Session

import moment
from citizens import audit
from database import migrate, reading, writing
from queues import closures
from queues.events import OPERATOR
from queues.hours import parse_hours, written_hours
from queues.overview import look
from queues.setup import exporting
from queues.setup.applying import Applied, Author, apply, tried
from queues.setup.files import BrokenFile
from queues.setup.reading import read

commands = AppGroup("offices", help="Offices, their services, counters and hours.")

_DAY = click.DateTime(["%Y-%m-%d"])


@contextmanager
def _told() -> Iterator[None]:
    """What can't be done is said in a line or two, without a trace."""
    if not migrate.is_current():
        raise click.ClickException("no database of this release here: run `flask migrate` first")
    try:
        yield
    except BrokenFile as broken:
        raise click.ClickException(f"nothing is written.\n{broken}") from None
    except (closures.Refused, LookupError, ValueError) as problem:
        said = problem.args[0] if problem.args else problem
        raise click.ClickException(str(said)) from None


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--remove", is_flag=True, help="Take away what the file leaves out, if nobody needs it."
)
def import_(file: Path, dry_run: bool, remove: bool) -> None:
    """Brings the offices that FILE names to what it says (docs/offices.md)."""
    with _told():
        wanted = read(file.read_text(encoding="utf-8", errors="replace"), str(file))
        by = Author(audit.operator(), OPERATOR)

        def do(db: Session) -> Applied:
            return apply(db, wanted, by, moment.now(), remove=remove)

        if dry_run:
            applied = tried(do)
        else:
            with writing() as db:
                applied = do(db)
    report, told = applied.report, applied.told
    for line in (*report.changes, *report.left):
        click.echo(line)
    if told.people or told.cancelled:
        click.echo(f"would be: {told}" if dry_run else told)
    if not report.changes:
        click.echo("nothing to change")
    elif dry_run:
        click.echo("nothing is written: this was --dry-run")


@commands.command("export")
@click.argument("code", required=False)
def export_(code: str | None) -> None:
    """Writes all offices, or the one named CODE, as a file for `import`."""
    with _told(), reading() as db:
        click.echo(exporting.export(db, code), nl=False)


@commands.command("list")
def list_offices() -> None:
    """The offices, in order: code, name, services, counters, today's hours."""
    with _told(), reading() as db:
        seen = look(db, moment.now())
    for live in seen.offices:
        office, place = live.place.office, live.place
        hours = written_hours(place.calendar.spans(live.local.date())) or "closed"
        reason = place.reasons.get(live.local.date(), "")
        click.echo(
            f"{office.code:<20} {office.name:<22} {len(place.services):>2} services "
            f"{len(place.desks):>2} counters  today {hours}{f' ({reason})' if reason else ''}"
        )


@commands.command()
@click.argument("code")
@click.option("--day", type=_DAY, help="Such as 2026-12-24; today, if left out.")
@click.option("--hours", default="", help="When it is open all the same, such as 10:00-17:00.")
@click.option("--reason", required=True, help="40 characters at most; staff see it.")
def close(code: str, day: datetime | None, hours: str, reason: str) -> None:
    """Closes an office for a day, or gives it other hours; who holds a ticket is told by SMS."""
    with _told(), writing() as db:
        now = moment.now()
        change = closures.Change(
            code, day.date() if day else None, parse_hours(hours), reason, OPERATOR
        )
        told = closures.close(db, change, now)
        about = f"{code} on {day.date() if day else 'today'}: {hours or 'closed'} ({reason})"
        audit.note(db, audit.operator(), "offices.close", about)
    click.echo(told)


@commands.command()
@click.argument("code")
@click.option("--day", type=_DAY, required=True, help="Such as 2026-12-24.")
def reopen(code: str, day: datetime) -> None:
    """Takes back what `close` did: the day has its usual hours. Tickets stay cancelled."""
    with _told(), writing() as db:
        told = closures.reopen(db, code, day.date(), OPERATOR, moment.now())
        audit.note(db, audit.operator(), "offices.reopen", f"{code} on {day.date()}")
    click.echo(told)
