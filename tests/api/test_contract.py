"""With people in its halls, too, the API answers as its document says."""

import pytest
import schemathesis

from api.v1 import PREFIX
from tests.queues.day import MORNING, call, counters, sit, take

DOCUMENT = f"{PREFIX}/openapi.json"


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
    """Those that need no token."""
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, app).include(path_regex="^/offices")
    return [found.ok() for found in schema.get_all_operations()]


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
