"""All checks together."""

from locales.catalogues import FOLDED, NAMES, Translation
from menus import checks
from menus.compiler import examine
from menus.layouts import USUAL
from menus.source import read
from menus.subject import Subject
from tests.menus.trees import SOUND, french

MENUS = 50


def town() -> str:
    """A tree of two hundred screens: fifty menus, each with a question, an action and an answer;
    four further menus below each."""
    written = f"""\
tree: town
service_codes: ["*1#"]
languages: [{", ".join(NAMES)}]
banner: "Exemple, à vérifier"
start: [{{go: menu_0}}]
home: menu_0
screens:
"""
    for n in range(MENUS):
        below = [m for m in range(4 * n + 1, 4 * n + 5) if m < MENUS]
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
