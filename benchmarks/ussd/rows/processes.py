"""Ours on one process and on two."""

from benchmarks.ussd import guichet
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.cores import split
from benchmarks.ussd.measuring import Figures, middle, plain
from benchmarks.ussd.tables import Table


def run(bench: Bench) -> Table:
    found: dict[int, list[Figures]] = {1: [], 2: []}
    for _ in range(bench.runs):
        for processes in found:
            with guichet.started(bench.store, processes, bench.known) as server:
                bench.warm(server)
                found[processes].append(bench.measure(server).figures)
    rows = []
    for processes, runs in found.items():
        one, cores = middle(runs), split(processes)
        load = "others" if cores.apart else "the same"
        rows.append(
            [
                *(f"{processes}", one.rate, one.p50, one.p99, one.cpu, round(one.busy)),
                *(one.memory, round(one.errors), load),
            ]
        )
    return Table(
        title="Web processes",
        columns=[
            *("processes", "requests/s", "p50 ms", "p99 ms", "CPU µs/req", "core %"),
            *("MB", "errors", "wrk and Redis on"),
        ],
        rows=rows,
        notes=[
            "A core for each process; where none is left for wrk and Redis, they share these, and "
            "two processes can't reach twice the requests of one."
        ],
        data={str(processes): plain(runs) for processes, runs in found.items()},
    )
