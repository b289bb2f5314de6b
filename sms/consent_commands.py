"""`flask sms consent`: what a number agreed to, and a change of mind told at the counter."""

from datetime import datetime

import click

from citizens.phones import masked, normal
from database import reading, writing
from sms import consent
from sms.commands import commands
from sms.states import EVERYTHING, TOPICS

_CHOICE = click.Choice([*TOPICS, EVERYTHING])


@commands.command("consent")
@click.argument("number")
@click.option("--give", "given", type=_CHOICE, multiple=True, help="Wanted again.")
@click.option("--withdraw", type=_CHOICE, multiple=True, help="Wanted no more.")
@click.option("--by", help="Who changes it: your name.")
def show_or_change(
    number: str, given: tuple[str, ...], withdraw: tuple[str, ...], by: str | None
) -> None:
    """What NUMBER wants by SMS, and how that came about."""
    try:
        phone = normal(number)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from None
    if set(given) & set(withdraw):
        raise click.UsageError("a topic is given or withdrawn, not both")
    if (given or withdraw) and not (by and by.strip()):
        raise click.UsageError("say who changes it: --by NAME")
    if given or withdraw:
        with writing() as db:
            consent.change(db, phone, given, given=True, source="console", by=by and by[:60])
            consent.change(db, phone, withdraw, given=False, source="console", by=by and by[:60])
    with reading() as db:
        rows, off = consent.history(db, phone), consent.unwanted(db, phone)
    click.echo(masked(phone))
    for topic in TOPICS:
        click.echo(f"  {topic:<10} {'no' if consent.stops(off, topic) else 'yes'}")
    if EVERYTHING in off:
        click.echo(f"  {EVERYTHING:<10} no: an operator's list says so")
    for row in rows:
        click.echo(f"  {_line(row.at, row.topic, row.given, row.source, row.by)}")


def _line(at: datetime, topic: str, given: bool, source: str, by: str | None) -> str:
    who = f" by {by}" if by else ""
    return f"{at:%d/%m/%Y %H:%M} {topic} {'given' if given else 'withdrawn'} ({source}{who})"
