"""One run of load on one server, and all that it cost."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

import psutil

from benchmarks.ussd import wrk
from benchmarks.ussd.conversations import Conversation
from benchmarks.ussd.servers import Server
from benchmarks.ussd.store import Store
from benchmarks.ussd.wrk import Load, Phones

_QUIET = 5  # % of a core that a machine at rest may need for itself


@dataclass(frozen=True, slots=True)
class Figures:
    rate: float  # requests a second
    p50: float  # ms
    p99: float  # ms
    cpu: float  # µs of the server per request
    busy: float  # % of the server's cores, by itself
    others: float  # % of the server's cores, by anything else: noise
    load_busy: float  # % of the cores of wrk and Redis: near 100, these are what was measured
    redis_commands: float  # per request, with those that scripts run
    redis_trips: float  # per request
    redis_cpu: float  # µs per request
    memory: float  # MB resident
    errors: float


@dataclass(frozen=True, slots=True)
class Run:
    figures: Figures
    load: Load


def run(
    server: Server,
    store: Store,
    conversation: Conversation,
    phones: Phones,
    *,
    connections: int,
    seconds: float,
    rate: float | None = None,
) -> Run:
    store.forget_dropped()
    cpu, redis, cores = server.cpu_seconds(), store.work(), _cores()
    load = wrk.run(
        server.url,
        conversation,
        phones,
        connections=connections,
        seconds=seconds,
        cores=server.cores.load,
        rate=rate,
    )
    used, shares = server.cpu_seconds() - cpu, _shares(cores, _cores())
    redis_after = store.work()
    count = max(1, load.requests)
    busy = used / load.seconds / len(server.cores.servers) * 100
    figures = Figures(
        rate=load.rate,
        p50=load.milliseconds(50),
        p99=load.milliseconds(99),
        cpu=used / count * 1e6,
        busy=busy,
        others=max(0.0, _mean(shares, server.cores.servers) - busy),
        load_busy=_mean(shares, server.cores.load),
        # One INFO, the first, is counted between the two looks.
        redis_commands=(redis_after.commands - redis.commands - 1) / count,
        redis_trips=(redis_after.reads - redis.reads - 1) / count,
        redis_cpu=(redis_after.cpu_seconds - redis.cpu_seconds) / count * 1e6,
        memory=server.memory() / 1e6,
        errors=load.errors,
    )
    return Run(figures, load)


def _cores() -> list[tuple[float, float]]:
    """For each core of the machine: the seconds it worked, and all its seconds."""
    times = psutil.cpu_times(percpu=True)
    return [(sum(one) - one.idle - one.iowait - one.guest, sum(one)) for one in times]


def _shares(
    before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]]
) -> list[float]:
    """The percentage that each core worked between two looks."""
    return [
        (worked - worked_before) / max(total - total_before, 0.01) * 100
        for (worked_before, total_before), (worked, total) in zip(before, after, strict=True)
    ]


def _mean(shares: Sequence[float], cores: Sequence[int]) -> float:
    return statistics.mean(shares[core] for core in cores)


def middle(runs: Sequence[Figures]) -> Figures:
    """The median of each figure; errors are added up, for one is one too many."""
    found = {
        field.name: statistics.median(getattr(one, field.name) for one in runs)
        for field in fields(Figures)
    }
    return Figures(**{**found, "errors": sum(one.errors for one in runs)})


def noise(found: Iterable[Sequence[Figures]]) -> list[str]:
    """A line to put below a table that was made on a busy machine."""
    worst = max(middle(runs).others for runs in found)
    if worst < _QUIET:
        return []
    return [f"NOISY: other programs took up to {worst:.0f} % of the servers' core."]


def plain(runs: Sequence[Figures]) -> list[dict[str, float]]:
    """For JSON."""
    return [{name: round(value, 3) for name, value in asdict(one).items()} for one in runs]
