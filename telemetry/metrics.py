"""What is counted, in Prometheus' terms; shared by all processes through files in VAR_DIR/metrics.

The Prometheus client decides at import whether it counts for several processes, from the
environment: so this is the one module that imports it.
"""

import os
import shutil
from functools import lru_cache
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

__all__ = ["SMS_SENT", "Collector", "GaugeMetricFamily", "dialled", "exposition"]

DIALS = Counter("guichet_dials", "USSD callbacks answered", ["provider", "outcome"])
DIAL_SECONDS = Histogram(
    "guichet_dial_seconds",
    "Seconds to answer a USSD callback",
    ["provider"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10),
)
SMS_SENT = Counter("guichet_sms_sends", "Attempts to send an SMS", ["gateway", "outcome"])


@lru_cache(maxsize=256)
def _dials(provider: str, outcome: str) -> tuple[Counter, Histogram]:
    return DIALS.labels(provider, outcome), DIAL_SECONDS.labels(provider)


def dialled(provider: str, outcome: str, seconds: float) -> None:
    """Counts a callback; looked up once per label, since each dial does it."""
    dials, duration = _dials(provider, outcome)
    dials.inc()
    duration.observe(seconds)


def exposition(*collectors: Collector) -> bytes:
    """The text that Prometheus reads: all processes' counts, and what the collectors add now."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)


def forget() -> None:
    """Counts begin at nought: for a process that starts all others."""
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True, exist_ok=True)
