"""`flask sms bulk`: one text to many, from the command line."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlmodel import Session, col, select

import moment
from citizens import audit
from database import reading, writing
from locales.catalogues import NAMES
from settings import current
from sms.bulk import sending
from sms.bulk.audiences import AUDIENCES
from sms.bulk.reading import NoList, Row, read
from sms.bulk.texts import WrongText
from sms.models import Bulk
from sms.states import TOPICS

commands = AppGroup("bulk", help="One text to many: draft, look, start, watch.")


@contextmanager
def _plainly() -> Iterator[None]:
    """What a person did wrong is told in a line."""
    try:
        yield
    except (NoList, WrongText, sending.NotNow) as why:
        raise click.ClickException(str(why)) from None


@commands.command()
@click.argument("name")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "audience", help="A list of ours: `cases`.")
@click.option("--where", "filters", multiple=True, help="Of that list: `status=ready`.")
@click.option("--text", "texts", multiple=True, required=True, help="`fr=Bonjour`, one a language.")
@click.option("--topic", type=click.Choice(TOPICS), default="dossiers", show_default=True)
def draft(
    name: str,
    file: Path | None,
    audience: str | None,
    filters: tuple[str, ...],
    texts: tuple[str, ...],
    topic: str,
) -> None:
    """Reads the recipients and shows what would be sent; nothing is. NAME is for you."""
    if (file is None) == (audience is None):
        raise click.UsageError("give either --file or --to")
    with _plainly():
        made = sending.draft(
            name=name[:60],
            texts=dict(_pair(text) for text in texts),
            topic=topic,
            rows=_rows_of(file) if file is not None else _rows_for(audience or "", filters),
            by=audit.operator(),
        )
    with reading() as db:
        for line in _shown(made, sending.preview(db, made)):
            click.echo(line)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"write name=value, not {text[:20]!r}")
    return name.strip(), value


def _rows_of(file: Path) -> Iterator[Row]:
    return read(file.read_bytes(), current().country_prefix, frozenset(NAMES))


def _rows_for(name: str, filters: tuple[str, ...]) -> list[Row]:
    if name not in AUDIENCES:
        raise NoList(f"no list {name!r}: there are {', '.join(sorted(AUDIENCES))}")
    with reading() as db:
        found = AUDIENCES[name](db, dict(_pair(one) for one in filters))
        return [Row(line, *recipient) for line, recipient in enumerate(found, start=1)]


def _shown(bulk: Bulk, preview: sending.Preview) -> Iterator[str]:
    yield f"bulk {bulk.id}: {preview.recipients} recipients, {preview.segments} segments"
    languages = ", ".join(f"{name} {count}" for name, count in preview.languages.items())
    yield f"languages: {languages or 'none'}"
    yield "cost, at the last month's prices: " + (
        ", ".join(f"{currency} {cost:.2f}" for currency, cost in preview.cost.items())
        or "not known yet"
    )
    if preview.example:
        yield f"the first one: {preview.example}"
    if preview.doubles:
        yield f"{preview.doubles} lines name a number that stands above them already"
    for line, problem in preview.bad:
        yield f"line {line}: {problem}"
    yield f"send it: `flask sms bulk start {bulk.id}`"


def _find(db: Session, bulk_id: int) -> Bulk:
    found = db.exec(select(Bulk).where(Bulk.id == bulk_id).with_for_update()).first()
    if found is None:
        raise click.ClickException(f"no bulk {bulk_id}: `flask sms bulk list` shows them")
    return found


@commands.command(name="list")
def list_() -> None:
    """All bulks, the newest first."""
    with reading() as db:
        for bulk in db.exec(select(Bulk).order_by(col(Bulk.id).desc())):
            click.echo(f"{bulk.id}  {bulk.created_at:%d/%m %H:%M}  {bulk.state}  {bulk.name}")


@commands.command()
@click.argument("bulk", type=int)
def start(bulk: int) -> None:
    """Begins to send a draft."""
    with _plainly(), writing() as db:
        sending.start(db, _find(db, bulk), moment.now())
        audit.note(db, audit.operator(), "sms.bulk.start", f"bulk {bulk}")


@commands.command()
@click.argument("bulk", type=int)
def pause(bulk: int) -> None:
    """Sends no more for now."""
    with _plainly(), writing() as db:
        sending.pause(db, _find(db, bulk))
        audit.note(db, audit.operator(), "sms.bulk.pause", f"bulk {bulk}")


@commands.command()
@click.argument("bulk", type=int)
def resume(bulk: int) -> None:
    """Goes on with what was paused."""
    with _plainly(), writing() as db:
        sending.resume(db, _find(db, bulk))
        audit.note(db, audit.operator(), "sms.bulk.resume", f"bulk {bulk}")


@commands.command()
@click.argument("bulk", type=int)
def cancel(bulk: int) -> None:
    """Sends no more, for good."""
    with _plainly(), writing() as db:
        sending.cancel(db, _find(db, bulk), moment.now())
        audit.note(db, audit.operator(), "sms.bulk.cancel", f"bulk {bulk}")


@commands.command()
@click.argument("bulk", type=int)
@click.option("--rows", is_flag=True, help="A CSV line for each row: line, outcome, reason.")
def show(bulk: int, rows: bool) -> None:
    """How far it has come; what became of each row."""
    with reading() as db:
        found = _find(db, bulk)
        if rows:
            written = csv.writer(sys.stdout)
            written.writerow(("line", "outcome", "reason"))
            written.writerows(sending.report(db, found))
            return
        progress = sending.progress(db, found)
    click.echo(f"bulk {bulk}: {progress.state}")
    for what, counts in (("rows", progress.rows), ("messages", progress.messages)):
        told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        click.echo(f"{what}: {told or 'none'}")
