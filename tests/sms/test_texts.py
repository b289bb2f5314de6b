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


# What is never in an SMS, for phones are shared: names, and what a dossier is about.
MATTERS = re.compile(
    r"naissance|mariage|d[ée]c[èe]s|casier|jugement|passeport|identit|nationalit|c[ée]libat"
    r"|birth|marriage|death|passport|juddu|wolosɛbɛn|haihuwa|kuzaliwa|nascimento|casamento",
    re.IGNORECASE,
)
NAMING = ("name", "nom", "holder", "procedure", "documents", "papers", "reason", "subject")


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_text_tells_no_matter_and_no_link(name, language):
    body = longest(name, language).body
    assert not MATTERS.search(body)
    assert not re.search(r"[a-z]/[a-z]|\w\.(com|org|net|sn|ml|ke|ng)\b|://", body, re.IGNORECASE)


@pytest.mark.parametrize("name", all_texts())
def test_a_text_shows_no_name_and_no_matter_among_its_values(name):
    assert not set(all_texts()[name].values) & set(NAMING)


REPLIES = [name for name, text in all_texts().items() if text.any_hour and text.topic is None]


# What somebody has to have in writing, and what is said of one's data, which takes two segments.
KEPT = {"mandate_given", "mandate_revoked", "case_pin", "complaint_opened"}
LONG = {"data_held", "data_rights"}


@pytest.mark.parametrize("name", sorted(set(REPLIES) - KEPT))
def test_a_reply_is_neither_put_off_nor_sent_twice_nor_a_lesson_in_stopping(name):
    text = all_texts()[name]
    segments = 2 if name in LONG else 1
    assert (text.when_uncertain, text.stop, text.segments) == ("once", "never", segments)


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
