"""HTTP calls to gateways: over kept connections, shared by threads, and never made twice.

A call that fails tells whether its request may have left. A connection that rested is not trusted
for long: servers close theirs after 5 s and more (Apache's KeepAliveTimeout is the shortest in
use), and a request that crosses with such a close is in doubt for no good reason.

urllib3 by itself, for requests around it costs half as much again (measured with 16 threads: 0.87
ms of CPU a call, where this takes 0.54); proxies and certificates are found as requests finds them.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from certifi import where
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError

from sms.gateways import Refused, Unknown

RESTS = 4.0  # seconds that a connection may have rested and still be used
MOST_LINES = 32  # kept connections to one gateway
MOST_READ = 1_000_000  # bytes of an answer: a longer one is no gateway's
CONNECT_SECONDS, READ_SECONDS = 3.05, 9.05  # as Africa's Talking's SDK has them


class Unreached(Exception):
    """No connection came about: nothing has left."""


class Lost(Exception):
    """The request may have left, and no answer came that could be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


class _Kept:
    """A connection that says when it could not be made, and knows how long it has rested."""

    _used = 0.0

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except Exception as problem:  # whatever kind: names, routes, certificates, time-outs
            raise Unreached(type(problem).__name__) from problem
        self._used = time.monotonic()

    def getresponse(self):  # type: ignore[no-untyped-def]
        answer = super().getresponse()  # type: ignore[misc]
        self._used = time.monotonic()
        return answer

    @property
    def is_connected(self) -> bool:
        rested = time.monotonic() - self._used
        return rested < RESTS and bool(super().is_connected)  # type: ignore[misc]


class _Plain(_Kept, HTTPConnection):
    pass


class _Secure(_Kept, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class Caller:
    """Calls one origin, `https://api.example`. A redirection is an answer like any other: what we
    know of the gateway (its key, its texts) goes to nobody else."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        proxy = None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)
        self._lines = (
            urllib3.ProxyManager(proxy, maxsize=MOST_LINES, ca_certs=where())
            if proxy
            else urllib3.PoolManager(maxsize=MOST_LINES, ca_certs=where())
        )
        self._lines.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        connect: float = CONNECT_SECONDS,
        read: float = READ_SECONDS,
    ) -> Answer:
        """The answer, whatever its status. `connect` and `read`: seconds. Raises Unreached or
        Lost."""
        try:
            answer = self._lines.request(
                *(method, url),
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(connect, read),
                redirect=False,
                retries=False,
                preload_content=False,
            )
            try:
                data = answer.read(MOST_READ, decode_content=True)
            except HTTPError:
                answer.close()
                raise
            if len(data) < MOST_READ:
                answer.release_conn()
            else:
                answer.close()
        except ReadTimeoutError:
            raise Lost("no_answer") from None
        except (HTTPError, OSError):
            raise Lost("connection_lost") from None
        return Answer(answer.status, data.decode(errors="replace"))


def what_failed(problem: Unreached | Lost) -> Refused | Unknown:
    """What a call that brought no answer came to."""
    if isinstance(problem, Unreached):
        return Refused("no_connection", phase="begun")
    return Unknown(problem.reason)


def http_error(status: int) -> Refused | Unknown:
    """Which errors say that nothing was taken on: those of a request that was turned down, and of
    the gateway's own failure. A proxy that lost patience (502, 504) can't know; nor can we."""
    if status in (401, 403):
        return Refused("wrong_credentials", str(status))
    if status == 429:
        return Refused("too_fast", str(status))
    if 400 <= status < 500 or status in (500, 503):
        return Refused("gateway_error", str(status))
    return Unknown(f"http_{status}", str(status), "answered")
