"""`flask webhooks`: the programs that are told of dossiers as they move."""

import json
import secrets

import click
from flask.cli import AppGroup
from sqlmodel import Session, col, func, select

import moment
from api import delivering, webhooks
from api.models import Webhook, WebhookCall
from citizens.audit import operator
from database import reading, writing
from queues.models import Agency

commands = AppGroup("webhooks", help="Programs that are told of dossiers as they move.")


@commands.command()
@click.argument("url")
@click.option("--agency", "code", help="Code of the agency whose dossiers it is told of; else all.")
def add(url: str, code: str | None) -> None:
    """Tells URL of each event from now on, and shows the secret that signs it, once."""
    try:
        with writing() as db:
            number, secret = webhooks.add(db, url, code, operator(), moment.now())
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(secret)
    click.echo(f"Webhook {number}. Keep its secret now: nobody can be shown it again.", err=True)


@commands.command("list")
def show() -> None:
    """Which there are, and how they fare."""
    with reading() as db:
        codes = {one.id: one.code for one in db.exec(select(Agency))}
        hooks = db.exec(select(Webhook).order_by(col(Webhook.id))).all()
        counted = {one.id: _counts(db, one) for one in hooks}
    click.echo(
        f"{'number':<6} {'agency':<20} {'state':<5} {'told':>7} {'waiting':>7} {'given up':>8} URL"
    )
    for one in hooks:
        counts = counted[one.id]
        click.echo(
            f"{one.id:<6} {codes.get(one.agency_id, 'all'):<20} {'on' if one.active else 'off':<5} "
            f"{counts.get('delivered', 0):>7} {counts.get('waiting', 0):>7} "
            f"{counts.get('given_up', 0):>8} {one.url}"
        )


def _counts(db: Session, hook: Webhook) -> dict[str, int]:
    query = select(WebhookCall.state, func.count()).where(WebhookCall.webhook_id == hook.id)
    return dict(db.exec(query.group_by(WebhookCall.state)).all())


@commands.command()
@click.argument("number", type=int)
def remove(number: int) -> None:
    """Webhook NUMBER is told nothing any more."""
    with writing() as db:
        _found(db, number)
        webhooks.remove(db, number, operator())
    click.echo(f"Webhook {number} is told nothing any more.")


@commands.command()
@click.argument("number", type=int)
def on(number: int) -> None:
    """Switches NUMBER on again, which had said that it was gone (410)."""
    with writing() as db:
        _found(db, number)
        webhooks.switch_on(db, number, operator())
    click.echo(f"Webhook {number} is told what happens from now on.")


@commands.command()
@click.argument("number", type=int)
def test(number: int) -> None:
    """Calls webhook NUMBER now, signed, about nothing."""
    with reading() as db:
        hook = _found(db, number)
    body = json.dumps(
        {"type": "test", "timestamp": f"{moment.now():%Y-%m-%dT%H:%M:%SZ}", "data": {}}
    )
    name = f"test_{secrets.token_hex(8)}"
    said = delivering.tell(
        delivering.Call(0, number, hook.url, hook.secret, name, body.encode(), 1)
    )
    if not said.is_taken:
        answer = said.problem if said.status is None else f"HTTP {said.status}"
        raise click.ClickException(f"{hook.url}: {answer}")
    click.echo(f"{hook.url}: HTTP {said.status}, taken.")


def _found(db: Session, number: int) -> Webhook:
    try:
        return webhooks.find(db, number)
    except LookupError as wrong:
        raise click.ClickException(str(wrong)) from None
