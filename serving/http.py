"""HTTP/1.1 for the loop: uvicorn's own protocol, but a request below the quick prefix is one WSGI
call in a fiber, begun as soon as it was read: no task, no queue and no thread for it.

Parsing, keep-alive, pipelines and a stop in good order stay uvicorn's (`HttpToolsProtocol`, whose
place its `http` setting gives to another class): a quick call stands in the same row as any other
request of its connection.
"""

from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from serving import fibers
from serving.split import Split

_MOST_KEPT = 64 * 1024  # of a body; whoever answers has a limit below this one


class _Call:
    """A quick request, from its head to its answer. Its public names are those of uvicorn's
    own cycle."""

    def __init__(self, environ: dict[str, Any], keep_alive: bool) -> None:
        self.environ = environ
        self.body = b""
        self.keep_alive = keep_alive
        self.has_turn = False
        self.more_body = True
        self.response_complete = False
        self.disconnected = False
        self.message_event = _NOBODY_WAITS
        self.is_torn = False

    @property
    def is_head(self) -> bool:
        return bool(self.environ["REQUEST_METHOD"] == "HEAD")


class _Torn:
    def read(self, size: int = -1) -> bytes:
        raise ConnectionResetError("the caller hung up")


class _Nobody:
    def set(self) -> None:
        """Nobody waits for this connection's events: a call begins when it has been read."""


_NOBODY_WAITS = _Nobody()


class Protocol(HttpToolsProtocol):
    """One connection."""

    cycle: Any
    app: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._split: Split = self.config.loaded_app
        self._prefix = self._split.prefix.encode()

    # -- reading ----------------------------------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:
        if b"_" not in name:  # it would pass for the one with a hyphen, which a proxy may have set
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self.url.startswith(self._prefix):
            super().on_headers_complete()
            return
        before = self.cycle
        http_11 = self.parser.get_http_version() == "1.1"
        call = _Call(self._environ(), http_11 and self.parser.should_keep_alive())
        self.cycle = call
        if before is None or before.response_complete:
            call.has_turn = True
            if self.expect_100_continue:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((call, self.app))  # type: ignore[arg-type]

    def on_body(self, body: bytes) -> None:
        call = self.cycle
        if type(call) is not _Call:
            super().on_body(body)
        elif len(call.body) < _MOST_KEPT:
            call.body += body

    def on_message_complete(self) -> None:
        call = self.cycle
        if type(call) is not _Call:
            super().on_message_complete()
            return
        call.more_body = False
        if call.has_turn:
            fibers.start(self._answer, call)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        if type(cycle) is not _Call:
            super()._start_asgi_task(cycle, app)
            return
        cycle.has_turn = True
        if not cycle.more_body:  # by a callback of the loop: this may be another call's fiber
            self.loop.call_soon(fibers.start, self._answer, cycle)

    def eof_received(self) -> bool:  # type: ignore[override]
        """A caller may hang up his side only; a body that is torn gets its answer, too."""
        call = self.cycle
        if type(call) is not _Call or call.response_complete:
            return False
        call.keep_alive = False
        if call.more_body:
            call.more_body, call.is_torn = False, True
            if call.has_turn:
                fibers.start(self._answer, call)
        return True

    def _environ(self) -> dict[str, Any]:
        path, _, query = self.url.partition(b"?")
        if b"%" in path:
            path = unquote_to_bytes(path)
        environ = {
            "REQUEST_METHOD": self.parser.get_method().decode("ascii"),
            "PATH_INFO": path.decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "REMOTE_ADDR": self.client[0] if self.client else "",
            "wsgi.url_scheme": self.scheme,
        }
        for name, value in self.headers:
            key, text = _key(name), value.decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        return environ

    # -- answering --------------------------------------------------------------------------------

    def _answer(self, call: _Call) -> None:
        """In a fiber."""
        head: list[str] = []

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            head.append(f"HTTP/1.1 {status}\r\n")
            head.extend([f"{name}: {value}\r\n" for name, value in headers])

        environ = call.environ
        environ["wsgi.input"] = _Torn() if call.is_torn else BytesIO(call.body)
        try:
            body = b"".join(self._split.wsgi(environ, start_response))
        except Exception:
            self.logger.exception("a quick call failed")
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            head[:] = f"HTTP/1.1 {status.value} {status.phrase}\r\n", "Content-Length: 0\r\n"
            body = b""
        if not call.keep_alive:
            head.append("Connection: close\r\n")
        for name, value in self.server_state.default_headers:  # the date
            head.append(f"{name.decode()}: {value.decode()}\r\n")
        head.append("\r\n")
        self._send("".join(head).encode("latin-1") + (b"" if call.is_head else body), call)

    def _send(self, written: bytes, call: _Call) -> None:
        if not self.transport.is_closing():
            self.transport.write(written)
            if self.flow.write_paused:  # a caller who calls on and on, and does not read
                fibers.outcome(self.flow.drain())
            if not call.keep_alive:
                self.transport.close()
        call.response_complete = True
        self.on_response_complete()


@lru_cache(maxsize=256)
def _key(name: bytes) -> str:
    """`x-forwarded-for` -> `HTTP_X_FORWARDED_FOR`"""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
