"""`flask citizens`: what an operator may change for a citizen who asks at the counter."""

import click
from flask.cli import AppGroup

from citizens import emails
from citizens.directory import find, find_or_add
from citizens.phones import masked, normal
from database import reading, writing

commands = AppGroup("citizens", help="The people behind the numbers.")


@commands.command()
@click.argument("number")
@click.argument("address", required=False)
@click.option("--none", is_flag=True, help="Take the address away.")
def email(number: str, address: str | None, none: bool) -> None:
    """Sets the e-mail ADDRESS that news go to as well; without one, shows it (masked)."""
    if none and address:
        raise click.UsageError("give an ADDRESS or --none, not both")
    try:
        phone = normal(number)
        kept = emails.normal(address) if address else None
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from None
    if kept is None and not none:
        with reading() as db:
            citizen = find(db, phone)
        shown = emails.masked(citizen.email) if citizen and citizen.email else "no e-mail address"
        click.echo(f"{masked(phone)}: {shown}")
        return
    with writing() as db:
        citizen = find(db, phone) if none else find_or_add(db, phone)
        if citizen is not None:
            citizen.email = kept
    click.echo(f"{masked(phone)}: {emails.masked(kept) if kept else 'no e-mail address'}")
