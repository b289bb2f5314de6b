"""Runs wrk with load.lua, and reads what it found."""

import json
import secrets
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ussd.conversations import Conversation
from benchmarks.ussd.cores import pinned

_SCRIPT = Path(__file__).with_name("load.lua")
_LONGEST = 2  # seconds that a reply may take before wrk calls it late


@dataclass(frozen=True, slots=True)
class Phones:
    """Which numbers dial: so many of them, from this one on (without +221)."""

    first: int
    count: int

    def numbers(self) -> list[str]:
        return [f"+221{self.first + number:09d}" for number in range(self.count)]


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of wrk found. Durations are in microseconds, with how often each was seen."""

    requests: int
    seconds: float
    conversations: int
    errors: int
    example: str  # of what was wrong; empty where nothing was
    durations: tuple[Counter[float], ...]  # by step

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def milliseconds(self, percent: float, step: int | None = None) -> float:
        """The time that so many per cent of the replies (to one step, or to all) took at most."""
        chosen = self.durations if step is None else [self.durations[step]]
        return quantile(chosen, percent) / 1000


# Where the next run takes numbers up: citizens who dial again at once are not what we ask about.
_taken: Counter[Phones] = Counter()


def quantile(counts: Iterable[Counter[float]], percent: float) -> float:
    together: Counter[float] = Counter()
    for count in counts:
        together.update(count)
    wanted = together.total() * percent / 100
    seen = 0
    for value in sorted(together):
        seen += together[value]
        if seen >= wanted:
            return value
    return 0.0


def run(
    url: str,
    conversation: Conversation,
    phones: Phones,
    *,
    connections: int,
    seconds: float,
    cores: Sequence[int],
    rate: float | None = None,
) -> Load:
    """Holds conversations for so many seconds; `rate`: so many dials a second at random moments,
    instead of as many as can be."""
    arguments = [
        *("wrk", "--threads", str(connections), "--connections", str(connections)),
        *("--duration", f"{max(1, round(seconds))}s", "--timeout", f"{_LONGEST}s"),
        *("--script", str(_SCRIPT), url, "--"),
        *(f"name={secrets.token_hex(4)}", f"from={phones.first}"),
        *(f"phones={phones.count // connections}", f"skip={_taken[phones]}"),
        *conversation.arguments(),
    ]
    if rate is not None:
        arguments.append(f"rate={rate / connections}")
    done = subprocess.run(pinned(arguments, cores), capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise RuntimeError(f"wrk failed on {url}:\n{done.stdout}{done.stderr}")
    load = _read(lines[-1])
    _taken[phones] += load.conversations // connections + 1
    return load


def _read(line: str) -> Load:
    said = json.loads(line)
    wrong = ("refused", "wrong_start", "wrong_word", "lost", "sockets", "timeouts")
    durations = [Counter(dict(step)) for step in said["took"]]
    return Load(
        requests=said["requests"],
        seconds=said["microseconds"] / 1e6,
        conversations=said["conversations"],
        errors=sum(said[kind] for kind in wrong),
        example=said["example"],
        durations=tuple(durations),
    )
