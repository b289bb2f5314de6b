"""An answer in time, whatever hangs: work that can be left behind, and a breaker for what is away.

A gateway waits some ten seconds, then shows an error of its own; a thread that waits for a database
can't be stopped, but it can be left to finish alone while the citizen gets an answer.
"""

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from serving import fibers

_T = TypeVar("_T")


class Late(Exception):
    """It was not done in time; it may be done yet."""


class Away(Exception):
    """What is needed did not answer a moment ago, so nobody waits for it now."""


class Deadline:
    """`Deadline(4.0)`: what is begun now has four seconds."""

    __slots__ = ("_at",)

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self, reserve: float = 0.0) -> float:
        """The seconds left, less what is needed afterwards; never nothing at all."""
        return max(0.05, self._at - time.monotonic() - reserve)


class Aside:
    """Does things on threads of its own, so that one who waits can stop waiting."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="aside")

    def do(self, work: Callable[[], _T], seconds: float) -> _T:
        """Raises Late after so many seconds. The work goes on, unless it had not begun."""
        doing = self._pool.submit(contextvars.copy_context().run, work)
        try:
            return fibers.result(doing, seconds)
        except TimeoutError:
            if doing.done() and not doing.cancelled():  # the work's own, not ours
                raise
            doing.cancel()
            raise Late from None


class Breaker:
    """Once something has failed so often in a row, one caller at a time tries it, and only now and
    then; the others are told at once, instead of all of them waiting for it together."""

    def __init__(self, failures: int, seconds: float) -> None:
        self._most, self._pause = failures, seconds
        self._failed = 0
        self._until = 0.0
        self._probe = threading.Lock()

    def attempt(self, work: Callable[[], _T], counts: tuple[type[Exception], ...]) -> _T:
        """Does the work. Raises Away instead where it is of no use; `counts` are failures."""
        if self._failed < self._most:
            return self._tried(work, counts)
        if time.monotonic() < self._until or not self._probe.acquire(blocking=False):
            raise Away
        try:
            return self._tried(work, counts)
        finally:
            self._probe.release()

    def _tried(self, work: Callable[[], _T], counts: tuple[type[Exception], ...]) -> _T:
        try:
            done = work()
        except counts:
            self._failed += 1
            self._until = time.monotonic() + self._pause
            raise
        self._failed = 0
        return done
