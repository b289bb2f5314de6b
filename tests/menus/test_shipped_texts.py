"""The texts we ship fit the phone in every language, with the longest values they may hold."""

import pytest

from cases.statuses import STATUSES
from gsm.alphabet import fold
from gsm.pages import Option, fit
from locales.catalogues import FOLDED
from menus import layouts, library, versions, words
from menus.tree import Ask, Choose, Do, Say, Tree

TREES = [versions.written(text).tree(file) for file, text in library.shipped().items()]
SCREENS = [
    pytest.param(tree, language, name, id=f"{tree.name}-{language}-{name}")
    for tree in TREES
    for language in tree.languages
    for name, screen in tree.screens.items()
    if not isinstance(screen, Do)
]


def pages_of(tree: Tree, language: str, name: str):
    """The screen as its citizens may at worst see it; a list is left out, it runs over pages."""
    screen = tree.screens[name]
    spoken = tree.words[language]
    lead = screen.text[language].longest(tree.kinds)
    if tree.banner is not None:
        lead = f"{tree.banner[language].longest(tree.kinds)}\n{lead}"
    lines = ()
    if isinstance(screen, Choose):
        lines = tuple(
            Option(str(number), option.text[language].longest(tree.kinds))
            for number, option in enumerate(screen.options, start=1)
        )
    ends = isinstance(screen, Say) and screen.ends
    opening = name in {rule.go for rule in tree.start}
    done = isinstance(screen, Choose) and screen.done  # nothing to go back to
    navigation = (Option("0", spoken[words.BACK]), Option("00", spoken[words.HOME]))
    if language in FOLDED:
        lead = fold(lead)
        lines = tuple(Option(line.key, fold(line.label)) for line in lines)
    layout = layouts.USUAL
    return fit(
        lead,
        lines,
        () if ends or opening or done else navigation,
        Option("98", spoken[words.NEXT]),
        layout.later,
        layout.first if opening else None,
    )


@pytest.mark.parametrize(("tree", "language", "name"), SCREENS)
def test_a_screen_fits_one_page_with_its_longest_values(tree, language, name):
    # A long list of papers, or what an agency says in its own words, may run on to a second page;
    # what we say ourselves of a dossier does not: tests/cases/test_status_screens.py.
    runs_on = name.startswith("papers_") or name in STATUSES
    most = 2 if runs_on else 1
    if language not in FOLDED:
        most = 3  # in UCS-2 a page has room for 70 letters instead of 160
    pages = pages_of(tree, language, name)
    assert len(pages) <= most, "\n---\n".join(f"{page.text}\n{page.measure}" for page in pages)


@pytest.mark.parametrize(("tree", "language", "name"), SCREENS)
def test_an_option_is_short_enough_to_be_read_at_a_glance(tree, language, name):
    screen = tree.screens[name]
    if isinstance(screen, Choose):
        for option in screen.options:
            assert len(option.text[language].longest(tree.kinds)) <= 22


@pytest.mark.parametrize(("tree", "language", "name"), SCREENS)
def test_a_translation_holds_the_placeholders_of_its_source(tree, language, name):
    screen = tree.screens[name]
    texts = [screen.text]
    if isinstance(screen, Choose):
        texts += [option.text for option in screen.options]
    if isinstance(screen, Ask):
        texts.append(screen.wrong)
    for text in texts:
        assert text[language].placeholders == text["fr"].placeholders
