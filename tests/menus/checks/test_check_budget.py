"""Screens that do not fit a phone."""

import pytest

from gsm.pages import Budget
from locales.catalogues import Translation
from locales.values import plain, text
from menus.actions import ACTIONS, action
from menus.checks.budget import check
from menus.layouts import USUAL, Layout
from tests.menus.checks.examined import changed, complaints, line_of
from tests.menus.trees import SOUND


def words(septets: int) -> str:
    """A text of so many letters."""
    return ("mot " * septets)[: septets - 1] + "m"


def options(count: int) -> str:
    return "".join(f'      - {{say: "Une option num {n:02d}", go: home}}\n' for n in range(count))


BOTH = frozenset({"fr", "en"})

# what is changed, into what; what stands on the line that is complained of; severity; the words
DEFECTS = {
    "more than three pages": (
        '"Rien."',
        f'"{words(500)}"',
        "mot",
        "error",
        "in fr on usual, 520 of 160 septets: 4 pages, 3 at most: shorten it",
    ),
    "a question on two pages": (
        '"Quel âge ?"',
        f'"{words(152)}"',
        "mot",
        "error",
        "in fr on usual, 161 of 160 septets: a question must stand on one page: shorten it",
    ),
    "options on two pages": (
        '      - {say: "Fruits", go: fruits}\n',
        options(7),
        'choose: "Menu"',
        "warning",
        "in fr on usual, as the first screen, 168 of 140 septets: 2 pages of options",
    ),
    "an end on two pages": (
        '"Pris : {count}"',
        f'"{words(159)}{{count}}"',
        "mot",
        "warning",
        "in fr on usual, 161 of 160 septets: 2 pages at an end",
    ),
    "a value that may be long": (
        '"Âge : {age}"',
        '"' + "{age} " * 125 + '"',
        "{age} {age}",
        "error",
        "in fr on usual, 519 of 160 septets: 4 pages",
    ),
    "letters outside GSM-7": (
        '"Quel âge ?"',
        f'"ê{words(61)}"',
        "mot",
        "error",
        "in fr on usual, 71 of 70 UCS-2 units (for ê): a question",
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "there", "severity", "said"), DEFECTS.values(), ids=DEFECTS.keys()
)
def test_a_defect_is_named_at_its_line_in_each_language(old, new, there, severity, said):
    plain = changed('{say: "Âge"', '{say: "Age"')  # so that home is in GSM-7
    found = complaints(check, old, new, text=plain)
    line = line_of(changed(old, new, plain), there)
    assert [(one.line, one.language) for one in found] == [(line, "fr"), (line, "en")]
    assert {one.severity for one in found} == {severity}
    assert said in found[0].message


FITS = {
    "a question of one page": ('"Quel âge ?"', f'"{words(151)}"'),
    "three pages": ('"Rien."', f'"{words(400)}"'),
    "an end of one page": ('"Pris : {count}"', f'"{words(158)}{{count}}"'),
    "letters outside GSM-7": ('"Quel âge ?"', f'"ê{words(60)}"'),
}


@pytest.mark.parametrize(("old", "new"), FITS.values(), ids=FITS.keys())
def test_what_fits_draws_no_complaint(old, new):
    assert complaints(check, old, new) == []


def test_a_list_needs_room_for_an_item_beside_its_text():
    plain = changed('{say: "Âge"', '{say: "Age"')
    text = changed('"Lequel ?"', f'"{words(118)}"', plain)
    found = complaints(check, text=text, folded=BOTH)
    assert [(one.line, one.severity) for one in found] == [(line_of(text, "mot"), "error")] * 2
    said = "185 of 160 septets: the text leaves no room for one item of the list: shorten it"
    assert said in found[0].message
    assert complaints(check, '"Lequel ?"', f'"{words(116)}"', folded=BOTH) == []


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []


def test_the_first_screen_is_shorter_and_has_no_navigation():
    welcome = f'"{words(360)}"'  # with 1 Continuer, 371 septets: 140, 160 and the rest
    assert complaints(check, '"Bienvenue"', welcome) == []
    [said, _] = complaints(check, '"Bienvenue"', f'"{words(440)}"')
    assert "as the first screen, 452 of 140 septets: 4 pages" in said.message


def test_home_has_no_navigation_when_one_comes_back_to_it():
    roomy = Layout(first=Budget(300, 100), later=USUAL.later)
    plain = changed("Âge", "Age")  # so that home is in GSM-7: its options are 32 septets
    for septets, said in ((128, []), (129, ["home", "home"])):
        found = complaints(
            check, '"Menu"', f'"{words(septets)}"', text=plain, layouts={"roomy": roomy}
        )
        assert [one.screen for one in found] == said


