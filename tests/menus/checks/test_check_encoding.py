"""Screens that other letters would halve."""

from locales.catalogues import Translation
from menus.checks.encoding import check
from tests.menus.checks.examined import complaints, line_of
from tests.menus.trees import SOUND

LONG = "Foyi tɛ yan bi. " * 4


def spoken(language: str, _context: str, french: str) -> Translation:
    return Translation(LONG if (language, french) == ("en", "Rien.") else french, "draft")


def test_a_screen_that_folding_halves_is_named_with_both_costs():
    [said] = complaints(check, translations=spoken)
    assert (said.line, said.language, said.screen) == (line_of(SOUND, '"Rien."'), "en", "nothing")
    assert said.severity == "hint"
    assert said.message == (
        "2 pages in UCS-2 (83 units), 1 in GSM-7 letters (83 septets): "
        "let a speaker choose between letters and length"
    )


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []


def test_a_folded_language_has_made_its_choice():
    assert complaints(check, translations=spoken, folded=frozenset({"en"})) == []


def test_letters_that_cost_no_page_are_welcome():
    def short(language, context, french):
        found = spoken(language, context, french)
        return Translation(found.text[:20], found.state)

    assert complaints(check, translations=short) == []


def test_writings_that_have_no_gsm7_letters_are_left_alone():
    def arabic(language, context, french):
        found = spoken(language, context, french)
        return Translation("لا شيء " * 15 if found.text == LONG else found.text, found.state)

    assert complaints(check, translations=arabic) == []
