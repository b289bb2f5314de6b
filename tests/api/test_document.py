"""The API is what its document says: strangers who follow it find nothing wrong."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode

from api.v1 import PREFIX

# A few of each kind: what is checked are four paths without a body.
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def served(open_office):
    return open_office(API_PER_ADDRESS="0").app


def test_the_document_is_openapi(office):
    answer = office.app.test_client().get(f"{PREFIX}/openapi.json")
    assert answer.status_code == 200
    validate(answer.json)
    assert list(answer.json["paths"]) == [
        "/offices",
        "/offices/{code}",
        "/offices/{code}/waits",
        "/offices/{code}/board",
        "/cases",
        "/cases/bulk",
        "/cases/{reference}",
        "/cases/{reference}/events",
    ]


def test_each_operation_says_what_it_is(office):
    paths = office.app.test_client().get(f"{PREFIX}/openapi.json").json["paths"]
    operations = [one for methods in paths.values() for one in methods.values()]
    assert all(one["summary"].endswith(".") for one in operations)
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_the_document_that_was_fetched_once_is_not_sent_again(office):
    client = office.app.test_client()
    etag = client.get(f"{PREFIX}/openapi.json").headers["ETag"]
    again = client.get(f"{PREFIX}/openapi.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_what_needs_a_token_says_so_and_with_what_scope(office):
    document = office.app.test_client().get(f"{PREFIX}/openapi.json").json
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            scope = "cases:read" if method == "get" else "cases:write"
            wanted = [{"token": [scope]}] if path.startswith("/cases") else None
            assert one.get("security") == wanted, (method, path)
            refusals = {"401", "403"} & one["responses"].keys()
            assert len(refusals) == (2 if wanted else 0)


def test_what_can_be_asked_and_sent_along_is_in_the_document(office):
    paths = office.app.test_client().get(f"{PREFIX}/openapi.json").json["paths"]
    said = {
        f"{method} {path}": [(one["in"], one["name"]) for one in operation["parameters"]]
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    assert said["get /cases"] == [
        *(("query", "changed_since"), ("query", "cursor"), ("query", "limit")),
    ]
    key = ("header", "Idempotency-Key")
    assert said["post /cases"] == said["post /cases/bulk"] == [key]
    assert said["post /cases/{reference}/events"] == [("path", "reference"), key]
    assert said["put /cases/{reference}"] == [("path", "reference")]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_strangers_who_follow_the_document_or_do_not_find_nothing_wrong(served, mode):
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", served)
    operations = [
        found.ok() for found in schema.include(path_regex="^/offices").get_all_operations()
    ]
    if mode is GenerationMode.NEGATIVE:  # there is nothing to get wrong without a parameter
        operations = [one for one in operations if "{" in one.path]
    assert operations
    for operation in operations:

        @FEW
        @given(operation.as_strategy(generation_mode=mode))
        def every_check_passes(case):
            case.call_and_validate()

        every_check_passes()
