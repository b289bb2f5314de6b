"""`flask dial`: a phone in the terminal."""

import sys
from collections.abc import Mapping

import click
import requests

from settings import current
from ussd.phone import NotAScreen, Phone, Screen, drawn


@click.command("dial")
@click.argument("number")
@click.argument("entries", nargs=-1)
@click.option("--url", help="The server; by default the one that `make run` starts here.")
@click.option("--secret", help="The callback's secret; by default the first of WEBHOOK_SECRETS.")
@click.option("--code", default="*384*50#", show_default=True, help="What is dialled.")
def dial(
    number: str, entries: tuple[str, ...], url: str | None, secret: str | None, code: str
) -> None:
    """Dial as NUMBER (+221770000001) over HTTP, type ENTRIES, then go on by hand."""
    settings = current()
    origin = (url or f"http://127.0.0.1:{settings.port}").rstrip("/")
    path = f"{origin}/ussd/africastalking/{secret or settings.webhook_secrets[0]}"
    phone = Phone(number, code, lambda fields: _post(path, fields))
    try:
        _converse(phone, list(entries))
    except requests.RequestException as problem:
        raise click.ClickException(
            f"no answer from {origin}: is it running? ({type(problem).__name__})"
        ) from None
    except NotAScreen as problem:
        raise click.ClickException(f"a network would show an error here: {problem}") from None


def _converse(phone: Phone, entries: list[str]) -> None:
    screen = _show(phone.dial())
    while screen.goes_on:
        if entries:
            entry = entries.pop(0)
            click.echo(f"> {entry}")
        elif sys.stdin.isatty():
            entry = click.prompt(">", prompt_suffix=" ")
        else:
            return
        screen = _show(phone.enter(entry))


def _show(screen: Screen) -> Screen:
    click.echo(drawn(screen))
    return screen


def _post(path: str, fields: Mapping[str, str]) -> str:
    answer = requests.post(path, data=fields, timeout=15)
    if answer.status_code != 200:
        raise NotAScreen(f"HTTP {answer.status_code}")
    answer.encoding = "utf-8"
    return answer.text
