"""Dials on the event loop: code that waits in the usual way, while the loop goes on with others.

A thread for each dial costs more than the dial: two of them hand the interpreter to each other at
every wait for Redis. A fiber (greenlet.readthedocs.io) is a stack of its own on the loop's thread:
where a thread would block, it steps aside, and is switched to when what it waits for is there. So
one and the same code serves the loop, where it runs in a fiber, and tests, pages and jobs, where it
runs on a thread and blocks.

Whatever may wait has to come through here: what blocks in a fiber stops all dials of the process.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

log = logging.getLogger(__name__)

_T = TypeVar("_T")


class _Fiber(greenlet):
    """Does one piece of work after the other: a new one costs a piece of memory from the system."""

    def run(self, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        while True:
            try:
                work(*arguments)
            except Exception:
                log.exception("a fiber's work failed")
            _idle.fibers.append(self)
            work, arguments = park()


class _Idle(threading.local):
    """Each loop's own: a fiber can't go to another thread."""

    def __init__(self) -> None:
        self.fibers: list[_Fiber] = []


_idle = _Idle()


def start(work: Callable[..., None], *arguments: Any) -> None:
    """Begins the work, in a fiber; returns when it waits for the first time, or  is done. From
    the loop's own callbacks, not from another fiber."""
    idle = _idle.fibers
    fiber = idle.pop() if idle else _Fiber()
    fiber.switch(work, arguments)


def in_fiber() -> bool:
    return type(getcurrent()) is _Fiber


def must_not_block(what: str) -> None:
    """Raises in a fiber: said by what would stop the loop."""
    if in_fiber():
        raise RuntimeError(f"{what} would stop all dials: have it done by Helpers")


def here() -> Callable[[Any], Any]:
    """What goes on with this fiber, when called in the loop with what `park` is to return."""
    switch: Callable[[Any], Any] = getcurrent().switch
    return switch


def park() -> Any:
    """The fiber steps aside, until it is gone on with."""
    loop = getcurrent().parent
    assert loop is not None
    return loop.switch()


def result(doing: "Future[_T]", seconds: float | None = None) -> _T:
    """As `doing.result(seconds)`, also in a fiber."""
    if not in_fiber():
        return doing.result(seconds)
    loop, wake = asyncio.get_running_loop(), _once(here())
    timer = None if seconds is None else loop.call_later(seconds, wake)

    def tell(_: object) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody waits
            loop.call_soon_threadsafe(wake)

    doing.add_done_callback(tell)
    park()
    if timer is not None:
        timer.cancel()
    return doing.result(0)


def outcome(awaited: Awaitable[_T]) -> _T:
    """What an awaitable comes to; in a fiber only."""
    task = asyncio.ensure_future(awaited)
    task.add_done_callback(here())
    park()
    return task.result()


def _once(resume: Callable[[Any], Any]) -> Callable[[], None]:
    waits = [True]

    def wake() -> None:
        if waits.pop():
            waits.append(False)
            resume(None)

    return wake


class Helpers:
    """Threads that wait in a fiber's stead."""

    def __init__(self, most: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)

    def do(self, work: Callable[[], _T]) -> _T:
        """Does the work: on a thread of ours if this is a fiber, else at once."""
        if not in_fiber():
            return work()
        return result(self._pool.submit(copy_context().run, work))
