"""Redis for the hot path: reconnects, times out, and speaks to Sentinel and Cluster too; the same
on a thread and in a fiber of the event loop."""

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as TookTooLong

from database.lean_redis import LeanRedis
from database.lean_redis import lean as on_a_thread
from operations import embedded_redis
from serving import fibers
from tests.loop import LeanInFiber, begin, in_fiber, running
from tests.ports import free_port
from tests.waiting import until


@pytest.fixture(params=[on_a_thread, LeanInFiber], ids=["thread", "fiber"])
def lean(request: pytest.FixtureRequest) -> Callable[[str, float], LeanRedis]:
    return request.param


@contextmanager
def server(*arguments: str, port: int) -> Iterator[int]:
    process = subprocess.Popen(
        [embedded_redis.executable(), *arguments, "--port", str(port), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    with Redis(port=port) as redis:
        until(lambda: _answers(redis), "a redis-server")
        yield port
    process.terminate()
    process.wait(10)


def _answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except ConnectionLost:
        return False


def test_several_commands_are_one_call_and_answered_in_order(lean, redis_url):
    redis = lean(redis_url, 1)
    assert redis.run(("SET", "a", "1"), ("INCR", "a"), ("GET", "a")) == [b"OK", 2, b"2"]
    assert redis.run(("MGET", "a", "nothing")) == [[b"2", None]]


def test_a_large_answer_comes_whole(lean, redis_url):
    redis = lean(redis_url, 1)
    redis.run(("SET", "large", b"x" * 300_000))
    assert redis.run(("GET", "large"), ("PING",)) == [b"x" * 300_000, b"PONG"]


def test_what_redis_refuses_is_raised_and_the_line_stays_good(lean, redis_url):
    redis = lean(redis_url, 1)
    with pytest.raises(ResponseError, match="wrong number of arguments"):
        redis.run(("GET",), ("SET", "a", "3"))
    assert redis.run(("GET", "a")) == [b"3"]


def test_a_server_that_was_started_again_is_found_again(lean):
    port = free_port()
    redis = lean(f"redis://127.0.0.1:{port}/0", 1)
    with server(port=port):
        assert redis.run(("PING",)) == [b"PONG"]
    with pytest.raises(ConnectionLost):
        redis.run(("PING",))
    with server(port=port):
        assert redis.run(("PING",)) == [b"PONG"]
    with server(port=port):
        assert redis.run(("PING",)) == [b"PONG"]  # the socket of the one before is dead


def test_a_server_that_says_nothing_is_waited_for_so_long_and_not_longer(lean):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        redis = lean(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", 0.2)
        with pytest.raises(TookTooLong):
            redis.run(("PING",))


def test_an_answer_that_comes_late_is_not_taken_for_the_next_one(lean, redis_url):
    redis, other = lean(redis_url, 0.2), lean(redis_url, 5)
    assert redis.run(("PING",)) == [b"PONG"]
    other.run(("CLIENT", "PAUSE", 600, "ALL"))
    with pytest.raises(TookTooLong):
        redis.run(("ECHO", "one"))
    assert other.run(("ECHO", "two")) == [b"two"]  # waits out the pause
    assert redis.run(("ECHO", "three")) == [b"three"]


def test_each_thread_has_a_line_of_its_own(lean, redis_url):
    redis = lean(redis_url, 1)
    seen: dict[int, list[bytes]] = {}

    def ask(number: int) -> None:
        seen[number] = [redis.run(("ECHO", f"{number}"))[0] for _ in range(50)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {number: [str(number).encode()] * 50 for number in range(8)}


def test_a_database_and_a_password_of_the_url_are_used(lean):
    port = free_port()
    with server(port=port):
        Redis(port=port).config_set("requirepass", "hush")
        lean(f"redis://:hush@127.0.0.1:{port}/3", 1).run(("SET", "a", "b"))
        assert Redis(port=port, password="hush", db=3).get("a") == b"b"
        with pytest.raises(RedisError, match="invalid username-password"):
            lean(f"redis://:wrong@127.0.0.1:{port}/3", 1).run(("GET", "a"))


def test_sentinel_names_the_primary(lean, tmp_path: Path):
    primary, port = free_port(), free_port()
    conf = tmp_path / "sentinel.conf"
    conf.write_text(f"port {port}\nsentinel monitor ours 127.0.0.1 {primary} 1\n")
    with server(port=primary), server(str(conf), "--sentinel", port=port):
        redis = lean(f"redis+sentinel://127.0.0.1:{port}/ours", 1)
        assert redis.run(("SET", "a", "1"), ("GET", "a")) == [b"OK", b"1"]
        assert Redis(port=primary).get("a") == b"1"


def test_a_cluster_is_spoken_to_key_by_key(lean, tmp_path: Path):
    port = free_port()
    while port > 55_000:  # the cluster's own port is ten thousand above
        port = free_port()
    options = ("--cluster-enabled", "yes", "--dir", str(tmp_path))
    with server(*options, port=port):
        Redis(port=port).execute_command("CLUSTER", "ADDSLOTS", *range(16384))
        until(lambda: _is_whole(port), "a whole cluster")
        redis = lean(f"redis+cluster://127.0.0.1:{port}", 1)
        assert redis.run(("SET", "a", "1"), ("SET", "b", "2"), ("GET", "a")) == [True, True, b"1"]


def _is_whole(port: int) -> bool:
    return b"cluster_state:ok" in Redis(port=port).execute_command("CLUSTER", "INFO")


def test_what_fibers_ask_in_one_turn_goes_out_in_one_write(redis_url):
    redis, watch = on_a_thread(redis_url, 1), Redis.from_url(redis_url)
    in_fiber(lambda: redis.run(("PING",)))
    before = watch.info("stats")["total_reads_processed"]

    def ask_all():
        for number in range(50):
            fibers.start(lambda number=number: seen.append(redis.run(("ECHO", number))[0]))

    seen: list[bytes] = []
    running().call_soon_threadsafe(ask_all)
    until(lambda: len(seen) == 50, "all answers")
    assert seen == [b"%d" % number for number in range(50)]
    assert watch.info("stats")["total_reads_processed"] - before <= 3  # ours, and the two looks


def test_fibers_share_one_connection_also_when_all_begin_at_once(redis_url):
    redis, watch = on_a_thread(redis_url, 1), Redis.from_url(redis_url)
    before = watch.info("clients")["connected_clients"]
    asked = [begin(lambda: redis.run(("PING",))) for _ in range(50)]
    assert [one.result(10) for one in asked] == [[b"PONG"]] * 50
    assert watch.info("clients")["connected_clients"] - before == 1


def test_a_fiber_that_asked_late_is_not_told_that_it_waited_too_long(redis_url):
    """One time-out ends the line for all; the others ask again on a new one."""
    redis, watch = on_a_thread(redis_url, 0.5), Redis.from_url(redis_url)
    in_fiber(lambda: redis.run(("PING",)))
    watch.execute_command("CLIENT", "PAUSE", 700, "ALL")
    first = begin(lambda: redis.run(("ECHO", "one")))
    with pytest.raises(TimeoutError):
        first.result(0.3)
    second = begin(lambda: redis.run(("ECHO", "two")))
    with pytest.raises(TookTooLong):
        first.result(10)
    assert second.result(10) == [b"two"]
