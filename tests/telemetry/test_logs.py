"""Logs: JSON lines with a request id, and no phone number in the clear."""

import io
import json
import logging

import pytest

from telemetry import logs


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("SMS to +221770000001", "SMS to +22177•••••01"),
        ("from 221770000001.", "from 22177•••••01."),
        ("phoneNumber=%2B221770000001&x", "phoneNumber=%2B22177•••••01&x"),
        ("dossier 1234567890", "dossier 1234•••••90"),
        ("port 8000, code *384*50#, year 1990", "port 8000, code *384*50#, year 1990"),
    ],
)
def test_long_numbers_are_masked(said, logged):
    assert logs.masked(said) == logged


@pytest.fixture
def line():
    """The JSON line that was written last."""
    written = io.StringIO()
    root = logging.getLogger()
    before = root.handlers, root.level
    logs.configure("INFO", written)
    yield lambda: json.loads(written.getvalue().splitlines()[-1])
    root.handlers, root.level = before


def test_a_line_is_json_with_its_request_id(line):
    given = logs.new_request_id("gateway-12345678")
    logging.getLogger("guichet").warning("café")
    written = line()
    assert written["message"] == "café"
    assert written["level"] == "WARNING"
    assert written["request_id"] == given == "gateway-12345678"


def test_a_harmful_request_id_is_replaced():
    assert logs.new_request_id("a\nb" * 10) != "a\nb" * 10
    assert len(logs.new_request_id(None)) == 16


def test_a_number_in_an_exception_is_masked_too(line):
    try:
        raise ValueError("no route to +221770000001")
    except ValueError:
        logging.getLogger("guichet").exception("failed for %s", "+221770000001")
    written = json.dumps(line(), ensure_ascii=False)
    assert "770000001" not in written
    assert "+22177•••••01" in written
