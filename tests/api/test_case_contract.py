"""Dossiers are as the document says: strangers with a token, who follow it or not, find nothing
wrong; among their dossiers some that are there."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.api.programs import PREFIX, Program, add_kinds, reference, token

KNOWN = [reference(number) for number in range(1, 4)]
# A body right in form can be wrong in what it says (422: no such office), or in what it wants of a
# dossier as that stands (409).
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
        }
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
    add_kinds_later = open_office(API_PER_ADDRESS="0", API_PER_TOKEN="0").app
    add_kinds()
    registry = Program(add_kinds_later, token())
    for number, status in enumerate(("received", "documents_missing", "ready"), start=1):
        more = {"documents": ["photo"]} if status == "documents_missing" else {}
        body = {"type": "acte", "office": "mairie", "status": status, **more}
        assert registry.put(f"/cases/{reference(number)}", body).status_code == 201
    load_all_checks()
    schema = schemathesis.openapi.from_wsgi(
        f"{PREFIX}/openapi.json", registry.app, config=CONFIG
    ).include(path_regex="^/cases")
    schema.key = registry.key
    return schema


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
            case.call_and_validate(headers={"Authorization": f"Bearer {schema.key}"})

        every_check_passes()
