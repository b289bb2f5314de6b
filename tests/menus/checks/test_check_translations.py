"""What is not translated, or no longer, or not yet reviewed; placeholders lost on the way."""

import pytest

from locales.catalogues import Translation
from menus import words
from menus.checks.translations import check
from tests.menus.checks.examined import complaints, line_of
from tests.menus.trees import SOUND

BANNER = SOUND.replace("home: home\n", 'banner: "Exemple"\nhome: home\n', 1)

# the French, what is found for it; what stands on the line that is complained of; the words
DEFECTS = {
    "a text missing": ("Rien.", ("Rien.", "missing"), "Rien.", "“Rien.” is not translated"),
    "a text stale": (
        "Rien.",
        ("Nothing", "stale"),
        "Rien.",
        "has changed since it was translated: translate it",
    ),
    "an option missing": ("Secret", ("Secret", "missing"), "Secret", "“Secret” is not translated"),
    "the words after a wrong entry": (
        "Un nombre.",
        ("Un nombre.", "missing"),
        "Un nombre.",
        "“Un nombre.” is not translated: translate it",
    ),
    "the banner": ("Exemple", ("Exemple", "missing"), "banner:", "banner: “Exemple” is not"),
    "a word that an option sets and a text shows": (
        "rouge",
        ("rouge", "missing"),
        "set: {colour: rouge}",
        "“rouge” is not translated: translate it",
    ),
    "the platform's words": (
        words.NEXT,
        (words.NEXT, "missing"),
        "languages:",
        "words: “Suite” is not translated",
    ),
    "a placeholder lost": (
        "Pris : {count}",
        ("Taken", "draft"),
        "Pris : {count}",
        "“Pris : {count}” lacks {count}: write the placeholders of the French",
    ),
    "a placeholder misspelt": (
        "Bonjour {who}",
        ("Hello {whom}", "reviewed"),
        "Bonjour {who}",
        "lacks {who} and has {whom}, unlike the French",
    ),
    "a placeholder added": ("Rien.", ("None {count}", "reviewed"), "Rien.", "has {count}, unlike"),
}


def found(french: str, translation: tuple[str, str]):
    return lambda _language, _context, text: (
        Translation(*translation) if text == french else Translation(text, "reviewed")
    )


@pytest.mark.parametrize(
    ("french", "translation", "there", "said"), DEFECTS.values(), ids=DEFECTS.keys()
)
def test_a_defect_is_named_at_its_line(french, translation, there, said):
    errors = [
        one
        for one in complaints(check, text=BANNER, translations=found(french, translation))
        if one.severity == "error"
    ]
    assert [(one.line, one.language) for one in errors] == [(line_of(BANNER, there), "en")]
    assert said in errors[0].message


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check, text=BANNER) == []


def test_drafts_are_one_warning_for_each_language():
    text = BANNER.replace("[fr, en]", "[fr, en, wo]")
    said = complaints(check, text=text, translations=lambda *given: Translation(given[2], "draft"))
    assert [(one.language, one.severity) for one in said] == [("en", "warning"), ("wo", "warning")]
    assert {one.line for one in said} == {line_of(text, "languages:")}
    texts = 18 + len(words.ALL)
    assert said[0].message.startswith(f"{texts} of {texts} texts are drafts: let a speaker review")


def test_french_is_the_source():
    french_only = BANNER.replace("[fr, en]", "[fr]")
    assert (
        complaints(check, text=french_only, translations=lambda *given: Translation("", "missing"))
        == []
    )


def test_a_long_text_is_named_by_its_beginning():
    long = "Rien de rien. " * 5
    [said] = complaints(
        check, "Rien.", long, translations=found(long.strip(), (long.strip(), "missing"))
    )
    assert "“Rien de rien. Rien de rien. Rien de rie…”" in said.message
