"""A bare WSGI callable: the least that Python can do behind this web server."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from benchmarks.ussd.yardsticks.conversation import answer


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    form = dict(parse_qsl(sent.decode(), keep_blank_values=True))
    body = answer(form["sessionId"], form["phoneNumber"], form["text"]).encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
