"""`flask citizens`: what an operator may change for a citizen who asks at the counter."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

import moment
from citizens import audit, emails, privacy
from citizens.directory import find, find_or_add
from citizens.phones import masked, normal
from citizens.privacy import Hindered
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
        phone = _normal(number)
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


@commands.command()
@click.argument("number")
def show(number: str) -> None:
    """How much is held of a NUMBER: counts, no words. Noted in the access log."""
    phone = _normal(number)
    with writing() as db:
        person = privacy.person(db, phone)
        kept = privacy.held(db, person)
        audit.note(db, audit.operator(), "citizens.show", f"citizen:{person.id or 0}")
    click.echo(masked(phone))
    citizen = kept.get("citizen")
    if citizen is not None:
        citizen = {**citizen, "email": citizen["email"] and emails.masked(citizen["email"])}
        for name, value in citizen.items():
            click.echo(f"  {name}: {'-' if value is None else value}")
    for what, listed in kept.items():
        if isinstance(listed, list):
            click.echo(f"  {what}: {len(listed)}")


@commands.command()
@click.argument("number")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
def export(number: str, file: Path | None) -> None:
    """Everything that is held of a NUMBER, as JSON, to hand over to its owner. Look at their
    identity card first. Noted in the access log."""
    phone = _normal(number)
    if file is not None and file.exists():
        raise click.BadParameter(f"{file} is there already: name a new file")
    with writing() as db:
        person = privacy.person(db, phone)
        kept = privacy.held(db, person)
        privacy.note_copy(db, person, audit.operator())
    written = json.dumps(kept, ensure_ascii=False, indent=2)
    if file is None:
        click.echo(written)
        return
    file.touch(mode=0o600)
    file.write_text(f"{written}\n", encoding="utf-8")
    click.echo(f"{masked(phone)}: everything is in {file}")


@commands.command()
def asked() -> None:
    """Who has asked for a copy and has none yet, the longest first; their whole numbers, to be
    called. Noted in the access log."""
    with writing() as db:
        found = [(at, one.phone) for at, one in privacy.copies_to_make(db)]
        audit.note(db, audit.operator(), "citizens.asked", f"{len(found)} citizens")
    if not found:
        click.echo("Nobody waits for a copy.")
    for at, phone in found:
        click.echo(f"{at:%d/%m/%Y} {phone}")


@commands.command()
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(number: str, yes: bool) -> None:
    """Erases what is held of a NUMBER. Its dossiers stay, without it. Noted in the access log."""
    phone = _normal(number)
    if not yes:
        click.confirm(f"Erase all that is held of {masked(phone)}? It can't be undone", abort=True)
    with writing() as db:
        person = privacy.person(db, phone)
        try:
            privacy.erase(db, person, moment.now(), audit.operator())
        except Hindered as hindered:
            raise click.ClickException(_WHY.get(hindered.why, hindered.why)) from None
    click.echo(f"{masked(phone)}: erased")


# What rooms say of why not now.
_WHY = {
    "live_ticket": "it holds a ticket: that has to end, or be given up, first",
    "sending": "an SMS to it is just leaving: try again in a minute",
}


def _normal(number: str) -> str:
    try:
        return normal(number)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from None
