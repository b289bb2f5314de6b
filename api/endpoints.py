"""Endpoints: functions whose types say what they take and give; by them a request is checked, and
the document written.

    @api.endpoint("GET", "/offices/{code}")
    def office(code: Code) -> Office:
        \"\"\"One office.\"\"\"

A parameter that the path names comes from there; one called `body` is the request's JSON; `program`
is who asks, where a `scope` says what they must be allowed; `db` is a write transaction, in which
the answer of a request with an idempotency key is kept, too. All others are the query's.
"""

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

from flask import Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy.exc import IntegrityError

from api import once
from api.once import Claim, Kept
from api.problems import Fault, Problem
from api.tokens import Program, permitted
from database import writing

Answer: TypeAlias = BaseModel | tuple[BaseModel, int]
View = Callable[..., Answer]

_NAMED = re.compile(r"{(\w+)}")
_AGE = {"as_of"}  # what differs between two answers that say the same
_GIVEN = {"body", "program", "db"}
_LONGEST = 8_000_000  # bytes of a body
_TRIES = 3  # of a transaction that another one's new rows were in the way of


@dataclass(frozen=True)
class Endpoint:
    """`view` gives the `answer`, of the first of `statuses` where it says no other; its docstring's
    first line is the summary."""

    method: str
    path: str
    view: View
    statuses: tuple[int, ...]
    scope: str | None
    in_path: Mapping[str, TypeAdapter[Any]]
    in_query: Mapping[str, TypeAdapter[Any]]
    body: TypeAdapter[Any] | None
    answer: type[BaseModel]
    takes: frozenset[str]

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @property
    def once(self) -> bool:
        """Whether it takes an idempotency key: others are such that twice is as good as once."""
        return self.method == "POST" and self.scope is not None

    def answered(
        self, request: Request, named: Mapping[str, str], program: Program | None = None
    ) -> Response:
        """Raises Problem."""
        if self.scope is not None:
            program = permitted(program, self.scope, request.headers.get("Authorization"))
        given = self._from_path(named)
        if self.in_query:
            given |= _from_query(request, self.in_query)
        if self.body is not None:
            given["body"] = _body(request, self.body)
        if "program" in self.takes:
            given["program"] = program
        key = request.headers.get(once.HEADER) if self.once else None
        if key is not None and program is not None:
            return self._done_once(given, program, key, request)
        return self._told(request, *self._found(given))

    def _from_path(self, named: Mapping[str, str]) -> dict[str, Any]:
        try:
            return {
                name: adapter.validate_python(named[name]) for name, adapter in self.in_path.items()
            }
        except ValidationError:  # nothing can have such a name
            raise Problem(HTTPStatus.NOT_FOUND) from None

    def _found(self, given: Mapping[str, Any], claim: Claim | None = None) -> tuple[BaseModel, int]:
        if "db" in self.takes:
            return self._in_transaction(given, claim)
        found, status = self._status(self.view(**given))
        if claim is not None:
            with writing() as db:
                claim.keep(db, status, found.model_dump_json())
        return found, status

    def _in_transaction(
        self, given: Mapping[str, Any], claim: Claim | None
    ) -> tuple[BaseModel, int]:
        """Of two that add the same thing at once, the second tries again, and finds it there."""
        for _ in range(_TRIES):
            try:
                with writing() as db:
                    found, status = self._status(self.view(db=db, **given))
                    if claim is not None:
                        claim.keep(db, status, found.model_dump_json())
                return found, status
            except IntegrityError:
                continue
        raise Problem(HTTPStatus.CONFLICT, "Others write the same just now: ask again.")

    def _status(self, found: Answer) -> tuple[BaseModel, int]:
        return found if isinstance(found, tuple) else (found, self.statuses[0])

    def _done_once(
        self, given: Mapping[str, Any], program: Program, key: str, request: Request
    ) -> Response:
        claim = once.claim(program.id, key, request)
        if isinstance(claim, Kept):
            return _json(claim.body, claim.status)
        try:
            return self._told(request, *self._found(given, claim))
        except BaseException:
            claim.drop()
            raise

    def _told(self, request: Request, found: BaseModel, status: int) -> Response:
        answer = _json(found.model_dump_json(), status)
        if self.reads:
            tagged = Response(found.model_dump_json(exclude=_AGE))
            tagged.add_etag(weak=True)
            answer.headers["ETag"] = tagged.headers["ETag"]
            if self.scope is None:
                answer.headers["Cache-Control"] = "public, max-age=5"
            answer.make_conditional(request)
        return answer


@dataclass
class Api:
    """Endpoints by path, in the order in which they were written."""

    title: str
    version: str
    description: str
    endpoints: list[Endpoint] = field(default_factory=list)

    def endpoint(
        self, method: str, path: str, *, status: int = 200, also: int | None = None, scope: str = ""
    ) -> Callable[[View], View]:
        """`also`: another status that it may answer with, where all went well."""

        def register(view: View) -> View:
            types = get_type_hints(view, include_extras=True)
            named, takes = _NAMED.findall(path), set(inspect.signature(view).parameters)
            assert set(named) <= takes, path
            asked = takes - {*named, *_GIVEN}
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    view=view,
                    statuses=(status,) if also is None else (status, also),
                    scope=scope or None,
                    in_path={name: TypeAdapter(types[name]) for name in named},
                    in_query={name: TypeAdapter(types[name]) for name in sorted(asked)},
                    body=TypeAdapter(types["body"]) if "body" in types else None,
                    answer=_model(types["return"]),
                    takes=frozenset(takes),
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

    def answered(
        self,
        path: str,
        request: Request,
        named: Mapping[str, str],
        program: Program | None = None,
    ) -> Response:
        """Raises Problem."""
        methods = self.paths[path]
        endpoint = methods.get("GET" if request.method == "HEAD" else request.method)
        if endpoint is None:
            return other_method(request, methods)
        return endpoint.answered(request, named, program)


def _model(returned: Any) -> type[BaseModel]:
    """Of what a view returns: an answer, or one with its status."""
    model: type[BaseModel] = get_args(returned)[0] if get_origin(returned) is tuple else returned
    assert issubclass(model, BaseModel)
    return model


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
    request.max_content_length = _LONGEST
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


def _from_query(request: Request, adapters: Mapping[str, TypeAdapter[Any]]) -> dict[str, Any]:
    """What the query says; what it leaves out has its default. A name that is none of ours is
    refused: who wrote `chnaged_since` must not get all there is."""
    given = {}
    faults = [
        Fault(pointer=f"?{name}", detail=f"there are {', '.join(adapters)}")
        for name in request.args
        if name not in adapters
    ]
    for name, adapter in adapters.items():
        values = request.args.getlist(name)
        if not values:
            continue
        try:
            given[name] = adapter.validate_strings(values[0])
        except ValidationError as wrong:
            faults.append(Fault(pointer=f"?{name}", detail=wrong.errors()[0]["msg"]))
        if len(values) > 1:
            faults.append(Fault(pointer=f"?{name}", detail="once"))
    if faults:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "See errors.", faults)
    return given


def _json(body: str, status: int) -> Response:
    answer = Response(body, status, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
