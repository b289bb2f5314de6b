"""Dossiers are as the document says: strangers with a token, who follow it or not, find nothing
wrong; among their dossiers some that are there."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as some
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.api.programs import PREFIX, Program, add_kinds, reference, token

KNOWN = [reference(number) for number in range(1, 4)]
# A body right in form can be wrong in what it says (422: no such office), or in what it wants of a
# dossier as that stands (409).


def config(key: str):
    return schemathesis.Config.from_dict(
        {
            "auth": {"openapi": {"token": {"bearer": key}}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
            },
        }
    )


FEW = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],  # a stranger who found something is shown as found
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def schema(open_office):
    app = open_office(API_PER_ADDRESS="0", API_PER_TOKEN="0").app
    add_kinds()
    registry = Program(app, token())
    for number, status in enumerate(("received", "documents_missing", "ready"), start=1):
        more = {"documents": ["photo"]} if status == "documents_missing" else {}
        body = {"type": "acte", "office": "mairie", "status": status, **more}
        assert registry.put(f"/cases/{reference(number)}", body).status_code == 201
    load_all_checks()
    document = f"{PREFIX}/openapi.json"
    found = schemathesis.openapi.from_wsgi(document, app, config=config(registry.key))
    return found.include(path_regex="^/cases")


def known(case, draw):
    """Every second stranger asks for a dossier that is there, of a type and office that are."""
    if "reference" in case.path_parameters and draw(some.booleans()):
        case.path_parameters["reference"] = draw(some.sampled_from(KNOWN))
    if isinstance(case.body, dict) and "type" in case.body and draw(some.booleans()):
        case.body |= {"type": "acte", "office": "mairie"}
    return case


def test_all_checks_are_made():
    load_all_checks()
    names = set(CHECKS.get_all_names())
    assert {"ignored_auth", "negative_data_rejection", "positive_data_acceptance"} <= names


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_strangers_with_a_token_find_nothing_wrong(schema, mode):
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 7
    for operation in operations:

        @FEW
        @given(some.data(), operation.as_strategy(generation_mode=mode))
        def every_check_passes(data, case):
            if mode is GenerationMode.POSITIVE:
                case = known(case, data.draw)
            # What is empty leaves no trace in a query: there is nothing there to be refused.
            assume(not any(one in ([], {}) for one in (case.query or {}).values()))
            case.call_and_validate()

        every_check_passes()
