"""How long a citizen waits when the server does half of what it can."""

from benchmarks.ussd import contestants
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.measuring import Figures, middle, noise, plain
from benchmarks.ussd.servers import Server
from benchmarks.ussd.tables import Table

_USUAL = ("guichet", "flask", "fastify")
_LINES = 64  # connections: enough that few dials wait for the one before them


def run(bench: Bench) -> Table:
    rows = []
    data = {}
    seen: list[list[Figures]] = []
    for name in bench.only or _USUAL:
        with contestants.started(name, bench) as server:
            bench.warm(server)
            full, half = _both(bench, server)
        seen += [full, half]
        one, saturated = middle(half), middle(full).rate
        rows.append(
            [
                *(server.title, saturated, one.rate, one.p50, one.p99, one.p99 / one.p50),
                *(round(one.busy), round(one.errors)),
            ]
        )
        data[name] = {"saturated": plain(full), "half": plain(half)}
    return Table(
        title="At half of its own saturation",
        columns=[
            *("server", "saturated at", "dials/s", "p50 ms", "p99 ms", "p99/p50"),
            *("core %", "errors"),
        ],
        rows=rows,
        notes=[
            f"Open loop: {_LINES} connections dial at moments drawn at random (Poisson), whether "
            "or not the reply before has come; what a dial waits for that reply counts.",
            *noise(seen),
        ],
        data=data,
    )


def _both(bench: Bench, server: Server) -> tuple[list[Figures], list[Figures]]:
    full, half = [], []
    for _ in range(bench.runs):
        full.append(bench.measure(server).figures)
        rate = full[-1].rate / 2
        half.append(bench.measure(server, connections=_LINES, rate=rate).figures)
    return full, half
