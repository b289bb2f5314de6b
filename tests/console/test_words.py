"""The console's words: everything is said in English too, and times and numbers as people do."""

from datetime import UTC, datetime, timedelta

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import g

import moment
from console import showing
from locales.catalogues import FOLDER
from locales.console import translations
from settings import ROOT

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def in_code() -> set[str]:
    with (ROOT / "console/babel.cfg").open() as file:
        mapping, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    found = extract_from_dir(ROOT / "console", mapping, options, keywords)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def messages(path) -> dict[str, str]:
    with (FOLDER / path).open("rb") as file:
        return {
            one.id if isinstance(one.id, str) else one.id[0]: one for one in read_po(file) if one.id
        }


def test_every_word_of_the_console_is_said_in_english():
    english = messages("en/LC_MESSAGES/console.po")
    wanted = in_code()
    assert len(wanted) > 60
    lacking = [text for text in wanted if text not in english]
    assert lacking == [], "run `make messages`, and translate"
    for text in wanted:
        said = english[text].string
        assert said if isinstance(said, str) else all(said), text
        assert not english[text].fuzzy, text


def test_translations_hold_what_their_french_does():
    for message in messages("en/LC_MESSAGES/console.po").values():
        assert message.check is not None
        assert list(message.check()) == []


def test_the_template_is_up_to_date():
    assert set(messages("console.pot")) == in_code()


def test_none_of_something_is_singular_in_french():
    said = [translations("fr").ngettext("ticket", "tickets", number) for number in (0, 1, 2)]
    assert said == ["ticket", "ticket", "tickets"]


@pytest.fixture(params=["fr", "en"])
def speaking(request, office, monkeypatch):
    monkeypatch.setattr(moment, "now", lambda: AT)
    with office.app.test_request_context():
        g.staff, g.language = None, request.param
        yield request.param


def test_times_are_written_as_people_say_them(speaking):
    said = {
        "fr": ("mardi 24 nov., 9 h 30", "mercredi 24 nov. 2027", "il y a 5 minutes"),
        "en": ("Tuesday 24 Nov, 9:30", "Wednesday 24 Nov 2027", "5 minutes ago"),
    }[speaking]
    assert showing.when(AT) == said[0]
    assert showing.day(datetime(2027, 11, 24, tzinfo=UTC)) == said[1]
    past = showing.ago(AT - timedelta(minutes=5))
    assert said[2] in past
    assert 'title="' in past


@pytest.mark.parametrize(
    ("number", "masked", "whole"),
    [
        ("+221770000001", "+221 77 ••• •• 01", "+221 77 000 00 01"),
        ("+233240000001", "+233 24 ••• •• 01", "+233 24 000 00 01"),
        ("+2250700000001", "+225 07 ••• ••• 01", "+225 07 000 000 01"),
    ],
)
def test_numbers_are_masked_unless_their_reader_needs_them(number, masked, whole):
    assert showing.phone(number) == masked
    assert showing.phone(number, whole=True) == whole
