"""The queue: many wake-ups are one job, and none is lost for that."""

import json
import zlib

from background import work, worker


def job() -> None:
    """Something to be done."""


def waiting(office) -> int:
    return office.redis.llen("rq:queue:guichet")


def test_a_thousand_wake_ups_are_one_job(office):
    for _ in range(1000):
        work.wake(job)
    assert waiting(office) == 1


def test_what_comes_after_the_job_has_begun_wakes_another(office):
    work.wake(job)
    work.awake(job)
    work.wake(job)
    assert waiting(office) == 2


def test_a_job_is_json_and_never_code(office):
    work.enqueue(job)
    [job_id] = office.redis.lrange("rq:queue:guichet", 0, -1)
    data = json.loads(zlib.decompress(office.redis.hget(b"rq:job:" + job_id, "data")))
    assert data[0].endswith("test_work.job")


def test_what_a_worker_keeps_in_memory_is_brought_up_to_date_before_each_job(office, monkeypatch):
    asked: list[str] = []

    def fails() -> None:
        raise OSError("the database is away")

    monkeypatch.setattr(work, "_first", [fails, lambda: asked.append("asked")])
    for function in (work.stopping, work.queue):
        work.enqueue(function)
    worker.make(office.redis).work(burst=True, logging_level="ERROR")
    assert asked == ["asked", "asked"]
