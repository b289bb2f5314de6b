"""The application as the server sees it: a quick part, and the rest."""

from collections.abc import Iterable
from typing import Any, Protocol

from a2wsgi import WSGIMiddleware


class Wsgi(Protocol):
    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]: ...


class Split:
    """A WSGI application whose paths under `prefix` never block in a fiber (serving/fibers.py):
    `serving.http` calls it for these, on the loop. All else goes the usual way through ASGI, to so
    many threads."""

    def __init__(self, wsgi: Wsgi, prefix: str, threads: int) -> None:
        self.wsgi, self.prefix = wsgi, prefix
        self._on_threads: Any = WSGIMiddleware(wsgi, workers=threads)  # type: ignore[arg-type]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._on_threads(scope, receive, send)
