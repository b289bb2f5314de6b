"""A ticket end to end with the database: six dials of somebody who has never dialled, from the
choice of a language to the number, in the demo office."""

import statistics

from benchmarks.ussd import guichet
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.conversations import TICKET
from benchmarks.ussd.measuring import Run, middle, noise, plain
from benchmarks.ussd.tables import Table


def run(bench: Bench) -> Table:
    runs = []
    for turn in range(bench.runs):  # each on a day without tickets
        bench.store.clear()
        with guichet.started(bench.store) as server:
            bench.warm(server)
            runs.append(bench.measure(server, TICKET, bench.newcomers(turn)))
    one = middle([run.figures for run in runs])
    tickets = statistics.median(run.load.conversations / run.load.seconds for run in runs)
    last = len(TICKET.steps) - 1
    p50 = statistics.median(run.load.milliseconds(50, last) for run in runs)
    p99 = statistics.median(run.load.milliseconds(99, last) for run in runs)
    return Table(
        title="A ticket, end to end",
        columns=[
            *("database", "tickets/s", "dials/s", "p50 ms", "p99 ms", "CPU µs/dial"),
            *("last: p50 ms", "last: p99 ms", "errors"),
        ],
        rows=[
            ["SQLite", tickets, one.rate, one.p50, one.p99, one.cpu, p50, p99, round(one.errors)]
        ],
        notes=[
            "The last dial gives the ticket and posts its SMS, in one transaction. Nobody is "
            "called meanwhile, so the queue that is counted for `ahead` only grows.",
            *noise([[run.figures for run in runs]]),
            *_wrong(runs),
        ],
        data={
            "tickets_per_second": round(tickets, 1),
            "last_dial": {"p50": round(p50, 3), "p99": round(p99, 3)},
            "dials": plain([run.figures for run in runs]),
        },
    )


def _wrong(runs: list[Run]) -> list[str]:
    return [run.load.example for run in runs if run.load.example][:1]
