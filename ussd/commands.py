"""`flask dial`: a phone in the terminal. `flask ussd`: gateways, funnels, how sessions end."""

import sys
from datetime import date, timedelta

import click
import requests
from flask.cli import AppGroup

from database import migrate, reading
from menus import versions
from settings import current
from ussd import closing, funnels, gateways_page
from ussd.gateways import Gateway, all_gateways
from ussd.phone import PROFILES, NotAScreen, Phone, Screen, drawn
from ussd.wire import Request, Response


@click.command("dial")
@click.argument("number")
@click.argument("entries", nargs=-1)
@click.option("--url", help="The server; by default the one that `make run` starts here.")
@click.option("--secret", help="The callback's secret; by default the first of WEBHOOK_SECRETS.")
@click.option("--code", default="*384*50#", show_default=True, help="What is dialled.")
@click.option("--shortcut", default="", help="What a long dial adds: 2*1 for *384*50*2*1#.")
@click.option("--gateway", "provider", default="africastalking", show_default=True)
@click.option("--network", type=click.Choice(list(PROFILES)), default="good", show_default=True)
def dial(
    number: str,
    entries: tuple[str, ...],
    url: str | None,
    secret: str | None,
    code: str,
    shortcut: str,
    provider: str,
    network: str,
) -> None:
    """Dial as NUMBER (+221770000001) over HTTP, type ENTRIES, then go on by hand."""
    settings = current()
    origin = (url or f"http://127.0.0.1:{settings.port}").rstrip("/")
    gateway = _gateway(provider)
    path = f"{origin}/ussd/{provider}/{secret or settings.webhook_secrets[0]}"
    phone = Phone(number, code, lambda request: _send(path, request), gateway, PROFILES[network])
    try:
        _converse(phone, shortcut, list(entries))
    except requests.RequestException as problem:
        raise click.ClickException(
            f"no answer from {origin}: is it running? ({type(problem).__name__})"
        ) from None
    except NotAScreen as problem:
        raise click.ClickException(f"a network would show an error here: {problem}") from None


def _gateway(name: str) -> Gateway:
    known = all_gateways()
    if name not in known:
        raise click.ClickException(f"no gateway {name}: there are {', '.join(known)}")
    return known[name]


def _converse(phone: Phone, shortcut: str, entries: list[str]) -> None:
    screen = _show(phone.dial(shortcut))
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


def _send(path: str, request: Request) -> Response:
    answer = requests.request(
        request.method,
        path + request.rest,
        params=request.query or None,
        data=request.body or None,
        headers={**request.headers, "Content-Type": request.content_type},
        timeout=15,
    )
    answer.encoding = "utf-8"
    content_type = answer.headers.get("Content-Type", "")
    headers = tuple((name.lower(), value) for name, value in answer.headers.items())
    return Response(answer.text, content_type, headers, answer.status_code)


commands = AppGroup("ussd", help="The USSD channel: gateways, where people leave, how it ends.")


@commands.command()
def gateways() -> None:
    """The gateways, each with its address and its contract: docs/gateways.md."""
    click.echo(gateways_page.page(), nl=False)


@commands.command()
@click.argument("tree")
@click.option("--days", default=7, show_default=True, help="Today, and the days before it.")
@click.option("--language", help="Those who read in this language only.")
@click.option("--version", help="One version; by default all that were ever live.")
def funnel(tree: str, days: int, language: str | None, version: str | None) -> None:
    """The screens of TREE: how often shown, left, ended, dropped; wrong entries, seconds, ways."""
    _with_database()
    with reading() as db:
        chosen = [version] if version else [one.version for one in versions.history(db, tree)]
    if not chosen:
        raise click.ClickException(f"no tree is called {tree}: `flask menus list` shows them")
    since = date.today() - timedelta(days=days - 1)  # noqa: DTZ011  (the office's own day)
    places = funnels.places(chosen, since, language)
    if not places:
        click.echo("Nothing is counted yet: counts come in every 15 seconds.")
        return
    click.echo(f"{'screen':<24} shown  left  ended  dropped  wrong  s each  ways")
    for one in places:
        each = one.seconds / one.left if one.left else 0
        ways = ", ".join(
            f"{way} {count}" for way, count in sorted(one.ways.items(), key=lambda pair: -pair[1])
        )
        click.echo(
            f"{one.screen:<24} {one.shown:>5} {one.left:>5}  {one.ended:>5}  {one.dropped:>7}  "
            f"{one.wrong:>5}  {each:>6.1f}  {ways}"
        )


@commands.command()
def ends() -> None:
    """How sessions ended, as providers told: how many, how long, how many screens, last costs."""
    _with_database()
    rows = closing.summary()
    if not rows:
        click.echo("No provider has told of an end yet.")
        return
    click.echo(f"{'provider':<16} {'how':<10} sessions  seconds  screens  most cost")
    for provider, how, count, seconds, hops, cost in rows:
        click.echo(
            f"{provider:<16} {how:<10} {count:>8}  {seconds or 0:>7.1f}  {hops or 0:>7.1f}  {cost}"
        )


def _with_database() -> None:
    if not migrate.is_current():
        raise click.ClickException("no database of this release here: run `flask migrate` first")
