"""A lean HTTP/1.1 server on this machine, for fakes: one thread, kept connections, thousands of
requests a second.

    server = LeanServer(answer)     # answer(request) -> Reply, or None when `request.reply` comes
    server.start(); server.url      # later, from any thread
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

PHRASES = {200: "OK", 201: "Created", 302: "Found"}


@dataclass(frozen=True)
class Reply:
    """`breaks`: the connection is closed after `body`, of which `length` was promised."""

    status: int = 200
    body: bytes = b""
    kind: str = "text/plain"
    headers: Sequence[tuple[str, str]] = ()
    length: int | None = None
    breaks: bool = False

    def packed(self) -> bytes:
        more = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        length = len(self.body) if self.length is None else self.length
        head = (
            f"HTTP/1.1 {self.status} {PHRASES.get(self.status, 'X')}\r\n"
            f"Content-Type: {self.kind}\r\nContent-Length: {length}\r\n{more}\r\n"
        )
        return head.encode() + self.body


HANG_UP = Reply(0, breaks=True)  # the connection is closed without a word


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]  # as they were written
    body: bytes
    _say: Callable[[Reply], None] = field(repr=False)

    def header(self, name: str) -> str:
        name = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == name), "")

    def reply(self, reply: Reply) -> None:
        """From any thread, once."""
        self._say(reply)


class LeanServer:
    """`latency`: seconds that pass before each reply."""

    def __init__(
        self, answer: Callable[[Request], Reply | None], port: int = 0, latency: float = 0.0
    ) -> None:
        self._answer, self._port, self._latency = answer, port, latency
        self.connections = 0  # that were ever opened
        self._open: set[_Line] = set()

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)

    def hang_up(self) -> None:
        """Closes every kept connection, as a server does with those that rest; returns when that is
        done."""
        done = threading.Event()

        def close() -> None:
            for line in list(self._open):
                line.transport.close()
            self.loop.call_soon(done.set)

        self.loop.call_soon_threadsafe(close)
        assert done.wait(10)

    def _run(self, ready: threading.Event) -> None:
        self.loop = asyncio.new_event_loop()
        begin = self.loop.create_server(lambda: _Line(self), "127.0.0.1", self._port, backlog=512)
        self._server = self.loop.run_until_complete(begin)
        ready.set()
        self.loop.run_forever()
        self._server.close()
        for line in list(self._open):
            line.transport.abort()
        closed = self.loop.create_future()
        self.loop.call_soon(closed.set_result, None)  # after the aborts, which stand in line
        self.loop.run_until_complete(closed)
        self.loop.close()


class _Line(asyncio.Protocol):
    """One connection. asyncio sets TCP_NODELAY by itself."""

    def __init__(self, server: LeanServer) -> None:
        self._server, self._came = server, b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self._server.connections += 1
        self._server._open.add(self)

    def connection_lost(self, problem: Exception | None) -> None:
        self._server._open.discard(self)

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._came[:end].decode("latin-1").split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines)
            length = next((int(headers[key]) for key in headers if key.lower() == LENGTH), 0)
            if len(self._came) < end + 4 + length:
                return
            body, self._came = (
                self._came[end + 4 : end + 4 + length],
                self._came[end + 4 + length :],
            )
            method, path, _ = first.split(" ", 2)
            request = Request(method, path, headers, body, self._later)
            reply = self._server._answer(request)
            if reply is not None:
                self._in_time(reply)

    def _later(self, reply: Reply) -> None:
        self._server.loop.call_soon_threadsafe(self._in_time, reply)

    def _in_time(self, reply: Reply) -> None:
        if self._server._latency:
            self._server.loop.call_later(self._server._latency, self._send, reply)
        else:
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        if reply.status:
            self.transport.write(reply.packed())
        if reply.breaks:
            self.transport.close()


LENGTH = "content-length"
