"""The OpenAPI document of an Api: made from its endpoints, so that it can't say anything else."""

import inspect
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from api.endpoints import Api, Endpoint
from api.problems import MEDIA_TYPE, ProblemDetails

_REF = "#/components/schemas/{model}"
_PROBLEMS = TypeAdapter(ProblemDetails)


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
        "components": {"schemas": parts.get("$defs", {})},
    }


def _schemas(api: Api) -> Iterator[tuple[Any, Any, TypeAdapter[Any]]]:
    yield "problem", "serialization", _PROBLEMS
    for endpoint in api.endpoints:
        where = _name(endpoint)
        yield f"{where} answer", "serialization", TypeAdapter(endpoint.answer)
        if endpoint.body is not None:
            yield f"{where} body", "validation", endpoint.body
        for name, adapter in endpoint.in_path.items():
            yield f"{where} {name}", "validation", adapter


def _operation(endpoint: Endpoint, schemas: Any) -> dict[str, Any]:
    where = _name(endpoint)
    summary, _, more = inspect.cleandoc(endpoint.view.__doc__ or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": endpoint.view.__name__,
        "summary": summary,
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": schemas[f"{where} {name}", "validation"],
            }
            for name in endpoint.in_path
        ],
        "responses": {str(status): one for status, one in _responses(endpoint, schemas)},
    }
    if more.strip():
        operation["description"] = more.strip()
    if endpoint.body is not None:
        schema = schemas[f"{where} body", "validation"]
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return operation


def _responses(endpoint: Endpoint, schemas: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    schema = schemas[f"{_name(endpoint)} answer", "serialization"]
    answer = {
        "description": HTTPStatus(endpoint.status).phrase,
        "content": {"application/json": {"schema": schema}},
    }
    if endpoint.reads:
        answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
    yield endpoint.status, answer
    if endpoint.reads:
        yield 304, {"description": "What you have says the same"}
    problem = {MEDIA_TYPE: {"schema": schemas["problem", "serialization"]}}
    statuses = [429, 503, *((404,) if endpoint.in_path else ())]
    statuses += (400, 415, 422) if endpoint.body else ()
    for status in sorted(statuses):
        yield status, {"description": HTTPStatus(status).phrase, "content": problem}


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"
