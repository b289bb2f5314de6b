"""The first dial of somebody of whom Redis knows nothing, beside that of somebody known: it reads
the database, once an hour for each number."""

from benchmarks.ussd import guichet
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.conversations import FIVE_STEPS
from benchmarks.ussd.measuring import Figures, middle, noise, plain
from benchmarks.ussd.tables import Table


def run(bench: Bench) -> Table:
    first = FIVE_STEPS.first()
    found: dict[str, list[Figures]] = {"known": [], "newcomer": []}
    with guichet.started(bench.store, known=bench.known) as server:
        bench.warm(server)
        for turn in range(bench.runs):
            found["known"].append(bench.measure(server, first).figures)
            found["newcomer"].append(bench.measure(server, first, bench.newcomers(turn)).figures)
    rows = []
    for name, runs in found.items():
        one = middle(runs)
        rows.append([name, one.rate, one.p50, one.p99, one.cpu, one.redis_trips, round(one.errors)])
    return Table(
        title="First dials",
        columns=[
            *("who dials", "dials/s", "p50 ms", "p99 ms", "CPU µs/dial", "trips/dial", "errors")
        ],
        rows=rows,
        notes=["The database is SQLite.", *noise(found.values())],
        data={name: plain(runs) for name, runs in found.items()},
    )
