"""Many options, and long ones."""

import pytest

from locales.catalogues import Translation
from menus.checks.shape import check
from tests.menus.checks.examined import changed, complaints, line_of


def options(count: int) -> str:
    return "".join(f'      - {{say: "Choix {n}", go: home}}\n' for n in range(count))


DEFECTS = {
    "a sixth option": (
        '      - {say: "Aucun", go: home}\n',
        options(6),
        '"Choix 5"',
        "6 options, of which 5 are read: move some to a further screen",
    ),
    "a seventh option at home": (
        '      - {say: "Fruits", go: fruits}\n',
        options(4),
        '{say: "Rouge"',
        "7 options, of which 6 are read",
    ),
    "a long option": (
        '"Aucun"',
        '"Aucun de tous ces fruits"',
        "Aucun de",
        "24 letters, 22 at most: shorten it",
    ),
    "an option with a long value": (
        '"Aucun"',
        '"Non à {age} {age} {age} {age} {age}"',
        "Non à",
        "25 letters, 22 at most",
    ),
}


@pytest.mark.parametrize(("old", "new", "there", "words"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named_at_its_line(old, new, there, words):
    said = complaints(check, old, new)
    line = line_of(changed(old, new), there)
    assert any(one.line == line and words in one.message for one in said), (line, said)
    assert {one.severity for one in said} == {"hint"}


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []


def test_five_options_are_few_and_six_at_home():
    assert complaints(check, '      - {say: "Aucun", go: home}\n', options(5)) == []
    assert complaints(check, '      - {say: "Fruits", go: fruits}\n', options(3)) == []


def test_an_option_that_is_long_in_one_language_is_named_with_it():
    def translations(language, _, french):
        return Translation("ŋ" * 12 if (language, french) == ("en", "Secret") else french, "draft")

    assert complaints(check, translations=translations) == []
    [said] = complaints(check, translations=translations, folded=frozenset({"en"}))
    assert (said.language, said.screen) == ("en", "home")
    assert "24 letters" in said.message
