"""The embedded Redis: a real one, alone on its socket, gone when stopped."""

import stat

import pytest
from redis import Redis

from operations import embedded_redis


def test_it_answers_on_its_socket_and_is_gone_when_stopped(tmp_path):
    socket = tmp_path / "redis.sock"
    server = embedded_redis.start(socket)
    with Redis(unix_socket_path=str(socket)) as redis:
        assert redis.set("a", "b")
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    embedded_redis.stop(server)
    assert not embedded_redis.answers(socket)


def test_a_second_one_on_the_same_socket_is_refused(tmp_path):
    server = embedded_redis.start(tmp_path / "redis.sock")
    with pytest.raises(RuntimeError, match="another Guichet is running"):
        embedded_redis.start(tmp_path / "redis.sock")
    embedded_redis.stop(server)


def test_what_a_killed_one_left_is_no_hindrance(tmp_path):
    first = embedded_redis.start(tmp_path / "redis.sock")
    first.kill()
    first.wait()
    second = embedded_redis.start(tmp_path / "redis.sock")
    embedded_redis.stop(second)


def test_one_that_does_not_start_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_redis, "executable", lambda: "/bin/false")
    with pytest.raises(RuntimeError, match="did not start"):
        embedded_redis.start(tmp_path / "redis.sock")
