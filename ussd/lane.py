"""The callbacks' own way through WSGI, in front of Flask: `/ussd/<gateway>/<secret>[/…]`.

Flask's request machinery costs more than all else that a dial needs; nothing of it is needed here.
Everything but these paths is passed on. Trust: a secret in the path, and the callers' addresses
where they are listed (a proxy's header is believed as far as PROXIES says, which is the business
of who wraps this). A wrong secret, an unknown gateway and a stranger all look like a page that is
not there.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from serving.trust import NoBody, Trust, body_of
from settings import Settings
from telemetry import logs
from ussd.callback import Callback
from ussd.gateways import all_gateways
from ussd.wire import PLAIN, Request, Response

PREFIX = "/ussd/"
_STATUS = {200: "200 OK", 404: "404 Not Found", 405: "405 Method Not Allowed"}


class Lane:
    def __init__(self, inner: Any, settings: Settings, callback: Callback) -> None:
        self._inner = inner
        self._callback = callback
        self._gateways = all_gateways()
        self._trust = Trust(settings.webhook_secrets, settings.trusted_gateways)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX):
            passed_on: Iterable[bytes] = self._inner(environ, start_response)
            return passed_on
        identity = logs.new_request_id(environ.get("HTTP_X_REQUEST_ID"))
        response = self._answer(environ, path)
        body = response.body.encode("utf-8", "replace")
        start_response(
            _STATUS[response.status],
            [
                ("Content-Type", response.content_type),
                ("Content-Length", str(len(body))),
                ("X-Request-ID", identity),
                *response.headers,
            ],
        )
        return [body]

    def _answer(self, environ: dict[str, Any], path: str) -> Response:
        name, _, below = path[len(PREFIX) :].partition("/")
        secret, slash, rest = below.partition("/")
        gateway = self._gateways.get(name)
        trusted = self._trust.knows(secret.encode("latin-1", "replace"))
        if gateway is None or not trusted or not self._trust.lets_in(environ, name):
            return Response("Not found.\n", status=404)
        method = environ["REQUEST_METHOD"]
        if method not in gateway.contract.methods:
            allowed = ", ".join(gateway.contract.methods)
            return Response(f"Call with {allowed}.\n", PLAIN, (("Allow", allowed),), 405)
        body, why_not = b"", ""
        try:
            body = body_of(environ)
        except NoBody as problem:
            why_not = str(problem)
        request = Request(
            method,
            slash + rest,
            environ.get("QUERY_STRING", ""),
            body,
            environ.get("CONTENT_TYPE", ""),
            _Headers(environ),
        )
        if why_not:
            return self._callback.refuse(gateway, request, why_not)
        return self._callback.answer(gateway, request)


class _Headers(Mapping[str, str]):
    """A request's headers, looked up only by a gateway that wants one."""

    __slots__ = ("_environ",)

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        found: str = self._environ[f"HTTP_{name.upper().replace('-', '_')}"]
        return found

    def __iter__(self) -> Iterator[str]:
        for name in self._environ:
            if name.startswith("HTTP_"):
                yield name[5:].lower().replace("_", "-")

    def __len__(self) -> int:
        return sum(1 for _ in self)
