"""The one queue of jobs. JSON, never pickle: nothing that Redis holds can become code."""

import logging
from collections.abc import Callable
from functools import lru_cache

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from database.lean_redis import LeanRedis, lean
from database.redis_clients import client
from settings import current

log = logging.getLogger(__name__)

# One queue: a worker on two or more takes jobs by BLPOP and loses one when it crashes; on one
# queue it takes them by BLMOVE and doesn't.
QUEUE = "guichet"

# No job may take longer. It is there for what hangs against all expectation: a job ends by itself
# long before (the longest sends two batches of SMS), since being cut short leaves things uncertain.
JOB_SECONDS = 900

_first: list[Callable[[], object]] = []

# A plain flag: it is set within a signal's handler, where a lock could be held already.
_stopping = False


@lru_cache(maxsize=1)
def connection() -> Redis:
    return client(current().redis, current().redis_seconds)


@lru_cache(maxsize=1)
def _lean(url: str, seconds: float) -> LeanRedis:
    return lean(url, seconds)


def queue(redis: Redis | None = None) -> Queue:
    return Queue(QUEUE, connection=redis or connection(), serializer=JSONSerializer)


def enqueue(function: Callable[[], object], keep: int = 60) -> None:
    """Puts a function without arguments on the queue; unless taken up, it lapses after `keep` s."""
    queue().enqueue(
        function, ttl=keep, result_ttl=0, failure_ttl=24 * 3600, job_timeout=JOB_SECONDS
    )


def wake(function: Callable[[], object]) -> None:
    """Like `enqueue`, but not when the same call already waits: a thousand tickets, one job.

    The job calls `awake` first, so that what is committed after it began wakes another.
    """
    redis = _lean(current().redis, current().redis_seconds)  # every ticket asks
    [is_first] = redis.run(("SET", _woken(function), 1, "NX", "EX", 5))
    if is_first:
        enqueue(function)


def awake(function: Callable[[], object]) -> None:
    connection().delete(_woken(function))


def before_each(function: Callable[[], object]) -> None:
    """Has this called before each job: what a process keeps in memory is brought up to date."""
    if function not in _first:
        _first.append(function)


def prepare() -> None:
    """Before a job: a thing that fails is no reason not to work."""
    for function in _first:
        try:
            function()
        except Exception as problem:
            log.warning("before a job: %s: %s", function.__qualname__, problem)


def _woken(function: Callable[[], object]) -> str:
    return f"guichet:woken:{function.__module__}.{function.__qualname__}"


def stop(now: bool = True) -> None:
    """Asks the job at hand to end as soon as it can leave things in order."""
    global _stopping
    _stopping = now


def stopping() -> bool:
    """Whether this process was told to stop: a job that does many things asks before each."""
    return _stopping
