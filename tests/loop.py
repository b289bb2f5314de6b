"""An event loop on a thread of its own: tests run things in fibers, as the web server does."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from typing import Any, TypeVar

import uvloop

from database.lean_redis import lean
from serving import fibers
from tests.waiting import PATIENCE

_T = TypeVar("_T")


@lru_cache(maxsize=1)
def running() -> asyncio.AbstractEventLoop:
    loop = uvloop.new_event_loop()
    threading.Thread(target=loop.run_forever, name="loop", daemon=True).start()
    return loop


def begin(work: Callable[[], _T]) -> "Future[_T]":
    """Has it done in a fiber."""
    done: Future[_T] = Future()

    def do() -> None:
        try:
            done.set_result(work())
        except BaseException as problem:
            done.set_exception(problem)

    running().call_soon_threadsafe(fibers.start, do)
    return done


def in_fiber(work: Callable[[], _T]) -> _T:
    """What it comes to, in a fiber."""
    return begin(work).result(PATIENCE)


class LeanInFiber:
    """`database.lean_redis`, asked by fibers."""

    def __init__(self, url: str, seconds: float) -> None:
        self._redis = lean(url, seconds)

    def run(self, *commands: Any) -> list[Any]:
        return in_fiber(lambda: self._redis.run(*commands))
