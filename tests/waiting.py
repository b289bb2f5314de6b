"""Waiting for the thing itself, never for a time."""

import threading
import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds that a slow machine may take; nothing waits longer than it must


def until(found: Callable[[], object], what: str, seconds: float = PATIENCE) -> object:
    """Waits for the thing itself; fails when it does not come."""
    deadline = time.monotonic() + seconds
    tick = threading.Event()
    while not (result := found()):
        assert time.monotonic() < deadline, f"{what} did not come within {seconds} s"
        tick.wait(0.05)
    return result
