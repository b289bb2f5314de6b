"""Code that waits in the usual way, on the event loop."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from database import reading
from serving import fibers
from tests.loop import begin, in_fiber, running
from tests.waiting import until


def test_a_fiber_that_waits_does_not_keep_others_from_going_on():
    slow: Future[str] = Future()
    first = begin(lambda: fibers.result(slow))
    assert in_fiber(lambda: "meanwhile") == "meanwhile"
    assert not first.done()
    slow.set_result("at last")
    assert first.result(10) == "at last"


def test_a_wait_ends_after_so_many_seconds_and_an_end_that_comes_later_wakes_nobody():
    slow: Future[str] = Future()
    with pytest.raises(TimeoutError):
        in_fiber(lambda: fibers.result(slow, 0.05))
    slow.set_result("too late")
    assert in_fiber(lambda: "fine") == "fine"


def test_what_was_raised_is_raised_where_it_was_waited_for():
    failed: Future[str] = Future()
    failed.set_exception(LookupError("no such thing"))
    with pytest.raises(LookupError, match="no such thing"):
        in_fiber(lambda: fibers.result(failed, 5))


def test_helpers_wait_in_a_fiber_s_stead_and_nobody_s_on_a_thread():
    helpers = fibers.Helpers(1, "helper")
    assert in_fiber(lambda: helpers.do(lambda: threading.current_thread().name)) == "helper_0"
    assert helpers.do(threading.current_thread) is threading.current_thread()


def test_the_database_is_not_asked_in_a_fiber():
    with pytest.raises(RuntimeError, match="would stop all dials"):
        in_fiber(lambda: reading().__enter__())


def test_a_hundred_fibers_wait_at_once():
    with ThreadPoolExecutor(100) as pool:
        barrier = threading.Barrier(100)
        waiting = [begin(lambda: fibers.result(pool.submit(barrier.wait), 10)) for _ in range(100)]
        assert sorted(one.result(10) for one in waiting) == list(range(100))


def test_work_that_fails_is_logged_and_its_fiber_goes_on(caplog):
    def fails() -> None:
        raise LookupError("no such thing")

    running().call_soon_threadsafe(fibers.start, fails)
    until(lambda: "a fiber's work failed" in caplog.text, "the log")
    assert in_fiber(time.monotonic) > 0
