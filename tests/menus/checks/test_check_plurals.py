"""Forms that a number needs."""

import pytest

from locales.catalogues import Translation
from menus.checks.plurals import check
from menus.source import read
from menus.subject import Subject
from tests.menus.trees import SOUND, french

TEXT = '"Pris : {count}"'
GOOD = '"{count} {count|fruit|fruits}"'


def complaints(text: str, translations=french) -> list[str]:
    assert TEXT in SOUND
    return [str(one) for one in check(Subject(read(SOUND.replace(TEXT, text)), translations))]


def test_a_form_for_each_way_of_counting_is_sound():
    assert complaints(GOOD) == []


@pytest.mark.parametrize("text", ['"{count|fruit}"', '"{count|a|b|c}"'])
def test_too_few_or_too_many_forms_are_told(text):
    found = complaints(text)
    assert any("[taken] [fr]" in one and "write one, other" in one for one in found)


def test_a_translation_counts_in_its_own_way():
    def one_form(language: str, _context: str, text: str) -> Translation:
        return Translation("{count|fruit}" if "|" in text and language == "en" else text, "draft")

    [found] = complaints(GOOD, one_form)
    assert "[taken] [en]" in found


def test_words_agree_with_numbers_only():
    bad = SOUND.replace('"Bonjour {who}"', '"Bonjour {who|a|b}"')
    found = [str(one) for one in check(Subject(read(bad), french))]
    assert all("which is no number" in one for one in found)
    assert found
