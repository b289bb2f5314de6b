"""`flask up`, `web`, `worker`, `clock`, `migrate`, `settings`, `keys`."""

import os
import sys
from collections.abc import Callable

import click
from cryptography.fernet import Fernet
from flask.cli import AppGroup
from redis.exceptions import RedisError

import database
import settings as all_settings
from background import clock as clock_process
from background import worker as worker_process
from database import migrate as migrations
from demo import office, people
from menus import library
from operations import embedded_redis, processes, rotation
from settings import DEMO_PASSWORD, Settings, current
from telemetry import metrics


@click.command()
def up() -> None:
    """Everything on this machine: migrate, seed the demo, start web, worker and clock."""
    settings = current()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    redis = None
    with processes.told_to_stop():
        try:
            if settings.redis_url is None:
                redis = embedded_redis.start(settings.embedded_redis_socket)
            metrics.forget()
            _prepare(settings)
            click.echo(_welcome(settings))
            code = processes.run_procfile()
        except RuntimeError as problem:
            raise click.ClickException(str(problem)) from None
        finally:
            if redis is not None:
                embedded_redis.stop(redis)
    sys.exit(code)


def _prepare(settings: Settings) -> None:
    database.use(settings, patient=True)
    migrations.upgrade()
    library.take_shipped()
    if settings.environment == "demo":
        office.seed()


def _welcome(settings: Settings) -> str:
    origin = f"http://127.0.0.1:{settings.port}"
    if settings.environment == "production":
        path = "/ussd/africastalking/<one of WEBHOOK_SECRETS>"
        return (
            f"Guichet answers dials at {origin}{path}\n"
            f"  The console:  {origin}/console/  (`flask staff add` says who may sign in)\n"
            "Stop with Ctrl-C."
        )
    url = f"{origin}/ussd/africastalking/{settings.webhook_secrets[0]}"
    return "\n".join(
        [
            f"Guichet answers dials at {url}",
            f"  The console:  {origin}/console/  as {_users()}, password {DEMO_PASSWORD}",
            "  Dial it:      .venv/bin/flask dial +221770000001",
            "  or by hand:   curl -d sessionId=1 -d phoneNumber=+221770000001 "
            f"--data-urlencode 'serviceCode=*384*50#' -d text= {url}",
            "  See the SMS:  .venv/bin/flask sms tail",
            "  The demo:     .venv/bin/flask demo",
            "Stop with Ctrl-C.",
        ]
    )


def _users() -> str:
    *most, last = (user.name for user in people.USERS)
    return f"{', '.join(most)} or {last}"


@click.command()
def web() -> None:
    """The web server."""
    os.execv(sys.executable, [sys.executable, "-m", "serving.start", "app:create_asgi"])  # noqa: S606


@click.command()
def worker() -> None:
    """The worker: sends what is due."""
    _with_redis(worker_process.run)


@click.command()
def clock() -> None:
    """The clock: has done what is to be done again and again."""
    _with_redis(clock_process.run)


def _with_redis(run: Callable[[Settings], None]) -> None:
    """Without Redis there is nothing to do but say so: who supervises starts it again."""
    try:
        run(current())
    except RedisError as problem:
        raise click.ClickException(f"no Redis to work with (REDIS_URL): {problem}") from None


@click.command()
@click.option("--to", default="head", show_default=True, help="A revision; `base` is none.")
@click.option("--back", is_flag=True, help="Go back to that revision instead of forward.")
def migrate(to: str, back: bool) -> None:
    """Bring the database, and the trees we ship, to this release."""
    database.use(current(), patient=True)
    if back:
        migrations.downgrade(to)
    else:
        migrations.upgrade(to)
    click.echo(f"The database is at {migrations.revision() or 'base'}.")
    if migrations.is_current():
        for line in library.take_shipped():
            click.echo(line)


@click.command("settings")
def show_settings() -> None:
    """Every setting, as the README's table."""
    click.echo(all_settings.table())


keys = AppGroup("keys", help="The keys that seal phone numbers.")


@keys.command("new")
def new_key() -> None:
    """A new key; put it first in DATA_KEYS."""
    click.echo(Fernet.generate_key().decode())


@keys.command("rotate")
def rotate_keys() -> None:
    """Seal all data with the first of DATA_KEYS."""
    database.use(current(), patient=True)
    click.echo(f"{rotation.rotate()} rows are sealed with the newest key.")


ALL = [up, web, worker, clock, migrate, show_settings, keys]
