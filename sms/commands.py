"""`flask sms`: what goes out."""

import time

import click
from flask.cli import AppGroup
from sqlmodel import col, select

from citizens.phones import masked
from database import migrate, reading
from sms.models import Message

commands = AppGroup("sms", help="The SMS that go out.")


@commands.command()
@click.option("--last", default=10, show_default=True, help="How many to begin with.")
@click.option("--follow", is_flag=True, help="Go on with those that come, until Ctrl-C.")
def tail(last: int, follow: bool) -> None:
    """The last SMS, numbers masked, the newest below."""
    if not migrate.is_current():
        raise click.ClickException("no database of this release here: run `flask migrate` first")
    seen = _print_after(0, last)
    while follow:
        time.sleep(0.5)
        seen = _print_after(seen, 1000)


def _print_after(seen: int, most: int) -> int:
    """Prints the newest `most` messages after the one seen last; returns the newest one's id."""
    with reading() as db:
        newest = select(Message).where(col(Message.id) > seen).order_by(col(Message.id).desc())
        messages = list(reversed(db.exec(newest.limit(most)).all()))
    for message in messages:
        to = masked(message.address) if message.address else "erased"
        click.echo(
            f"{message.created_at:%d/%m %H:%M:%S} {to} {message.language} "
            f"{message.state} ({message.segments} segment{'s' * (message.segments > 1)})\n"
            f"  {message.body}"
        )
    return messages[-1].id or seen if messages else seen
