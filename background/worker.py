"""The worker process: takes jobs off the queue, one after the other."""

from types import FrameType

from redis import Redis
from rq import Queue
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from background import work
from settings import Settings


class _Worker(SimpleWorker):
    """RQ's, but the job at hand learns of the signal to stop. RQ waits for that job's end, and who
    starts processes doesn't wait long (honcho: 5 s) before it kills them."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        work.stop()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        work.prepare()
        return super().perform_job(job, queue, execution)


def make(redis: Redis) -> SimpleWorker:
    worker = _Worker([work.queue(redis)], connection=redis, serializer=JSONSerializer)
    worker.log_result_lifespan = False
    return worker


def run(settings: Settings) -> None:
    """Works until told to stop. Jobs run in this very process, since a fork per job would take
    20 ms and a new connection to everything (45 jobs/s against 200). So each does a bounded amount,
    wakes another for what is left, and asks `work.stopping()` between one thing and the next."""
    make(Redis.from_url(settings.redis)).work(with_scheduler=False, logging_level="WARNING")
