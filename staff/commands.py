"""`flask staff`: who works here, from the command line. The console shows the same to come."""

import sys

import click
from flask.cli import AppGroup
from sqlmodel import Session

from citizens.audit import operator
from database import reading, writing
from staff import directory, passwords, two_steps
from staff.models import AGENT, LANGUAGES, ROLES, Staff

commands = AppGroup("staff", help="Who may sign in to the console.")

_WHY = {
    passwords.TOO_SHORT: f"a password has {passwords.LEAST} characters at least",
    passwords.TOO_LONG: f"a password has {passwords.MOST} characters at most",
    passwords.NAME: "the password is the user name",
    passwords.COMMON: "this password is among the first that are tried",
}


def _not_here(_: click.Context, __: click.Parameter, given: str | None) -> None:
    if given is not None:
        raise click.UsageError(
            "not on the command line, where others on this machine can read it: leave it out to be "
            "asked, or use --password-stdin"
        )


_refused = click.option("--password", hidden=True, expose_value=False, callback=_not_here)
_stdin = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Read it from standard input."
)


@commands.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default=AGENT, show_default=True)
@click.option("--office", "code", help="Code of the office, of an agent or manager.")
@click.option("--display", default="", help="Name that colleagues see; else the user name.")
@click.option("--language", type=click.Choice(LANGUAGES), default="fr", show_default=True)
@_stdin
@_refused
def add(
    name: str, role: str, code: str | None, display: str, language: str, from_stdin: bool
) -> None:
    """Adds NAME, and asks for a password twice."""
    password = _password(from_stdin)
    try:
        with writing() as db:
            staff = directory.add(
                db,
                name,
                password,
                role=role,
                office_id=directory.office_of_code(db, code) if code else None,
                display_name=display,
                language=language,
                by=operator(),
            )
    except ValueError as wrong:
        raise click.ClickException(_told(wrong)) from None
    click.echo(f"{staff.name} may sign in as {staff.role}.")


@commands.command("list")
def show() -> None:
    """Who there is."""
    with reading() as db:
        everybody = directory.everybody(db)
    click.echo(f"{'name':<20} {'role':<13} {'office':<12} {'language':<8} {'active':<6} shown as")
    for one, office in everybody:
        active = "yes" if one.active else "no"
        click.echo(
            f"{one.name:<20} {one.role:<13} {office or 'all':<12} {one.language:<8} "
            f"{active:<6} {one.display_name}"
        )


@commands.command()
@click.argument("name")
@_stdin
@_refused
def password(name: str, from_stdin: bool) -> None:
    """Sets another password for NAME, and ends the sessions that are open."""
    given = _password(from_stdin)
    try:
        with writing() as db:
            directory.set_password(db, _found(db, name), given, by=operator())
    except ValueError as wrong:
        raise click.ClickException(_told(wrong)) from None
    click.echo("The password is set; open sessions have ended.")


@commands.command()
@click.argument("name")
def deactivate(name: str) -> None:
    """NAME can't sign in any more, and is out at once."""
    try:
        with writing() as db:
            directory.set_active(db, _found(db, name), False, by=operator())
    except directory.LastAdministrator as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(f"{name} can't sign in any more. `flask staff activate {name}` undoes it.")


@commands.command("one-step")
@click.argument("name")
def one_step(name: str) -> None:
    """NAME, who lost the phone, signs in by password alone until they enrol another one."""
    with writing() as db:
        two_steps.turn_off(db, _found(db, name), by=operator())
    click.echo(f"{name} signs in by password alone.")


@commands.command()
@click.argument("name")
def activate(name: str) -> None:
    """NAME may sign in again."""
    with writing() as db:
        directory.set_active(db, _found(db, name), True, by=operator())
    click.echo(f"{name} may sign in again.")


def _found(db: Session, name: str) -> Staff:
    staff = directory.find(db, name.strip().lower())
    if staff is None:
        raise click.ClickException(f"there is no {name!r}: `flask staff list` shows who there is")
    return staff


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return given


def _told(wrong: ValueError) -> str:
    return _WHY[wrong.why] if isinstance(wrong, passwords.Unfit) else str(wrong)
