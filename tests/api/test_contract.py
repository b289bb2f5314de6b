"""What is served is what the document says, for all that a stranger may send."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode

from api.v1 import PREFIX
from tests.queues.day import MORNING, call, counters, sit, take

DOCUMENT = f"{PREFIX}/openapi.json"
FEW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def served(open_office, monkeypatch):
    """On a Monday morning, with people who wait and one who is called."""
    monkeypatch.setattr("moment.now", lambda: MORNING)
    app = open_office(API_PER_ADDRESS="0").app
    [counter] = counters(1, "AB")
    sit(counter, 1)
    take("+221770000061", -2)
    take("+221770000062", -1)
    call(counter, 0)
    return app


def operations(app):
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, app)
    return [found.ok() for found in schema.get_all_operations()]


def test_the_document_is_valid_openapi(served):
    document = served.test_client().get(DOCUMENT).json
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_check_finds_a_difference(served, mode):
    for operation in operations(served):
        if mode is GenerationMode.NEGATIVE and "{" not in operation.path:
            continue  # nothing is sent that could be wrong

        @FEW
        @given(operation.as_strategy(generation_mode=mode))
        def holds(case):
            case.call_and_validate()

        holds()


@pytest.mark.parametrize("code", ["mairie", "prefecture", "tribunal", "fiscal", "mairie-annexe"])
def test_each_office_answers_as_the_document_says(served, code):
    for operation in operations(served):
        named = {"code": code} if "{" in operation.path else {}
        answer = operation.Case(path_parameters=named).call_and_validate()
        assert answer.status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_the_document_does_not_have_is_refused(served, method):
    for operation in operations(served):
        path = PREFIX + operation.path.replace("{code}", "mairie")
        answer = served.test_client().open(path, method=method)
        assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
