"""`flask tokens`: the programs that may use the API."""

import click
from flask.cli import AppGroup
from sqlmodel import select

import moment
from api import tokens
from api.models import ApiToken
from citizens.audit import operator
from database import reading, writing
from queues.models import Agency

commands = AppGroup("tokens", help="Programs that may feed dossiers in, and read them.")


@commands.command()
@click.argument("name")
@click.option("--agency", "code", help="Code of the only agency whose dossiers it sees.")
@click.option(
    *("--scope", "scopes"),
    type=click.Choice(tokens.SCOPES),
    multiple=True,
    required=True,
    help="What it may; can be given twice.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="After which it ends.")
def create(name: str, code: str | None, scopes: tuple[str, ...], days: int | None) -> None:
    """Makes a token for the program NAME, and shows it, once."""
    try:
        with writing() as db:
            key = tokens.create(db, name, scopes, code, days, operator(), moment.now())
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(key)
    click.echo("Keep it now: nobody can be shown it again.", err=True)


@commands.command("list")
def show() -> None:
    """Which there are."""
    with reading() as db:
        codes = {one.id: one.code for one in db.exec(select(Agency))}
        rows = db.exec(select(ApiToken).order_by(ApiToken.name)).all()
    click.echo(f"{'name':<24} {'agency':<20} {'scopes':<24} {'last used':<17} state")
    for one in rows:
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
        click.echo(
            f"{one.name:<24} {codes.get(one.agency_id, 'all'):<20} {one.scopes:<24} {used:<17} "
            f"{_state(one)}"
        )


@commands.command()
@click.argument("name")
def revoke(name: str) -> None:
    """NAME is refused from now on."""
    try:
        with writing() as db:
            tokens.revoke(db, name, operator(), moment.now())
    except LookupError as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(f"{name} is refused from now on.")


def _state(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    if token.expires_at is None:
        return "good"
    ended = token.expires_at <= moment.now()
    return f"{'ended' if ended else 'good until'} {token.expires_at:%Y-%m-%d}"
