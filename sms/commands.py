"""`flask sms`: what goes out, one message's whole story, what it costs."""

import json
import sys
import time
from datetime import datetime

import click
from flask.cli import AppGroup
from sqlmodel import Session, col, select

import moment
from citizens import audit
from citizens.phones import masked
from database import migrate, reading, writing
from gsm.segments import segments
from sms import resending, stats
from sms.bulk.commands import commands as bulk
from sms.models import Attempt, Message, Receipt
from sms.texts import secret_kinds

commands = AppGroup("sms", help="The SMS that go out, and those that come in.")

_REVEAL = click.option(
    "--reveal", is_flag=True, help="Numbers in full, and words; it is noted who asked."
)


@commands.command()
@click.option("--last", default=10, show_default=True, help="How many to begin with.")
@click.option("--follow", is_flag=True, help="Go on with those that come, until Ctrl-C.")
@_REVEAL
def tail(last: int, follow: bool, reveal: bool) -> None:
    """The last SMS, numbers masked, the newest below."""
    _ready()
    seen = _print_after(0, last, reveal)
    while follow:
        time.sleep(0.5)
        seen = _print_after(seen, 1000, reveal)


def _ready() -> None:
    if not migrate.is_current():
        raise click.ClickException("no database of this release here: run `flask migrate` first")


def _print_after(seen: int, most: int, reveal: bool) -> int:
    """Prints the newest `most` messages after the one seen last; returns the newest one's id."""
    with reading() as db:
        newest = select(Message).where(col(Message.id) > seen).order_by(col(Message.id).desc())
        messages = list(reversed(db.exec(newest.limit(most)).all()))
    if reveal and messages:
        _note_reveal(f"messages {messages[0].id} to {messages[-1].id}")
    for message in messages:
        click.echo(
            f"{message.created_at:%d/%m %H:%M:%S} {_address(message, reveal)} {message.language} "
            f"{message.state} ({message.segments} segment{'s' * (message.segments > 1)})\n"
            f"  {_words(message)}"
        )
    return messages[-1].id or seen if messages else seen


def _words(message: Message) -> str:
    if message.kind in secret_kinds():
        return "(secret)"
    return message.body if message.body is not None else "(erased)"


def _note_reveal(about: str) -> None:
    with writing() as db:
        audit.note(db, audit.operator(), "sms.reveal", about)


def _address(message: Message, reveal: bool) -> str:
    if message.address is None:
        return "(erased)"
    if reveal:
        return message.address
    return masked(message.address) if message.channel == "sms" else "•••@•••"


@commands.command()
@click.argument("message")
@_REVEAL
def show(message: str, reveal: bool) -> None:
    """One message's story: each try, each receipt. MESSAGE is its id or its key."""
    _ready()
    with reading() as db:
        found = _find(db, message)
        tries = db.exec(
            select(Attempt).where(Attempt.message_id == found.id).order_by(col(Attempt.id))
        ).all()
        receipts = db.exec(
            select(Receipt).where(Receipt.message_id == found.id).order_by(col(Receipt.id))
        ).all()
    if reveal:
        _note_reveal(f"message {found.id}")
    click.echo(f"{found.id}  {found.key}  {found.kind}  {found.channel}  {found.language}")
    click.echo(f"to {_address(found, reveal)}: {_words(found) if reveal else _length(found)}")
    click.echo(f"{found.state}{_because(found.reason)}, due {_at(found.due_at)}")
    for attempt in tries:
        took = "" if attempt.seconds is None else f" in {attempt.seconds:.2f} s"
        click.echo(
            f"  {_at(attempt.started_at)} try {attempt.number} by {attempt.gateway}: "
            f"{attempt.outcome or 'no answer yet'}{_because(attempt.reason or attempt.code)}"
            f"{took} {attempt.cost or ''}".rstrip()
        )
    for receipt in receipts:
        click.echo(f"  {_at(receipt.came_at)} receipt: {receipt.status}{_because(receipt.reason)}")


def _find(db: Session, message: str, change: bool = False) -> Message:
    wanted = Message.id == int(message) if message.isdecimal() else Message.key == message
    query = select(Message).where(wanted)
    found = db.exec(query.with_for_update() if change else query).first()
    if found is None:
        raise click.ClickException(f"no message {message}: `flask sms tail` lists the last ones")
    return found


def _length(message: Message) -> str:
    return f"({message.encoding}, {message.segments} segment{'s' * (message.segments > 1)})"


def _because(reason: str | None) -> str:
    return f" ({reason})" if reason else ""


def _at(moment: datetime) -> str:
    return f"{moment:%d/%m %H:%M:%S}"


@commands.command()
@click.argument("message")
def resend(message: str) -> None:
    """Queues a message again that is held, failed, expired or in doubt."""
    _ready()
    try:
        with writing() as db:
            found = _find(db, message, change=True)
            resending.again(db, found, moment.now())
            audit.note(db, audit.operator(), "sms.resend", f"message {found.id}")
    except resending.NotNow as why:
        raise click.ClickException(str(why)) from None
    click.echo(f"queued again: `flask sms show {found.id}` tells what comes of it")


@commands.command(name="stats")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 366))
def stats_(days: int) -> None:
    """What was sent in the last days: by state, gateway and text; times; cost by day."""
    _ready()
    with reading() as db:
        for line in stats.lines(db, days, moment.now()):
            click.echo(line)


@commands.command()
def count() -> None:
    """Encoding and segments of each line of the input, a text or a JSON string, as JSON."""
    for line in sys.stdin:
        text = _text_of(line.removesuffix("\n"))
        counted = segments(text)
        click.echo(
            json.dumps(
                {
                    "encoding": counted.encoding,
                    "units": counted.units,
                    "segments": counted.count,
                }
            )
        )


def _text_of(line: str) -> str:
    if line.startswith('"'):
        try:
            found = json.loads(line)
        except ValueError:
            return line
        return found if isinstance(found, str) else line
    return line


commands.add_command(bulk)
