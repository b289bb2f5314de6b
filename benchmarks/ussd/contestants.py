"""Every server that can be measured, by name: ours first."""

from contextlib import AbstractContextManager

from benchmarks.ussd import guichet, others
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.servers import Server

NAMES = (guichet.NAME, *others.YARDSTICKS_BY_NAME)


def started(name: str, bench: Bench) -> AbstractContextManager[Server]:
    if name == guichet.NAME:
        return guichet.started(bench.store, known=bench.known)
    return others.YARDSTICKS_BY_NAME[name](bench.store)
