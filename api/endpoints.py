"""Endpoints: functions whose types say what they take and give; by them a request is checked, and
the document written.

    @api.endpoint("GET", "/offices/{code}")
    def office(code: Code) -> Office:
        \"\"\"One office.\"\"\"

A parameter that the path names comes from there; one called `body` is the request's JSON.
"""

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, get_type_hints

from flask import Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.problems import Fault, Problem

View = Callable[..., BaseModel]

_NAMED = re.compile(r"{(\w+)}")
_AGE = {"as_of"}  # what differs between two answers that say the same


@dataclass(frozen=True)
class Endpoint:
    """`view` gives the `answer`; its docstring's first line is the summary."""

    method: str
    path: str
    view: View
    status: int
    in_path: Mapping[str, TypeAdapter[Any]]
    body: TypeAdapter[Any] | None
    answer: type[BaseModel]

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    def answered(self, request: Request, named: Mapping[str, str]) -> Response:
        """Raises Problem."""
        given = self._from_path(named)
        if self.body is not None:
            given["body"] = _body(request, self.body)
        found = self.view(**given)
        answer = Response(found.model_dump_json(), self.status, content_type="application/json")
        if self.reads:
            tagged = Response(found.model_dump_json(exclude=_AGE))
            tagged.add_etag(weak=True)
            answer.headers["ETag"] = tagged.headers["ETag"]
            answer.headers["Cache-Control"] = "public, max-age=5"
            answer.make_conditional(request)
        return answer

    def _from_path(self, named: Mapping[str, str]) -> dict[str, Any]:
        try:
            return {
                name: adapter.validate_python(named[name]) for name, adapter in self.in_path.items()
            }
        except ValidationError:  # nothing can have such a name
            raise Problem(HTTPStatus.NOT_FOUND) from None


@dataclass
class Api:
    """Endpoints by path, in the order in which they were written."""

    title: str
    version: str
    description: str
    endpoints: list[Endpoint] = field(default_factory=list)

    def endpoint(self, method: str, path: str, *, status: int = 200) -> Callable[[View], View]:
        def register(view: View) -> View:
            types = get_type_hints(view, include_extras=True)
            named = _NAMED.findall(path)
            assert set(named) == set(inspect.signature(view).parameters) - {"body"}, path
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    view=view,
                    status=status,
                    in_path={name: TypeAdapter(types[name]) for name in named},
                    body=TypeAdapter(types["body"]) if "body" in types else None,
                    answer=types["return"],
                )
            )
            return view

        return register

    @cached_property
    def paths(self) -> Mapping[str, Mapping[str, Endpoint]]:
        """Path -> method -> endpoint."""
        found: dict[str, dict[str, Endpoint]] = defaultdict(dict)
        for endpoint in self.endpoints:
            found[endpoint.path][endpoint.method] = endpoint
        return found

    def answered(self, path: str, request: Request, named: Mapping[str, str]) -> Response:
        """Raises Problem."""
        methods = self.paths[path]
        endpoint = methods.get("GET" if request.method == "HEAD" else request.method)
        if endpoint is None:
            return other_method(request, methods)
        return endpoint.answered(request, named)


def other_method(request: Request, methods: Iterable[str]) -> Response:
    """The answer to one that a path does not have. Raises Problem."""
    known = {*methods, "OPTIONS"}
    allow = ", ".join(sorted(known | {"HEAD"} if "GET" in known else known))
    if request.method == "OPTIONS":
        return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": allow})
    raise Problem(
        HTTPStatus.METHOD_NOT_ALLOWED, f"Here one can use {allow}.", headers={"Allow": allow}
    )


def _body(request: Request, adapter: TypeAdapter[Any]) -> Any:
    if not request.is_json:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")
    try:
        return adapter.validate_json(request.get_data())
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        raise Problem(HTTPStatus.BAD_REQUEST, found[0]["msg"])
    faults = [
        Fault(pointer="".join(f"/{part}" for part in one["loc"]), detail=one["msg"])
        for one in found
    ]
    raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "See errors.", faults)
