"""Where the benchmark keeps its files, all under var/bench, and the ports it takes."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from settings import ROOT

PLACE = ROOT / "var" / "bench"
BIN = ROOT / ".venv" / "bin"


def folder(name: str) -> Path:
    path = PLACE / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def log_file(name: str) -> Path:
    return folder("logs") / f"{name}.log"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """What a server gets to know: nothing of this terminal's but what programs need to start, so
    that no setting, no account and no key of whoever runs this gets in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **more}
