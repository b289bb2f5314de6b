"""What is counted, in Prometheus' terms; shared by all processes through files in VAR_DIR/metrics.

The Prometheus client decides at import whether it counts for several processes, from the
environment: so this is the one module that imports it.
"""

import atexit
import os
import shutil
import threading
from bisect import bisect_left
from collections import Counter as TallyOf
from collections import deque
from pathlib import Path

from settings import current

DIRECTORY = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or current().var_dir / "metrics")
DIRECTORY.mkdir(parents=True, exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(DIRECTORY.absolute())

from prometheus_client import (  # noqa: E402  (after the environment is set)
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client import values as _values  # noqa: E402
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

# The client asks for its process id at each count, which costs more than the count. It changes at
# a fork only.
_process = [os.getpid()]
os.register_at_fork(after_in_child=lambda: _process.__setitem__(0, os.getpid()))
_values.ValueClass = _values.MultiProcessValue(lambda: _process[0])  # type: ignore[no-untyped-call]

__all__ = [
    "SMS_ACCEPT_SECONDS",
    "SMS_DELIVERY_SECONDS",
    "SMS_RECEIPTS",
    "SMS_SECONDS",
    "SMS_SENT",
    "Collector",
    "GaugeMetricFamily",
    "dialled",
    "dials",
    "exposition",
]

DIALS = Counter("guichet_dials", "USSD callbacks answered", ["provider", "outcome"])
DIAL_SECONDS = Histogram(
    "guichet_dial_seconds",
    "Seconds to answer a USSD callback",
    ["provider"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10),
)
SMS_SENT = Counter("guichet_sms_sends", "Attempts to send an SMS", ["gateway", "outcome"])
SMS_SECONDS = Histogram(
    "guichet_sms_call_seconds",
    "Seconds until a gateway answered a call",
    ["gateway"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
SMS_ACCEPT_SECONDS = Histogram(
    "guichet_sms_accept_seconds",
    "Seconds from posting a message to a gateway's acceptance, hours of rest included",
    ["gateway"],
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600),
)
SMS_DELIVERY_SECONDS = Histogram(
    "guichet_sms_delivery_seconds",
    "Seconds from a gateway's acceptance to the phone",
    ["gateway"],
    buckets=(1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600),
)
SMS_RECEIPTS = Counter("guichet_sms_receipts", "Receipts that were matched", ["gateway", "state"])


_FLUSH_EVERY = 0.25  # seconds

_waiting: deque[tuple[str, str, float]] = deque()
_flusher: threading.Thread | None = None


def dialled(provider: str, outcome: str, seconds: float) -> None:
    """Counts a callback. The files that processes share are written four times a second instead of
    at each dial: writing to them costs more than all the rest of its counting."""
    _waiting.append((provider, outcome, seconds))
    if _flusher is None:
        _start_flusher()


def _start_flusher() -> None:
    global _flusher
    _flusher = threading.Thread(target=_flush_for_ever, name="metrics", daemon=True)
    _flusher.start()
    atexit.register(flush)


def _flush_for_ever() -> None:
    tick = threading.Event()
    while not tick.wait(_FLUSH_EVERY):
        flush()


def flush() -> None:
    """Writes what was counted since the last time."""
    outcomes: TallyOf[tuple[str, str]] = TallyOf()
    durations: dict[str, list[float]] = {}
    while _waiting:
        try:
            provider, outcome, seconds = _waiting.popleft()
        except IndexError:  # another thread has just taken the last one
            break
        outcomes[provider, outcome] += 1
        durations.setdefault(provider, []).append(seconds)
    for labels, count in outcomes.items():
        DIALS.labels(*labels).inc(count)
    for provider, all_seconds in durations.items():
        _observe(DIAL_SECONDS.labels(provider), all_seconds)


def _observe(histogram: Histogram, values: list[float]) -> None:
    """Many values at once, for which the client has no call of its own."""
    bounds = histogram._upper_bounds
    for place, count in TallyOf(bisect_left(bounds, value) for value in values).items():
        histogram._buckets[place].inc(count)
    histogram._sum.inc(sum(values))


def exposition(*collectors: Collector) -> bytes:
    """The text that Prometheus reads: all processes' counts, and what the collectors add now."""
    flush()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)


def dials() -> dict[str, float]:
    """How many callbacks all processes answered since they began, by outcome."""
    flush()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    found: dict[str, float] = {}
    for family in registry.collect():
        if family.name == "guichet_dials":
            for sample in family.samples:
                outcome = sample.labels["outcome"]
                found[outcome] = found.get(outcome, 0) + sample.value
    return found


def forget() -> None:
    """Counts begin at nought: for a process that starts all others."""
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True, exist_ok=True)
