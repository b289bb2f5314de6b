"""The clock process: RQ's cron, enqueuing what is to be done again and again."""

import logging
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError
from rq.cron import CronJob, CronScheduler
from rq.utils import now

import moment
from background.work import QUEUE, enqueue
from settings import Settings

log = logging.getLogger(__name__)

_periodic: list[tuple[Callable[[], object], int]] = []


def every(seconds: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Marks a function without arguments as one that the clock has done every so many seconds."""

    def mark(function: Callable[[], object]) -> Callable[[], object]:
        _periodic.append((function, seconds))
        return function

    return mark


class Clock(CronScheduler):
    """RQ's scheduler, but it outlives a Redis that goes away and enqueues JSON.

    RQ 3.0's own `enqueue_jobs` pickles, and ends the process at the first connection error.
    """

    def enqueue_jobs(self) -> list[CronJob]:
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            assert job.func is not None
            assert job.interval is not None
            job.set_enqueue_time(now())
            try:
                # Lapses when the next one comes: a worker that was away finds one, not a thousand.
                enqueue(job.func, keep=max(job.interval, 5))
            except RedisError as problem:
                log.warning("clock: %s not enqueued: %s", job.func_name, problem)
        return []  # nothing for RQ to save: what is due is known to this process alone

    def heartbeat(self) -> None:
        try:
            super().heartbeat()
        except RedisError as problem:
            log.warning("clock: no heartbeat: %s", problem)


def run(settings: Settings) -> None:
    """Runs until told to stop."""
    clock = Clock(Redis.from_url(settings.redis), logging_level="WARNING")
    for function, seconds in _periodic:
        clock.register(function, QUEUE, interval=max(1, int(seconds / moment.speed())))
    clock.start()  # type: ignore[no-untyped-call]
