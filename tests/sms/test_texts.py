"""The texts of SMS: named, measured, and without what must not be in them."""

import re

import pytest

from locales.catalogues import NAMES
from sms.texts import all_texts, compose, longest

CASES = [(name, language) for name in all_texts() for language in NAMES]


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_text_keeps_to_its_segments_with_the_longest_values(name, language):
    assert longest(name, language).segments <= all_texts()[name].segments


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_text_holds_no_link(name, language):
    assert not re.search(r"https?:|www\.|\.(com|org|sn)\b", longest(name, language).body)


def test_letters_outside_gsm7_are_written_with_their_neighbours():
    values = {
        "ticket": "A001",
        "office": "Kër",
        "service": "Ŋ",
        "ahead": 0,
        "moment": "2026-11-24T09:30:00+00:00",
        "code": "*384*50#",
    }
    assert "Ker, Ng." in compose("ticket_taken", "fr", values).body


def test_a_value_is_data_not_a_template():
    values = {
        "ticket": "{code}",
        "office": "{0}",
        "service": "%s",
        "ahead": 0,
        "moment": "2026-11-24T09:30:00+00:00",
        "code": "*384*50#",
    }
    assert "{0}, %s" in compose("ticket_taken", "fr", values).body


def test_a_value_that_is_missing_is_our_mistake():
    with pytest.raises(KeyError):
        compose("ticket_taken", "fr", {"ticket": "A001"})
