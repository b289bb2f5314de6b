"""Words that an option sets, and that are shown and handed on."""

import pytest

from menus.checks.set_words import check
from tests.menus.checks.examined import changed, complaints, line_of
from tests.menus.trees import SOUND

NOTED = SOUND.replace("go: colour}", "go: note}").replace(
    "  colour:\n",
    "  note:\n    do: test.note\n    with: [colour]\n    outcomes: {noted: colour}\n  colour:\n",
)


def test_a_word_that_is_shown_and_handed_on_is_refused():
    [said] = complaints(check, text=NOTED)
    assert (said.line, said.severity) == (line_of(NOTED, "set: {colour: rouge}"), "error")
    assert said.message == (
        "'rouge' is shown as {colour}, in each language, and handed to test.note as it is: set two "
        "values, one for each"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Couleur : {colour}", "Couleur notée"),  # handed on, and that is all
        ("colour: rouge", "colour: 7"),  # a number reads the same everywhere
        ("colour: rouge", 'colour: "77 000"'),
        ("with: [colour]", "with: [what]"),  # shown, and that is all
    ],
)
def test_what_is_one_of_the_two_draws_no_complaint(old, new):
    assert complaints(check, old, new, text=NOTED) == []


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []
    assert changed("colour", "colour") == SOUND
