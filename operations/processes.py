"""All processes of the Procfile on one machine, by honcho; one that crashes is started again."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.process import Process

from settings import ROOT

# A process that dies so often in so many seconds is broken, not unlucky: then all stop.
_MOST_DEATHS, _WITHIN = 5, 30.0


class _Supervised(Process):  # type: ignore[misc]
    """Starts its command again when it dies by itself, as a platform's own supervisor would."""

    stopping = multiprocessing.RawValue("b", 0)

    def run(self, events: object = None, ignore_signals: bool = False) -> None:
        supervisor = os.getppid()
        deaths: list[float] = []
        while True:
            super().run(_Without(events, "stop"), ignore_signals)
            assert self._child is not None
            ended, now = self._child.returncode, time.monotonic()
            deaths = [death for death in deaths if death > now - _WITHIN] + [now]
            orphaned = os.getppid() != supervisor
            if self.stopping.value or orphaned or len(deaths) >= _MOST_DEATHS:
                break
            self._send_message(f"died ({ended}): starting it again\n".encode())
        self._events = events
        self._send_message({"returncode": ended}, type="stop")


class _Without:
    """honcho's event queue, less one type of event."""

    def __init__(self, events: object, left_out: str) -> None:
        self._events, self._left_out = events, left_out

    def put(self, message) -> None:  # type: ignore[no-untyped-def]
        if message.type != self._left_out:
            self._events.put(message)  # type: ignore[attr-defined]


class _Manager(Manager):  # type: ignore[misc]
    """honcho's manager, but a signal is only noted where it strikes, and acted upon in the loop:
    honcho prints and takes locks in its handler, which fails when the loop does so just then."""

    def __init__(self) -> None:
        super().__init__()
        self._process_ctor = _Supervised
        self._told: int | None = None
        self.returncode: int | None = None

    def _start(self) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # for the children; their stop is our matter
        super()._start()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._note)

    def _note(self, number: int, _frame: object) -> None:
        self._told = number

    def _any_stopped(self) -> bool:
        """The loop asks this all the time; where it is so, it ends all processes."""
        if self._told is not None and self.returncode is None:
            self.returncode = 0
        return self._told is not None or bool(super()._any_stopped())

    def terminate(self) -> None:
        _Supervised.stopping.value = 1
        super().terminate()


class Stopped(RuntimeError):
    """A signal came before the processes were started."""


@contextmanager
def told_to_stop() -> Iterator[None]:
    """While things are being prepared, SIGTERM and a closed terminal (SIGHUP) end the block in
    good order instead of leaving behind what it has started. The manager takes over from there."""

    def stop(number: int, _frame: object) -> None:
        raise Stopped(f"{signal.Signals(number).name} received: nothing is left running")

    before = {name: signal.signal(name, stop) for name in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def run_procfile() -> int:
    """Runs every process of the Procfile until one is told to stop; returns the exit code.

    Ctrl-C, SIGTERM and a closed terminal stop all of them, and what they have started.
    """
    # The Procfile says `flask`, as platforms expect it: here that is the one beside this Python.
    beside = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    manager = _Manager()
    procfile = parse_procfile((ROOT / "Procfile").read_text())
    for name, command in procfile.processes.items():
        manager.add_process(name, command, env={**os.environ, "PATH": beside}, cwd=str(ROOT))
    manager.loop()
    return int(manager.returncode or 0)
