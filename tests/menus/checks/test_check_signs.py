"""Signs that phones and gateways get wrong."""

import pytest

from locales.catalogues import Translation
from menus.checks.signs import check
from tests.menus.checks.examined import changed, complaints, line_of

NOTHING = '"Rien."'

DEFECTS = {
    "an at": ('"awa@mairie.sn"', "'@': some gateways send ¡ for it: write"),
    "a euro": ('"5 €"', "'€': takes two septets, and some phones drop it: write EUR"),
    "a bracket": ('"[1"', "write ("),
    "a backslash": (r'"a\\b"', "write /"),
    "a bar": ('"oui|non"', "write /"),
    "a tilde": ('"~5"', "write -"),
    "a caret": ('"5^2"', "write it in words"),
    "a brace that is no placeholder": ('"{Nom"', "write (, or a value's name in small letters"),
}


@pytest.mark.parametrize(("new", "words"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named_at_its_line_in_each_language(new, words):
    said = complaints(check, NOTHING, new)
    assert [one.language for one in said] == ["fr", "en"]
    assert {one.line for one in said} == {line_of(changed(NOTHING, new), new)}
    assert all(words in one.message for one in said)
    assert {one.severity for one in said} == {"warning"}


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []  # it has placeholders


def test_a_sign_of_a_translation_is_named_with_its_language():
    def translations(language, _, french):
        return Translation("[no]" if (language, french) == ("en", "Rien.") else french, "draft")

    said = complaints(check, translations=translations)
    assert [(one.language, one.screen) for one in said] == [("en", "nothing")] * 2


def test_what_folding_writes_is_what_counts():
    assert complaints(check, NOTHING, '"’a’ ‒"', folded=frozenset({"fr", "en"})) == []
