"""All checks together."""

from time import process_time

import pytest

from locales.catalogues import FOLDED, NAMES, Translation
from menus import checks
from menus.compiler import examine
from menus.layouts import USUAL
from menus.source import read
from menus.subject import Subject
from tests.menus.trees import SOUND, french

MENUS = 50


def town(menus: int = MENUS) -> str:
    """A tree of four times as many screens: each menu has a question, an action and an answer, and
    four further menus below it."""
    written = f"""\
tree: town
service_codes: ["*1#"]
languages: [{", ".join(NAMES)}]
banner: "Exemple, à vérifier"
start: [{{go: menu_0}}]
home: menu_0
screens:
"""
    for n in range(menus):
        below = [m for m in range(4 * n + 1, 4 * n + 5) if m < menus]
        written += f"""\
  menu_{n}:
    choose: "Menu {n}, que voulez-vous ?"
    options:
      - {{say: "Donner un âge", go: ask_{n}}}
{"".join(f"      - {{say: 'Le menu {m}', go: menu_{m}}}" + chr(10) for m in below)}
  ask_{n}:
    ask: "Votre âge ?"
    as: age
    check: digits
    most: 3
    otherwise: menu_{n}
    go: do_{n}
  do_{n}:
    do: test.grow
    with: [age]
    outcomes: {{counted: said_{n}}}
  said_{n}:
    say: "Vous êtes {{count}} de {{age}} ans. Merci, à bientôt, gardez ceci."
    end: true
"""
    return written


def test_a_sound_tree_is_above_all_suspicion():
    assert examine(Subject(read(SOUND), french)) == []


def test_a_name_that_begins_with_an_underline_is_no_check():
    assert len(checks.all_checks()) == len({check.__module__ for check in checks.all_checks()})
    assert all("._" not in check.__module__ for check in checks.all_checks())


def test_two_hundred_screens_in_eight_languages_are_checked():
    def spoken(language, _context, text):
        return Translation(text if language == "fr" else text.replace("V", "Ŋ"), "draft")

    draft = read(town())
    assert len(draft.screens) == 4 * MENUS
    said = examine(Subject(draft, spoken, FOLDED, {"usual": USUAL}))
    assert [one for one in said if one.severity == "error"] == []
    assert {one.screen for one in said if "2 pages at an end" in one.message} == {
        f"said_{n}" for n in range(MENUS)
    }


def chain(last: str) -> str:
    """As many actions as a tree may have screens, one after the other."""
    written = """\
tree: chain
service_codes: ["*1#"]
languages: [fr]
start: [{go: home}]
home: home
screens:
  home:
    choose: "Lequel ?"
    from: {source: test.fruits, as: what, go: do_0, empty: bye}
  bye:
    say: "Fin"
    end: true
"""
    for n in range(1998):
        go = f"do_{n + 1}" if n < 1997 else last
        written += f"  do_{n}:\n    do: test.take\n    with: [what]\n"
        written += f"    outcomes: {{taken: {go}, none: bye}}\n"
    return written


def spoken(language: str, _context: str, text: str) -> Translation:
    return Translation(text if language == "fr" else f"{text} ({language})", "reviewed")


LARGE = {
    "two thousand actions in a row": (chain("bye"), ["1998 actions and lists in a row"]),
    "two thousand that turn": (chain("do_0"), ["may come back here by", "1998 actions"]),
    "two thousand screens in eight languages": (town(500), []),
}


@pytest.mark.parametrize(("text", "wanted"), LARGE.values(), ids=LARGE.keys())
def test_the_largest_trees_are_checked_in_seconds(text, wanted):
    """In far less than the bound, which is for slow machines; what grows with the square of the
    screens takes a minute."""
    began = process_time()
    draft = read(text)
    found = [
        one for one in examine(Subject(draft, spoken, frozenset(NAMES))) if one.severity == "error"
    ]
    assert process_time() - began < 8
    assert len(draft.screens) == 2000
    assert sorted(wanted) == sorted(
        words for words in wanted if any(words in one.message for one in found)
    )
    assert len(found) == len(wanted)
