"""`python -m benchmarks.ussd`: measures the product beside yardsticks, and prints tables."""

import json
import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from benchmarks.ussd import guichet, installed, store
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.contestants import NAMES
from benchmarks.ussd.rows import (
    compare,
    half,
    newcomer,
    open_sessions,
    processes,
    record,
    status,
    ticket,
)
from benchmarks.ussd.tables import Table

ROWS: dict[str, Callable[[Bench], Table]] = {
    "compare": compare.run,
    "half": half.run,
    "processes": processes.run,
    "sessions": open_sessions.run,
    "record": record.run,
    "newcomer": newcomer.run,
    "ticket": ticket.run,
    "status": status.run,
}


@click.command()
@click.argument("rows", nargs=-1, type=click.Choice([*ROWS, "all"]))
@click.option("--seconds", default=5.0, show_default=True, help="Length of each run.")
@click.option("--runs", default=3, show_default=True, help="Runs of each server, interleaved.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="This server; repeat it.")
@click.option("--connections", default=16, show_default=True, help="Phones that dial at once.")
@click.option("--phones", default=1000, show_default=True, help="Numbers for each connection.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write all figures there.")
def main(
    rows: tuple[str, ...],
    seconds: float,
    runs: int,
    only: tuple[str, ...],
    connections: int,
    phones: int,
    file: Path | None,
) -> None:
    """Measure ROWS (`compare`, if none is named), on this machine and on loopback only."""
    chosen = list(ROWS) if "all" in rows else list(rows) or ["compare"]
    installed.load_generator()
    tables = {}
    with store.started() as redis:
        bench = Bench(redis, seconds, runs, connections, phones, only)
        guichet.prepare(bench.known)
        for row in chosen:
            tables[row] = ROWS[row](bench)
            click.echo(f"\n{tables[row]}\n")
    if file is not None:
        said: dict[str, Any] = {"machine": _machine()}
        said |= {row: table.data for row, table in tables.items()}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _machine() -> dict[str, Any]:
    processor = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "processor": processor[0] if processor else platform.machine(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }


if __name__ == "__main__":
    main()