def test_a_screen_just_below_home_has_no_second_way_there():
    assert complaints(check, '"PIN ?"', f'"{words(151)}"') == []  # below it: 0 Retour
    [said, _] = complaints(check, '"Âge : {age}"', f'"{words(440)}"')  # and here 00 Accueil too
    assert "460 of 160" in said.message


def test_the_banner_stands_on_every_screen():
    banner = SOUND.replace("home: home\n", 'home: home\nbanner: "Exemple, à vérifier"\n', 1)
    said = complaints(check, '"Quel âge ?"', f'"{words(151)}"', text=banner, folded=BOTH)
    assert [one.screen for one in said] == ["age", "age"]


def test_a_folded_language_is_measured_as_it_is_sent():
    question = f'"ê{words(100)}"'
    assert complaints(check, '"Quel âge ?"', question, folded=BOTH) == []
    [said] = complaints(check, '"Quel âge ?"', question, folded=frozenset({"fr"}))
    assert said.language == "en"


def test_a_translation_is_measured():
    def translations(language, _, french):
        return Translation(words(300) if (language, french) == ("en", "PIN ?") else french, "draft")

    [said] = complaints(check, translations=translations)
    assert (said.language, said.screen) == ("en", "pin")


NAMED = SOUND.replace("go: pin}", "go: known}").replace(
    "  pin:\n", "  known:\n    do: test.know\n    outcomes: {known: pin}\n  pin:\n"
)

if "test.know" not in ACTIONS:

    @action("test.know", outcomes={"known": {"who": text(9), "number": plain(9)}})
    def know(context):
        raise NotImplementedError


def test_names_may_hold_letters_that_a_language_keeps():
    folded = frozenset({"en"})
    question = f'"{words(52)} {{who}}"'
    [said] = complaints(check, '"PIN ?"', question, text=NAMED, folded=folded)
    assert (said.screen, said.language, said.severity) == ("pin", "fr", "error")
    assert "of 70 UCS-2 units (for ɛ): a question must stand on one page" in said.message
    for short in (f'"{words(50)} {{who}}"', f'"{words(52)} {{number}}"'):
        assert complaints(check, '"PIN ?"', short, text=NAMED, folded=folded) == []


def test_typed_texts_may_hold_them_too_unless_the_tree_lists_them():
    listed = changed("check: digits\n    least: 1\n    most: 3", "among: [Oui, Non]")
    typed = changed("check: digits\n    least: 1\n    most: 3", "check: text\n    most: 3")
    long = '"Âge : {age}"', f'"{words(100)} {{age}}"\n    end: true'
    assert complaints(check, *long, text=listed) == []
    assert {one.language for one in complaints(check, *long, text=typed)} == {"fr", "en"}
    assert complaints(check, *long, text=typed, folded=BOTH) == []


def test_a_word_that_an_option_sets_is_as_long_as_its_translation():
    def said(word: str, language: str = "en"):
        return lambda wished, _, french: Translation(
            word if (wished, french) == (language, "rouge") else french, "draft"
        )

    screen = '"Couleur : {colour}"', f'"{words(150)} {{colour}}"\n    end: true'
    assert complaints(check, *screen, translations=said("vert")) == []
    [one] = complaints(check, *screen, translations=said("sky and sea"))
    assert (one.screen, one.language) == ("colour", "en")
    assert "162 of 160 septets" in one.message
    assert complaints(check, *screen, translations=said("ɛ"), folded=BOTH) == []
    [one] = complaints(check, *screen, translations=said("ɛ"))
    assert "UCS-2" in one.message


def test_a_list_whose_names_take_it_to_the_next_page_is_a_warning():
    lead = f'"{words(35)}"'
    assert {one.severity for one in complaints(check, '"Lequel ?"', lead)} == {"warning"}
    assert complaints(check, '"Lequel ?"', lead, folded=BOTH) == []


def test_providers_that_cut_alike_are_named_together():
    short = Layout(first=Budget(60, 30), later=Budget(60, 30))
    layouts = {"nalo": short, "usual": USUAL, "hollatags": short}
    found = complaints(check, '"Quel âge ?"', f'"{words(60)}"', layouts=layouts)
    [said, _] = [one for one in found if one.screen == "age"]
    assert said.message.startswith("in fr on hollatags, nalo, 69 of 60 septets: a question")


def test_navigation_without_room_for_a_letter_is_refused():
    tiny = Layout(first=Budget(20, 10), later=Budget(20, 10))
    said = complaints(check, layouts={"tiny": tiny})
    assert any("no room for a single letter" in one.message for one in said)
    assert {one.severity for one in said} <= {"error", "warning"}


def test_a_broken_tree_is_still_measured():
    for old, new in (
        ("{age}", "{aeg}"),
        ("go: fruits}", "go: fruit}"),
        ("home: home", "home: hom"),
    ):
        assert complaints(check, old, new) == []
