"""`flask surveys`: ask citizens how it went, and see what they said."""

import click
from flask.cli import AppGroup

import moment
from citizens.directory import find
from citizens.phones import masked, normal
from database import reading, writing
from insights import surveys
from settings import current

commands = AppGroup("surveys", help="What citizens are asked by SMS, and what they answer.")

_WHY_NOT = {
    "withdrawn": "wants no surveys",
    "asked_lately": "was asked within a week",
}


@commands.command()
@click.argument("number")
@click.option("--scale", type=click.Choice(["5", "10"]), default="5", show_default=True)
@click.option("--about", "subject", required=True, help="What it is about, such as ticket:812.")
def ask(number: str, scale: str, subject: str) -> None:
    """Asks one number how it went."""
    try:
        phone = normal(number)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from None
    if not 0 < len(subject) <= 40:
        raise click.BadParameter("--about takes 1 to 40 characters")
    with writing() as db:
        citizen = find(db, phone)
        language = (citizen and citizen.language) or current().default_language
        now = moment.now()
        asked = surveys.ask(db, phone, language, subject=subject, scale=int(scale), now=now)
    if asked == "asked":
        click.echo(f"{masked(phone)} is asked, in {language}")
    elif asked == "at_next_dial":
        click.echo(f"{masked(phone)} can't answer an SMS, and is asked at the next dial")
    else:
        click.echo(f"{masked(phone)} is not asked: it {_WHY_NOT[asked]}")


@commands.command("list")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 1000))
def list_(last: int) -> None:
    """The latest questions and their answers, numbers masked, the newest first."""
    with reading() as db:
        found = surveys.latest(db, last)
    if not found:
        click.echo("Nobody was asked yet.")
    for one in found:
        said = "-" if one.answer is None else f"{one.answer} of {one.scale}"
        click.echo(f"{one.asked_at:%d/%m %H:%M} {masked(one.phone)} {one.subject}  {said}")
