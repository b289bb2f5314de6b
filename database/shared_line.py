"""One connection to Redis for all dials of a process's event loop.

What the dials of one turn of the loop ask goes out in one write, and what comes back is handed out
in the order it was asked for: Redis answers in that order. So a hundred dials at once cost two
calls to the system where threads would need two hundred.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

import hiredis
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TookTooLong

from serving import fibers

_packed: Any = hiredis.pack_command


class SharedLine(asyncio.Protocol):
    """Commands out, answers in. `seconds`: the longest wait for one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(replyError=ResponseError)
        self._out: list[bytes] = []
        self._waiting: deque[_Asked] = deque()
        self._watch: asyncio.TimerHandle | None = None
        self._transport: Any = None
        self.is_lost = False

    async def join(self, connected: socket.socket) -> "SharedLine":
        connected.setblocking(False)
        create: Any = self._loop.create_connection
        if connected.family == socket.AF_UNIX:
            create = self._loop.create_unix_connection
        await create(lambda: self, sock=connected)
        return self

    def ask(self, commands: tuple[tuple[str | bytes | int, ...], ...]) -> list[Any]:
        """The answers, in order; in a fiber. Raises TimeoutError, ConnectionError."""
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out += [_packed(command) for command in commands]
        asked = _Asked(fibers.here(), len(commands), self._loop.time() + self._seconds)
        self._waiting.append(asked)
        if self._watch is None:
            self._watch = self._loop.call_at(asked.until, self._look)
        fibers.park()
        if asked.problem is not None:
            raise asked.problem
        return asked.answers

    def close(self, why: str = "closed") -> None:
        """Nothing more comes: who is too late for it is told so, the others, that it is lost."""
        if self.is_lost:
            return
        self.is_lost = True
        if self._watch is not None:
            self._watch.cancel()
        self._transport.close()
        now = self._loop.time()
        while self._waiting:
            asked = self._waiting.popleft()
            asked.problem = (
                TookTooLong("Redis did not answer in time")
                if asked.until <= now
                else ConnectionLost(f"Redis: {why}")
            )
            # Not at once: who goes on may ask again, while others are still to be told.
            self._loop.call_soon(asked.go_on, None)

    def _flush(self) -> None:
        written, self._out = b"".join(self._out), []
        if not self.is_lost:
            self._transport.write(written)

    def _look(self) -> None:
        """One timer for all: that of whoever has waited longest."""
        self._watch = None
        if not self._waiting:
            return
        first = self._waiting[0].until
        if first <= self._loop.time():
            self.close("others have waited for too long")
        else:
            self._watch = self._loop.call_at(first, self._look)

    # -- of the loop ------------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, problem: Exception | None) -> None:
        self.close(f"{problem or 'closed by the server'}")

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while self._waiting:
                asked = self._waiting[0]
                answer = self._reader.gets()
                if answer is False:
                    return
                asked.answers.append(answer)
                if len(asked.answers) == asked.count:
                    self._waiting.popleft()
                    asked.go_on(None)
        except hiredis.HiredisError as problem:
            self.close(f"{problem}")


class _Asked:
    """Who waits, and what for."""

    __slots__ = ("answers", "count", "go_on", "problem", "until")

    def __init__(self, go_on: Callable[[Any], Any], count: int, until: float) -> None:
        self.go_on, self.count, self.until = go_on, count, until
        self.answers: list[Any] = []
        self.problem: Exception | None = None
