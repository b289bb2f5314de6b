"""Our side: `flask web` as an operator starts it, on a database of its own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import click

from benchmarks.ussd import phones, servers
from benchmarks.ussd.conversations import FIVE_STEPS
from benchmarks.ussd.cores import split
from benchmarks.ussd.places import BIN, PLACE, environment, folder, free_port
from benchmarks.ussd.servers import Server
from benchmarks.ussd.store import Store
from benchmarks.ussd.wrk import Phones
from settings import ROOT

NAME = "guichet"
SECRET = "demo"  # noqa: S105  (the demo's, which this file's reader knows)
_PREPARED = "prepared"
_KNOWN, _KNOWN_SECONDS = "benchmark:known", 2400  # less than the hour that the product remembers


def prepare(known: Phones, database: str | None = None) -> None:
    """A database as `flask up` leaves it, and in it the benchmark's tree, and citizens of these
    numbers who have chosen their language. `database`: the URL of an empty one; None: SQLite, of
    which each run gets a copy."""
    if database is None:
        shutil.rmtree(PLACE / _PREPARED, ignore_errors=True)
    folder(_PREPARED)
    command = [
        *(str(BIN / "python"), "-m", "benchmarks.ussd.prepare"),
        *(str(known.first), str(known.count)),
    ]
    _run(command, {"VAR_DIR": str(PLACE / _PREPARED), **_at(database)})


def _run(command: list[str], settings: dict[str, str]) -> None:
    done = subprocess.run(
        command, env=environment(settings), cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise click.ClickException(f"the database could not be prepared:\n{done.stderr}")


@contextmanager
def started(
    store: Store,
    processes: int = 1,
    known: Phones | None = None,
    database: str | None = None,
    dossiers: int = 0,
) -> Iterator[Server]:
    """The product on a fresh copy of what was prepared, or on this database. `known`: the numbers
    that have dialled within the hour, so that a dial of theirs finds in Redis who they are.
    `dossiers`: so many are put in before, one for each of these numbers."""
    place = folder(f"{NAME}-{processes}")
    shutil.rmtree(place)
    shutil.copytree(PLACE / _PREPARED, place)
    port = free_port()
    settings = {
        "VAR_DIR": str(place),
        "PORT": str(port),
        "REDIS_URL": store.url,
        "WEB_PROCESSES": str(processes),
        **_at(database),
    }
    if dossiers:
        assert known is not None
        numbers = (str(known.first), str(known.count), str(dossiers))
        _run([str(BIN / "python"), "-m", "benchmarks.ussd.dossiers", *numbers], settings)
    title = "Guichet" if processes == 1 else f"Guichet, {processes} processes"
    url = f"http://127.0.0.1:{port}/ussd/africastalking/{SECRET}"
    command = [str(BIN / "flask"), "web"]
    with servers.started(NAME, title, command, settings, url, split(processes)) as server:
        if known is not None:
            _make_known(server, store, known)
        yield server


def _at(database: str | None) -> dict[str, str]:
    return {} if database is None else {"DATABASE_URL": database}


def _make_known(server: Server, store: Store, known: Phones) -> None:
    """Unless they are: this Redis may have seen them dial another process."""
    if store.client.set(_KNOWN, 1, nx=True, ex=_KNOWN_SECONDS):
        phones.dial_all(server.url, FIVE_STEPS, known.numbers())
