"""Translations follow their texts: nothing that somebody translated is lost."""

import pytest

from locales.catalogues import Translation
from menus.editing import book as books
from menus.editing import work as editing
from menus.editing.book import Typed
from menus.editing.screens import body
from menus.editing.work import Work
from menus.phrasebook import translations_from
from menus.source import read
from tests.menus.trees import SOUND


def nowhere(_language, _context, french):
    return Translation(french, "missing")


@pytest.fixture
def work():
    book = {
        "en": {
            ("home", "Menu"): Translation("Menu (en)", "reviewed"),
            ("home", "Fruits"): Translation("Fruit", "draft"),
        }
    }
    return Work(SOUND, books.following(SOUND, ["fr", "en"], book, nowhere))


def home(work, choose, *said, was="Menu", stands=frozenset()):
    """Home with another text, and what is said for it in English."""
    new = body(read(work.text).screens["home"]) | {"choose": choose}
    texts = [Typed(was, choose, {"en": one}, stands) for one in said]
    return editing.write(work, "home", new, texts, translations_from(work.book))


def test_a_new_french_keeps_the_translation_as_stale(work):
    found = home(work, "Accueil", "Menu (en)").book["en"]["home", "Accueil"]
    assert found == Translation("Menu (en)", "stale")


def test_nobody_reads_what_is_stale_but_an_editor_sees_it(work):
    changed = home(work, "Accueil", "Menu (en)")
    assert translations_from(changed.book)("en", "home", "Accueil").text == "Accueil"
    assert books.shown(changed.book, "en", "home", "Accueil").text == "Menu (en)"


def test_back_to_the_old_french_the_old_translation_is_good_again(work):
    changed = home(work, "Accueil", "Menu (en)")
    live = translations_from(work.book)
    new = body(read(changed.text).screens["home"]) | {"choose": "Menu"}
    typed = [Typed("Accueil", "Menu", {"en": "Menu (en)"})]
    back = editing.write(changed, "home", new, typed, live)
    assert back.book["en"]["home", "Menu"] == Translation("Menu (en)", "reviewed")


def test_what_is_retranslated_is_a_draft_that_counts(work):
    found = home(work, "Accueil", "Welcome").book["en"]["home", "Accueil"]
    assert found == Translation("Welcome", "draft")


def test_a_stale_one_can_be_said_to_stand(work):
    changed = home(work, "Accueil", "Menu (en)")
    stands = home(changed, "Accueil", "Menu (en)", was="Accueil", stands=frozenset({"en"}))
    assert stands.book["en"]["home", "Accueil"] == Translation("Menu (en)", "draft")


def test_one_can_be_said_to_stand_while_its_french_changes(work):
    changed = home(work, "Accueil", "Menu (en)", stands=frozenset({"en"}))
    assert changed.book["en"]["home", "Accueil"] == Translation("Menu (en)", "draft")


def test_one_that_nobody_touched_stays_as_it_was(work):
    assert home(work, "Menu", "Menu (en)").book == work.book


def test_an_empty_one_is_missing(work):
    found = home(work, "Menu", "").book["en"]["home", "Menu"]
    assert found == Translation("Menu", "missing")


def test_a_new_text_without_translation_does_not_take_away_its_double_s(work):
    new = body(read(work.text).screens["home"])
    typed = [Typed("Menu", "Menu", {"en": "Menu (en)"}), Typed(None, "Fruits", {"en": ""})]
    changed = editing.write(work, "home", new, typed, nowhere)
    assert changed.book["en"]["home", "Fruits"] == Translation("Fruit", "draft")


def test_renamed_a_screen_takes_its_translations_along_and_back(work):
    there = editing.rename(work, "home", "menu")
    assert there.book["en"]["menu", "Menu"].text == "Menu (en)"
    assert editing.rename(there, "menu", "home") == work


def test_doubled_a_screen_is_translated_too(work):
    doubled = editing.duplicate(work, "home", "other", nowhere)
    assert doubled.book["en"]["other", "Fruits"] == Translation("Fruit", "draft")
    assert editing.delete(doubled, "other", None, nowhere) == work
