"""Redis for the hot path: commands packed and read by hiredis, on one socket per thread.

redis-py connects (TLS, passwords, Sentinel, databases), then lends its socket: its client's pool,
retries and callbacks cost more than the rest of a dial together.

    redis = lean("redis://…", seconds=1)
    record, count = redis.run(("GET", "a"), ("INCR", "b"))

One call is one round trip. URLs: `redis://`, `rediss://`, `unix://` as redis-py takes them;
`redis+sentinel://host:26379,host2:26379/service` asks Sentinel for the primary at each connection;
`redis+cluster://host:6379` is Redis Cluster, where the commands of one call go to the node of
their own key, one after the other.
"""

import socket
import ssl
import struct
import threading
from typing import Any, Protocol, TypeAlias, cast
from urllib.parse import urlsplit

import hiredis
from redis import ConnectionPool, Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TookTooLong
from redis.retry import Retry
from redis.sentinel import Sentinel

Command: TypeAlias = tuple[str | bytes | int, ...]


_packed: Any = hiredis.pack_command

# What a socket whose time is over raises, the last one over TLS.
_TIME_OUTS = (TimeoutError, BlockingIOError, ssl.SSLWantReadError)


class LeanRedis(Protocol):
    def run(self, *commands: Command) -> list[Any]:
        """The answers, in order. Raises redis-py's errors: TimeoutError, ConnectionError,
        ResponseError for the first command that was refused."""


def lean(url: str, seconds: float) -> LeanRedis:
    """Waits `seconds` at most to connect, and for an answer."""
    scheme = urlsplit(url).scheme
    if scheme == "redis+cluster":
        return _Cluster(url.replace("+cluster", "", 1), seconds)
    return _Single(_pool(url, seconds))


def _pool(url: str, seconds: float) -> ConnectionPool:
    how: dict[str, Any] = {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,  # the other one lets servers speak unasked
    }
    parts = urlsplit(url)
    if parts.scheme != "redis+sentinel":
        return ConnectionPool.from_url(url, **how)
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    sentinels = [(host, int(port or 26379)) for host, _, port in map(_split, hosts.split(","))]
    service = parts.path.strip("/") or "mymaster"
    known = {"username": user or None, "password": password or None}
    sentinel: Any = Sentinel
    primary = sentinel(sentinels, sentinel_kwargs=how).master_for(service, **known, **how)
    return cast(Redis, primary).connection_pool


def _split(host: str) -> tuple[str, str, str]:
    return host.partition(":")


class _Line:
    """A connected socket and what reads from it.

    The kernel keeps the time-out (SO_RCVTIMEO, socket(7)): with Python's own, each send and each
    receive would be two calls to it, a poll first.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._connection = pool.connection_class(**pool.connection_kwargs)
        self._connection.connect()
        self._socket = cast(socket.socket, self._connection._sock)
        self._reader = hiredis.Reader(replyError=ResponseError)
        seconds, rest = divmod(int(pool.connection_kwargs["socket_timeout"] * 1e6), 1_000_000)
        self._socket.setblocking(True)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, rest))

    def run(self, commands: tuple[Command, ...]) -> list[Any]:
        self._socket.sendall(b"".join([_packed(command) for command in commands]))
        answers: list[Any] = []
        while len(answers) < len(commands):
            answer = self._reader.gets()
            if answer is not False:
                answers.append(answer)
            elif received := self._socket.recv(65536):
                self._reader.feed(received)
            else:
                raise ConnectionResetError("closed by the server")
        return answers

    def close(self) -> None:
        self._connection.disconnect()


class _Single:
    """One server, or the primary that Sentinel names."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._here = threading.local()

    def run(self, *commands: Command) -> list[Any]:
        was_connected = getattr(self._here, "line", None) is not None
        try:
            return self._run(commands)
        except ConnectionLost:
            if not was_connected:
                raise
            return self._run(commands)  # a server that was started again leaves a dead socket

    def _run(self, commands: tuple[Command, ...]) -> list[Any]:
        line: _Line | None = getattr(self._here, "line", None)
        if line is None:
            line = self._here.line = _Line(self._pool)
        try:
            answers = line.run(commands)
        except BaseException as problem:  # half an answer may be on the line: it is of no more use
            self._here.line = None
            line.close()
            if isinstance(problem, _TIME_OUTS):
                raise TookTooLong("Redis did not answer in time") from problem
            if isinstance(problem, OSError | hiredis.HiredisError):
                raise ConnectionLost(f"Redis: {problem}") from problem
            raise
        return self._checked(answers)

    def _checked(self, answers: list[Any]) -> list[Any]:
        for answer in answers:
            if isinstance(answer, ResponseError):
                if str(answer).startswith("READONLY"):  # a primary no more: ask for the new one
                    self._here.line = None
                    raise ConnectionLost(str(answer))
                raise answer
        return answers


class _Cluster:
    """Redis Cluster, through redis-py's own client: it knows where each slot lives."""

    def __init__(self, url: str, seconds: float) -> None:
        self._client: Any = RedisCluster.from_url(
            url, socket_timeout=seconds, socket_connect_timeout=seconds
        )

    def run(self, *commands: Command) -> list[Any]:
        return [self._client.execute_command(*command) for command in commands]
