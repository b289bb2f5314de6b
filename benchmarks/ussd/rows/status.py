"""How long a citizen waits for where their dossier stands, with a hundred thousand in the database
and fifty dials a second: beside the same pace of dials that ask a database for nothing."""

import statistics
from typing import Any

from benchmarks.ussd import contestants, guichet
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.conversations import FIVE_STEPS, STATUS
from benchmarks.ussd.measuring import Run, middle, noise, plain
from benchmarks.ussd.rows.ticket import postgresql
from benchmarks.ussd.tables import Cell, Table

DOSSIERS = 100_000
_PACE = 50.0  # dials a second
_LINES = 16  # connections: enough that few dials wait for the one before them
_LIMIT = 50.0  # ms that the dial which tells the status may take, at the 99th percentile
_LAST = len(STATUS.steps) - 1


def run(bench: Bench) -> Table:
    measured = _measured(bench, "SQLite", None)
    with postgresql() as url:
        guichet.prepare(bench.known, url)
        measured |= _measured(bench, "PostgreSQL", url)
    return Table(
        title=f"Where a dossier stands, one of {DOSSIERS:,}, at {_PACE:.0f} dials a second",
        columns=[
            *("what is dialled", "dials/s", "p50 ms", "p99 ms", "CPU µs/dial", "core %"),
            *("status: p50 ms", "status: p99 ms", "errors"),
        ],
        rows=[_row(name, runs) for name, runs in measured.items()],
        notes=[
            "Open loop, as in `half`. A status is the third dial: home, one's dossiers, the "
            "dossier; the last two note in the database who read it. Its p99 is to be under "
            f"{_LIMIT:.0f} ms. The yardsticks run in the same minutes, and ask no database. CPU is "
            "the web process's; PostgreSQL's own is not in it, and shares the callers' core.",
            *noise([[run.figures for run in runs] for runs in measured.values()]),
            *_wrong(measured),
        ],
        data={name: _data(name, runs) for name, runs in measured.items()},
    )


def _measured(bench: Bench, name: str, database: str | None) -> dict[str, list[Run]]:
    """Ours for a status, ours where no database is asked, and Flask, in turns."""
    bench.store.clear()
    status, none = f"status, {name}", f"no database, Guichet on {name}"
    found: dict[str, list[Run]] = {status: [], none: [], f"no database, Flask, {name}": []}
    with (
        guichet.started(
            bench.store, known=bench.known, database=database, dossiers=DOSSIERS
        ) as ours,
        contestants.started("flask", bench) as flask,
    ):
        dialled = list(
            zip(found, ((ours, STATUS), (ours, FIVE_STEPS), (flask, FIVE_STEPS)), strict=True)
        )
        for server in (ours, flask):
            bench.warm(server)
        for turn in range(bench.runs):
            first = turn % len(dialled)
            for of, (server, conversation) in dialled[first:] + dialled[:first]:
                found[of].append(
                    bench.measure(server, conversation, connections=_LINES, rate=_PACE)
                )
    return found


def _row(name: str, runs: list[Run]) -> list[Cell]:
    one, data = middle([run.figures for run in runs]), _data(name, runs)
    last = data.get("status", {"p50": "", "p99": ""})
    return [
        *(name, one.rate, one.p50, one.p99, one.cpu, round(one.busy)),
        *(last["p50"], last["p99"], round(one.errors)),
    ]


def _data(name: str, runs: list[Run]) -> dict[str, Any]:
    data: dict[str, Any] = {"dials": plain([run.figures for run in runs])}
    if name.startswith("status"):
        data["status"] = {
            f"p{percent}": round(
                statistics.median(run.load.milliseconds(percent, _LAST) for run in runs), 3
            )
            for percent in (50, 99)
        }
    return data


def _wrong(measured: dict[str, list[Run]]) -> list[str]:
    """The first wrong reply of each."""
    return [
        f"{name}: {example[0]}"
        for name, runs in measured.items()
        if (example := [run.load.example for run in runs if run.load.example])
    ]
