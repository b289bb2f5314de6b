"""Words agree with their number as each language counts."""

import pytest

from locales.plurals import categories, form
from locales.templates import template
from locales.values import number

AHEAD = {"ahead": number(999)}


@pytest.mark.parametrize(
    ("language", "count"),
    [("fr", 2), ("en", 2), ("wo", 1), ("ff", 2), ("bm", 1), ("ha", 2), ("sw", 2), ("pt", 2)],
)
def test_each_language_has_its_number_of_forms(language, count):
    assert len(categories(language)) == count


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("fr", 0, "personne"),
        ("fr", 1, "personne"),
        ("fr", 2, "personnes"),
        ("fr", 1_000_000, "personnes"),
        ("en", 0, "personnes"),
        ("en", 1, "personne"),
        ("sw", 0, "personnes"),
        ("ha", 1, "personne"),
        ("bm", 7, "personne"),
    ],
)
def test_the_form_is_the_one_of_the_number(language, number, expected):
    forms = ("personne", "personnes")[: len(categories(language))]
    assert form(language, number, forms) == expected


def test_a_text_agrees():
    text = template("{ahead} {ahead|personne|personnes} devant vous")
    assert text.render({"ahead": 1}, AHEAD, "fr") == "1 personne devant vous"
    assert text.render({"ahead": 3}, AHEAD, "fr") == "3 personnes devant vous"
    assert text.longest(AHEAD) == "999 personnes devant vous"
    assert text.placeholders == {"ahead"}
    assert str(text) == "{ahead} {ahead|personne|personnes} devant vous"


def test_a_form_may_be_empty():
    assert template("{n} ticket{n||s}").render({"n": 1}, {"n": number(9)}, "fr") == "1 ticket"
    assert template("{n} ticket{n||s}").render({"n": 2}, {"n": number(9)}, "fr") == "2 tickets"
