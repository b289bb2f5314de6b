"""Options that read alike, and more of them than there are numbers."""

import pytest

from locales.catalogues import Translation
from menus.actions import SOURCES, Item, source
from menus.checks.keys import check
from menus.compiler import assembled
from menus.engine import Show, advance, begin, resume
from menus.layouts import USUAL
from menus.source import read
from menus.subject import Subject
from tests.menus.checks.examined import changed, complaints, line_of
from tests.menus.trees import french

if "test.many" not in SOURCES:

    @source("test.many", most=95)
    def many(context):
        raise NotImplementedError


def options(count: int) -> str:
    return "".join(f'      - {{say: "Fruit {n}", go: home}}\n' for n in range(count))


def test_a_label_that_begins_with_a_number_hides_its_own():
    [said] = complaints(check, '"Âge", go', '"1. Âge", go')
    assert said.severity == "warning"
    assert said.line == line_of(changed('"Âge", go', '"1. Âge", go'), '"1. Âge"')
    assert "begins with a number in fr, en, and its own is 2" in said.message
    assert complaints(check, '"Âge", go', '"1er âge", go') == []


DEFECTS = {
    "two options that read the same": (
        '"Âge", go',
        '"Fruits", go',
        '"Fruits", go: age',
        "reads the same as option 1 in fr, en: reword one",
    ),
    "two options that differ in capitals only": (
        '"Âge", go',
        '"FRUITS", go',
        '"FRUITS"',
        "same as option 1",
    ),
    "more options than numbers": (
        '      - {say: "Aucun", go: home}\n',
        options(38),
        '"Fruit 37"',
        "98 numbers, 60 of them from test.fruits, but 98 turns the page: take 1 out",
    ),
    "more fixed options than numbers": (
        '      - {say: "Fruits", go: fruits}\n',
        options(97),
        '{say: "Âge"',
        "100 numbers, but 98 turns the page: take 3 out",
    ),
    "a long list with its own bound": (
        '      - {say: "Aucun", go: home}\n',
        options(3),
        '"Fruit 2"',
        "98 numbers, 95 of them from test.many",
    ),
}


@pytest.mark.parametrize(("old", "new", "there", "words"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named_at_its_line(old, new, there, words):
    text = changed(old, new)
    if "test.many" in words:
        text = text.replace("test.fruits", "test.many")
    said = complaints(check, text=text)
    line = line_of(text, there)
    assert any(one.line == line and words in one.message for one in said), (line, said)
    assert {one.severity for one in said} == {"error"}


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []


def test_as_many_options_as_numbers_are_none_too_many():
    assert complaints(check, '      - {say: "Aucun", go: home}\n', options(37)) == []


def test_options_that_read_alike_in_one_language_are_named_with_it():
    def translations(language, _, french):
        return Translation("Age" if language == "en" and french == "Secret" else french, "draft")

    assert complaints(check, '"Âge"', '"Age"') == []
    [said] = complaints(check, '"Âge"', '"Age"', translations=translations)
    assert (said.language, said.screen) == ("en", "home")


def test_options_that_fold_to_the_same_letters_read_alike():
    [said] = complaints(check, '"Âge"', '"Fruîts"', folded=frozenset({"en"}))
    assert said.language == "en"


@pytest.mark.parametrize("fixed", [1, 37, 97])
def test_a_list_that_is_too_long_is_cut_and_no_fixed_option_is_lost(fixed):
    text = changed('      - {say: "Aucun", go: home}\n', options(fixed))
    tree = assembled(Subject(read(text), french), text)
    step = advance(tree, USUAL, begin(tree, USUAL, "fr", frozenset()).session, "1")
    step = resume(tree, USUAL, step, [Item(str(n), f"Item {n}") for n in range(120)])
    assert len(step.session.shown) == 97 - fixed
    chosen = advance(tree, USUAL, step.session, "97")
    assert isinstance(chosen, Show)
    assert chosen.session.screen == "home"
