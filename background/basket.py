"""Things to be done soon, in a Redis list: a request puts one in, a job does them all.

What a worker that died was at is done again, so each thing must be such that twice is as good as
once.
"""

import logging
from collections.abc import Callable
from typing import Any, cast

from background import work
from serving.fibers import Helpers

log = logging.getLogger(__name__)

_helpers = Helpers(8, "basket")


class Basket:
    """`name` is the Redis key; `most` how many are done at one go."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._doing, self._most = name, f"{name}:doing", most

    def put(self, thing: str | bytes) -> None:
        """Raises RedisError where it can't be kept."""
        _helpers.do(lambda: work.connection().rpush(self._name, thing))

    def do_all(self, do: Callable[[bytes], None], wait_for: type[Exception]) -> None:
        """Does what is there. After a failure of the kind `wait_for` (the database is away) all of
        it stays for the next time; a thing that fails otherwise is logged and given up."""
        redis: Any = work.connection()
        while redis.lmove(self._doing, self._name, "RIGHT", "LEFT"):
            pass
        for _ in range(self._most):
            thing = cast(bytes | None, redis.lmove(self._name, self._doing, "LEFT", "RIGHT"))
            if thing is None or work.stopping():
                return
            try:
                do(thing)
            except wait_for as problem:
                log.warning("%s: waits on: %s", self._name, type(problem).__name__)
                return
            except Exception:
                log.exception("%s: a thing is given up", self._name)
            redis.lrem(self._doing, 1, thing)
