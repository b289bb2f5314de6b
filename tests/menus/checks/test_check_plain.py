"""Long sentences and long words, in French."""

import pytest

from menus.checks.plain import check
from tests.menus.checks.examined import changed, complaints, line_of

LONG = "Il faut venir au bureau de la mairie avec tous vos papiers et un timbre fiscal"
NOTHING = '"Rien."'

DEFECTS = {
    "a long sentence": (f'"{LONG}."', LONG, "a sentence of 16 words, “Il faut venir…”: cut it"),
    "a long sentence after a short one": (f'"Bonjour. {LONG}."', LONG, "a sentence of 16 words"),
    "a long word": (
        '"Réglementairement, non."',
        "Réglementairement",
        "“Réglementairement” has 17 letters, 14 at most: write a shorter word",
    ),
}


@pytest.mark.parametrize(("new", "there", "words"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named_at_its_line(new, there, words):
    [said] = complaints(check, NOTHING, new)
    assert said.line == line_of(changed(NOTHING, new), there)
    assert words in said.message
    assert (said.severity, said.language, said.screen) == ("hint", "fr", "nothing")


@pytest.mark.parametrize(
    "text",
    [
        LONG.removesuffix(" fiscal"),  # 15 words
        LONG.replace(" avec", ". Avec"),
        LONG.replace(" avec", r"\nAvec"),
        LONG.replace("fiscal", "{age}"),  # a value is no word
        LONG.replace("fiscal", ": 00"),  # nor are numbers and signs
        "Prix : {procedure_name_of_yours}",
        "Rendez-vous aujourd'hui, vingt-cinq-mille",
    ],
)
def test_plain_french_draws_no_complaint(text):
    assert complaints(check, NOTHING, f'"{text}"') == []


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []


def test_the_banner_is_read_too():
    [said] = complaints(check, "home: home\n", 'home: home\nbanner: "Constitutionnellement"\n')
    assert said.message.startswith("banner: “Constitutionnellement” has")
