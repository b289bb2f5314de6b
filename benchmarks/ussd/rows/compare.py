"""Ours beside the yardsticks: the same conversation, one process, one core, the same Redis."""

import statistics
from contextlib import ExitStack

import click

from benchmarks.ussd import contestants, guichet
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.cores import split
from benchmarks.ussd.measuring import Figures, middle, noise, plain
from benchmarks.ussd.tables import Cell, Table

_COLUMNS = (
    *("server", "requests/s", "p50 ms", "p99 ms", "CPU µs/req", "core %", "load %"),
    *("cmds/req", "trips/req", "MB", "errors", "Guichet is"),
)


def run(bench: Bench) -> Table:
    """All servers are up at once and take turns, so that a noisy minute strikes them all."""
    chosen = [name for name in contestants.NAMES if not bench.only or name in bench.only]
    found: dict[str, list[Figures]] = {name: [] for name in chosen}
    wrong = dict.fromkeys(chosen, "")
    with ExitStack() as stack:
        servers = {name: stack.enter_context(contestants.started(name, bench)) for name in chosen}
        for server in servers.values():
            bench.warm(server)
        for turn in range(bench.runs):
            for name in _order(chosen, turn):
                click.echo(f"run {turn + 1} of {bench.runs}: {name} …", err=True)
                done = bench.measure(servers[name])
                found[name].append(done.figures)
                wrong[name] = wrong[name] or done.load.example
        titles = {name: server.title for name, server in servers.items()}
    rows = [_row(titles[name], found[name], found.get(guichet.NAME)) for name in chosen]
    return Table(
        title="Five-step conversations, one process each",
        columns=_COLUMNS,
        rows=rows,
        notes=[
            *(*_notes(bench), *noise(found.values())),
            *(f"{name}: {text}" for name, text in wrong.items() if text),
        ],
        data={
            name: {
                "median": plain([middle(found[name])])[0],
                "runs": plain(found[name]),
                "ratio": _ratio(found[name], found.get(guichet.NAME)),
                "wrong": wrong[name],
            }
            for name in chosen
        },
    )


def _order(names: list[str], turn: int) -> list[str]:
    """Each turn begins with another one."""
    first = turn % len(names)
    return names[first:] + names[:first]


def _row(title: str, runs: list[Figures], ours: list[Figures] | None) -> list[Cell]:
    one = middle(runs)
    ratio = _ratio(runs, ours)
    return [
        *(title, one.rate, one.p50, one.p99, one.cpu, round(one.busy), round(one.load_busy)),
        *(one.redis_commands, one.redis_trips, round(one.memory), round(one.errors)),
        "" if ratio is None or runs is ours else f"{ratio:.2f} x",
    ]


def _ratio(runs: list[Figures], ours: list[Figures] | None) -> float | None:
    """Our requests a second to theirs, turn by turn; then the median."""
    if not ours:
        return None
    ratios = [mine.rate / theirs.rate for mine, theirs in zip(ours, runs, strict=True)]
    return round(statistics.median(ratios), 3)


def _notes(bench: Bench) -> list[str]:
    cores = split()
    where = "cores of their own" if cores.apart else "NO CORE OF THEIR OWN: don't compare"
    return [
        f"Median of {bench.runs} runs of {bench.seconds:g} s; {bench.connections} connections; "
        f"servers on core {cores.servers}, wrk and Redis on {cores.load} ({where}).",
        "core %: of the server's core, by itself. load %: of the core of wrk and Redis; near 100, "
        "it is they that were measured. cmds and trips: Redis commands and round trips.",
        "`Guichet is`: its requests/s over theirs, run by run, then the median. Errors: replies "
        "that were wrong, late or missing, of all runs.",
    ]
