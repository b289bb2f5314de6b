"""The OpenAPI document of an Api: made from its endpoints, so that it can't say anything else."""

import inspect
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from api import once
from api.endpoints import Api, Endpoint
from api.problems import MEDIA_TYPE, ProblemDetails

_REF = "#/components/schemas/{model}"
_PROBLEMS = TypeAdapter(ProblemDetails)
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A program's token, as `flask tokens create` shows it once.",
}
_KEY = {
    "name": once.HEADER,
    "in": "header",
    "required": False,
    "description": "A name of your own for this request: sent again, it gets the answer it had.",
    "schema": {"type": "string", "pattern": once.PATTERN},
}


def document(api: Api, server: str) -> dict[str, Any]:
    """OpenAPI 3.1."""
    schemas, parts = TypeAdapter.json_schemas(list(_schemas(api)), ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for path, methods in api.paths.items():
        paths[path] = {
            method.lower(): _operation(endpoint, schemas) for method, endpoint in methods.items()
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": api.version,
            "description": api.description,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": parts.get("$defs", {}),
            **({"securitySchemes": {"token": _TOKEN}} if _has_scopes(api) else {}),
        },
    }


def _has_scopes(api: Api) -> bool:
    return any(endpoint.scope for endpoint in api.endpoints)


def _schemas(api: Api) -> Iterator[tuple[Any, Any, TypeAdapter[Any]]]:
    yield "problem", "serialization", _PROBLEMS
    for endpoint in api.endpoints:
        where = _name(endpoint)
        yield f"{where} answer", "serialization", TypeAdapter(endpoint.answer)
        if endpoint.body is not None:
            yield f"{where} body", "validation", endpoint.body
        for name, adapter in {**endpoint.in_path, **endpoint.in_query}.items():
            yield f"{where} {name}", "validation", adapter


def _operation(endpoint: Endpoint, schemas: Any) -> dict[str, Any]:
    where = _name(endpoint)
    summary, _, more = inspect.cleandoc(endpoint.view.__doc__ or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": endpoint.view.__name__,
        "summary": summary,
        "parameters": [*_parameters(endpoint, schemas)],
        "responses": {str(status): one for status, one in _responses(endpoint, schemas)},
    }
    if endpoint.scope is not None:
        operation["security"] = [{"token": [endpoint.scope]}]
    if more.strip():
        operation["description"] = more.strip()
    if endpoint.body is not None:
        schema = schemas[f"{where} body", "validation"]
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return operation


def _parameters(endpoint: Endpoint, schemas: Any) -> Iterator[dict[str, Any]]:
    where = _name(endpoint)
    for name in endpoint.in_path:
        schema = schemas[f"{where} {name}", "validation"]
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name in endpoint.in_query:
        schema = schemas[f"{where} {name}", "validation"]
        yield {"name": name, "in": "query", "required": False, "schema": schema}
    if endpoint.once:
        yield _KEY


def _responses(endpoint: Endpoint, schemas: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    schema = schemas[f"{_name(endpoint)} answer", "serialization"]
    content = {"application/json": {"schema": schema}}
    for status in endpoint.statuses:
        answer = {"description": HTTPStatus(status).phrase, "content": content}
        if endpoint.reads:
            answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
        yield status, answer
    if endpoint.reads:
        yield 304, {"description": "What you have says the same"}
    problem = {MEDIA_TYPE: {"schema": schemas["problem", "serialization"]}}
    for status in sorted(_faults(endpoint)):
        yield status, {"description": HTTPStatus(status).phrase, "content": problem}


def _faults(endpoint: Endpoint) -> set[int]:
    found = {429, 503}
    if endpoint.in_path:
        found |= {404}
    if endpoint.in_query:
        found |= {422}
    if endpoint.body:
        found |= {400, 413, 415, 422}
    if endpoint.scope:
        found |= {401, 403}
        if not endpoint.reads:
            found |= {409}
    return found


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"
