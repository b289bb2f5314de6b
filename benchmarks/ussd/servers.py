"""A server that is measured: started on its core, watched, stopped with all that it started."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
import psutil

from benchmarks.ussd import phones
from benchmarks.ussd.conversations import FIVE_STEPS
from benchmarks.ussd.cores import Cores, pinned
from benchmarks.ussd.places import environment, log_file
from settings import ROOT

_PATIENCE = 60.0  # seconds for a server to answer its first dial


@dataclass(frozen=True, slots=True)
class Server:
    """`title` is what the table calls it, `url` where it is dialled."""

    name: str
    title: str
    url: str
    cores: Cores
    process: "subprocess.Popen[bytes]"

    def family(self) -> list[psutil.Process]:
        try:
            first = psutil.Process(self.process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            raise RuntimeError(f"{self.name} has ended: see {log_file(self.name)}") from None

    def cpu_seconds(self) -> float:
        times = [one.cpu_times() for one in self.family()]
        return sum(time.user + time.system for time in times)

    def memory(self) -> int:
        """Bytes of resident memory of all its processes (what they share counts for each)."""
        return sum(one.memory_info().rss for one in self.family())


@contextmanager
def started(
    name: str,
    title: str,
    command: Sequence[str],
    settings: Mapping[str, str],
    url: str,
    cores: Cores,
) -> Iterator[Server]:
    with log_file(name).open("wb") as log:
        process = subprocess.Popen(
            pinned(command, cores.servers),
            env=environment(settings),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(name, title, url, cores, process)
    try:
        _wait(server)
        yield server
    finally:
        _stop(server)


def _wait(server: Server) -> None:
    """Until it holds the whole conversation."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            phones.converse(server.url, FIVE_STEPS, "+221799999999")
            return
        except (OSError, phones.WrongReply) as problem:
            if server.process.poll() is not None or time.monotonic() > deadline:
                said = log_file(server.name).read_text(errors="replace")[-2000:]
                raise click.ClickException(
                    f"{server.name} does not answer: {problem}\n{said}"
                ) from None
            time.sleep(0.2)


def _stop(server: Server) -> None:
    try:
        family = server.family()
    except RuntimeError:
        family = []
    server.process.terminate()
    try:
        server.process.wait(10)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()
    for left in psutil.wait_procs(family, timeout=2)[1]:
        left.kill()
