"""Redis for the hot path: commands packed and read by hiredis, on one socket per thread, or on one
for all dials of the event loop (database/shared_line.py).

redis-py connects (TLS, passwords, Sentinel, databases), then lends its socket: its client's pool,
retries and callbacks cost more than the rest of a dial together.

    redis = lean("redis://…", seconds=1)
    record, count = redis.run(("GET", "a"), ("INCR", "b"))

One call is one round trip. URLs: `redis://`, `rediss://`, `unix://` as redis-py takes them;
`redis+sentinel://host:26379,host2:26379/service` asks Sentinel for the primary at each connection;
`redis+cluster://host:6379` is Redis Cluster, where the commands of one call go to the node of
their own key, one after the other.
"""

import asyncio
import socket
import ssl
import struct
import threading
from typing import Any, Protocol, TypeAlias, cast
from urllib.parse import urlsplit

import hiredis
from redis import ConnectionPool, Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.connection import SSLConnection
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TookTooLong
from redis.retry import Retry
from redis.sentinel import Sentinel

from database.shared_line import SharedLine
from serving import fibers

Command: TypeAlias = tuple[str | bytes | int, ...]


_packed: Any = hiredis.pack_command

_HELPERS = 16  # threads that wait in place of dials, where a line can't be shared

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


def _connected(pool: ConnectionPool) -> socket.socket:
    """A new connection's socket, for its taker alone."""
    connection = pool.connection_class(**pool.connection_kwargs)
    connection.connect()
    return socket.socket(fileno=cast(socket.socket, connection._sock).detach())


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


class _Threads:
    """A line for each thread."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._here = threading.local()

    @property
    def line(self) -> _Line | None:
        line: _Line | None = getattr(self._here, "line", None)
        return line

    def ask(self, commands: tuple[Command, ...]) -> list[Any]:
        line = self.line
        if line is None:
            line = self._here.line = _Line(self._pool)
        try:
            return line.run(commands)
        except BaseException as problem:  # half an answer may be on the line: it is of no more use
            self.drop()
            if isinstance(problem, _TIME_OUTS):
                raise TookTooLong("Redis did not answer in time") from problem
            if isinstance(problem, OSError | hiredis.HiredisError):
                raise ConnectionLost(f"Redis: {problem}") from problem
            raise

    def drop(self) -> None:
        line, self._here.line = self.line, None
        if line is not None:
            line.close()


class _Loop:
    """One line for all fibers of a process."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._joining: asyncio.Task[SharedLine] | None = None
        self._line: SharedLine | None = None

    @property
    def line(self) -> SharedLine | None:
        line = self._line
        return None if line is None or line.is_lost else line

    def ask(self, commands: tuple[Command, ...]) -> list[Any]:
        return (self.line or self._joined()).ask(commands)

    def drop(self) -> None:
        if self._line is not None:
            self._line.close()

    def _joined(self) -> SharedLine:
        if self._joining is None:
            self._joining = asyncio.ensure_future(self._join())
        return fibers.outcome(self._joining)

    async def _join(self) -> SharedLine:
        try:
            seconds = self._pool.connection_kwargs["socket_timeout"]
            loop = asyncio.get_running_loop()
            connected = await loop.run_in_executor(None, _connected, self._pool)
            self._line = await SharedLine(seconds).join(connected)
            return self._line
        except OSError as problem:
            raise ConnectionLost(f"Redis: {problem}") from problem
        finally:
            self._joining = None


class _Single:
    """One server, or the primary that Sentinel names."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._threads, self._loop = _Threads(pool), _Loop(pool)
        # Over TLS a connection can't change hands: threads keep it, also for fibers.
        self._can_share = not issubclass(pool.connection_class, SSLConnection)
        self._helpers = fibers.Helpers(_HELPERS, "redis")

    def run(self, *commands: Command) -> list[Any]:
        if not fibers.in_fiber():
            return self._run(self._threads, commands)
        if self._can_share:
            return self._run(self._loop, commands)
        return self._helpers.do(lambda: self._run(self._threads, commands))

    def _run(self, lines: "_Threads | _Loop", commands: tuple[Command, ...]) -> list[Any]:
        was_connected = lines.line is not None
        try:
            return _checked(lines.ask(commands))
        except ConnectionLost:
            lines.drop()
            if not was_connected:
                raise
            return _checked(lines.ask(commands))  # one that was started again leaves a dead line


def _checked(answers: list[Any]) -> list[Any]:
    for answer in answers:
        if isinstance(answer, ResponseError):
            if str(answer).startswith("READONLY"):  # a primary no more: ask for the new one
                raise ConnectionLost(str(answer))
            raise answer
    return answers


class _Cluster:
    """Redis Cluster, through redis-py's own client: it knows where each slot lives."""

    def __init__(self, url: str, seconds: float) -> None:
        self._client: Any = RedisCluster.from_url(
            url, socket_timeout=seconds, socket_connect_timeout=seconds
        )
        self._helpers = fibers.Helpers(_HELPERS, "redis")

    def run(self, *commands: Command) -> list[Any]:
        ask = self._client.execute_command
        return self._helpers.do(lambda: [ask(*command) for command in commands])
