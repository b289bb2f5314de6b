"""The first version of the API: a blueprint at /api/v1. docs/api.md shows it at work."""

import json
import logging
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from api import cases, offices, pace, tokens
from api.document import document
from api.endpoints import Api, other_method
from api.problems import Problem
from settings import current

log = logging.getLogger(__name__)

PREFIX = "/api/v1"
_AGAIN = "5"  # seconds after which to ask again where the database was away
# A path answers to all of them, if only to say which it knows: its errors are problems, too.
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")

API = Api(
    title="Guichet",
    version="1",
    description="Offices, how long one waits there, and who was called last: for boards and sites "
    "of partners, nothing personal, no token, good for five seconds. Dossiers: for the programs "
    "that feed them in and hear of them, with a token.",
)
offices.add_to(API)
cases.add_to(API)


def blueprint() -> Blueprint:
    routes = Blueprint("api", __name__, url_prefix="/api")
    more: dict[str, Any] = {"methods": _METHODS, "provide_automatic_options": False}
    for path in API.paths:
        rule = f"/v1{path.replace('{', '<').replace('}', '>')}"
        routes.add_url_rule(
            rule,
            endpoint=path.replace(".", "_"),
            view_func=_answering(path),
            **more,
        )
    routes.add_url_rule("/v1/openapi.json", view_func=openapi, **more)
    routes.add_url_rule("/", view_func=nothing, strict_slashes=False, **more)
    routes.add_url_rule("/<path:rest>", view_func=nothing, **more)
    routes.before_request(_keep_pace)
    routes.after_request(_for_everyone)
    routes.register_error_handler(Exception, _problem)
    return routes


def _answering(path: str) -> Callable[..., Response]:
    def answer(**named: str) -> Response:
        return API.answered(path, request, named, g.program)

    return answer


def openapi() -> Response:
    """What this API is, for programs (OpenAPI 3.1)."""
    if request.method not in ("GET", "HEAD"):
        return other_method(request, ["GET"])
    answer = Response(_document(), content_type="application/json")
    answer.add_etag()
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.make_conditional(request)
    return answer


@cache
def _document() -> str:
    return json.dumps(document(API, PREFIX), indent=1)


def nothing(rest: str = "") -> Response:
    raise Problem(HTTPStatus.NOT_FOUND, f"{PREFIX}/openapi.json says what there is.")


def _keep_pace() -> None:
    """A program that is known is counted by itself, wherever it asks from."""
    g.program = None
    if request.method == "OPTIONS":
        return
    g.program = tokens.asking(request.headers.get("Authorization"))
    if g.program is not None:
        pace.keep(g.program.signature, current().api_per_token)
    else:
        pace.keep(request.remote_addr or "", current().api_per_address)


def _for_everyone(answer: Response) -> Response:
    """Pages of other origins may read; the browser asks for nothing else."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After, X-Request-ID"
    if request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        answer.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


def _problem(wrong: Exception) -> ResponseReturnValue:
    if isinstance(wrong, Problem):
        return wrong.response()
    if isinstance(wrong, HTTPException) and wrong.code is not None:
        headers = dict(wrong.get_headers())
        headers.pop("Content-Type", None)
        return Problem(HTTPStatus(wrong.code), headers=headers).response()
    if isinstance(wrong, (DBAPIError, PoolTimeout)):
        log.error("api: no database: %s", type(wrong).__name__)
        headers = {"Retry-After": _AGAIN}
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "Try again.", headers=headers).response()
    log.exception("api: %s %s", request.method, request.path)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR).response()
