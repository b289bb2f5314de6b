"""Screens that no way leads to, conversations without an end, traps."""

import pytest

from menus.checks.reach import check
from tests.menus.checks.examined import changed, complaints, line_of
from tests.menus.trees import SOUND

LOST = '  lost:\n    say: "Perdu."\n    go: nothing\n'
TURNS = "  turn:\n    do: test.take\n    with: [what]\n    outcomes: {taken: taken, none: turn}\n"
PAIR = """\
  one:
    do: test.take
    with: [what]
    outcomes: {taken: taken, none: other}
  other:
    do: test.take
    with: [what]
    outcomes: {taken: one, none: nothing}
"""

# what is changed, into what; what stands on the line that is complained of, once changed; the words
DEFECTS = {
    "a screen that nothing leads to": (
        "  taken:\n",
        LOST + "  taken:\n",
        "  lost:",
        "no way leads",
    ),
    "a screen that only leads to itself": (
        "  taken:\n",
        LOST.replace("go: nothing", "go: lost") + "  taken:\n",
        "  lost:",
        "no way leads here from",
    ),
    "screens that only lead to one another": (
        "  taken:\n",
        LOST.replace("go: nothing", "go: away")
        + LOST.replace("lost", "away").replace("nothing", "lost")
        + "  taken:\n",
        "  lost:",
        "here (and to 1 more behind it)",
    ),
    "no end at all": ("    end: true\n", "", "home: home", "no way from home comes to an end"),
    "an end that home does not lead to": (
        "    end: true\n",
        '  bye:\n    say: "Adieu"\n    end: true\n',
        "home: home",
        "give a last screen `end: true`",
    ),
    "a first screen without a way on": (
        '    say: "Bienvenue"\n    go: home\n',
        '    say: "Bonjour à tous"\n',
        '"Bonjour à tous"',
        "no 0 or 00 here",
    ),
    "a first screen after an action, without a way on": (
        "- {go: home}",
        "- {go: take}",
        'say: "Rien."',
        "no 0 or 00 here",
    ),
    "home without a way on": ("home: home", "home: nothing", 'say: "Rien."', "no 0 or 00 here"),
    "an action that leads to itself": (
        "  taken:\n",
        TURNS + "  taken:\n",
        "none: turn}",
        "may come back here by turn",
    ),
    "actions that lead to one another": (
        "  taken:\n",
        PAIR + "  taken:\n",
        "none: other}",
        "may come back here by other",
    ),
    "a list that is shown again when it is empty": (
        "empty: nothing",
        "empty: fruits",
        "empty: fruits",
        "never show anything",
    ),
}


@pytest.mark.parametrize(("old", "new", "there", "words"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named_at_its_line(old, new, there, words):
    said = complaints(check, old, new)
    line = line_of(changed(old, new), there)
    assert any(one.line == line and words in one.message for one in said), (line, said)
    assert {one.severity for one in said} == {"error"}


FRUITS = '{say: "Fruits", go: fruits}'
HELD = FRUITS.replace("go:", "when: first_dial, go:")
BYE = """\
  taken:
    choose: "Pris : {count}"
    options:
      - {say: "Non", go: home}
      - {say: "Fin", when: in_fr, go: bye}
%s  bye:
    say: "Adieu"
    end: true
"""
TOOK = '  taken:\n    say: "Pris : {count}"\n    end: true\n'
IN_EN = '      - {say: "Fin", when: in_en, go: bye}\n'

# what is changed, into what; what stands on the line that is complained of; the words; a language
CONDITIONAL = {
    "an option at home": (
        FRUITS,
        HELD,
        HELD,
        "from home, only those of whom first_dial holds come to an end (in fr, en): lead",
        None,
    ),
    "an option further on, for one language": (
        TOOK,
        BYE % "",
        "when: in_fr",
        "only those of whom in_fr holds come to an end (in en): lead to one by options that",
        "en",
    ),
    "an option for one language, another one that depends on who it is": (
        TOOK,
        BYE % IN_EN.replace("in_en", "first_dial"),
        "when: in_fr",
        "only those of whom in_fr holds come to an end (in en)",
        "en",
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "there", "words", "language"), CONDITIONAL.values(), ids=CONDITIONAL.keys()
)
def test_an_end_that_only_some_come_to_is_told(old, new, there, words, language):
    [said] = complaints(check, old, new)
    assert (said.line, said.language) == (line_of(changed(old, new), there), language)
    assert words in said.message
    assert said.severity == "error"


SURE = {
    "one option for each language": (TOOK, BYE % IN_EN),
    "another option without a condition": (FRUITS, f"{HELD}\n      - {FRUITS}"),
    "a start under a condition": ("- {go: home}", "- {when: in_fr, go: welcome}\n  - {go: home}"),
    "a screen that only some come to": ("go: age}", "when: first_dial, go: age}"),
}


@pytest.mark.parametrize(("old", "new"), SURE.values(), ids=SURE.keys())
def test_an_end_that_everybody_comes_to_draws_no_complaint(old, new):
    assert complaints(check, old, new) == []


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []


def test_screens_cut_off_together_are_one_complaint():
    found = complaints(check, "go: fruits}", "go: age}")
    [said] = [one for one in found if "no way leads" in one.message]
    assert said.screen == "fruits"
    assert "(and to 2 more behind it)" in said.message


def test_actions_that_lead_to_one_another_are_one_complaint():
    text = changed("  taken:\n", PAIR + "  taken:\n").replace("go: take,", "go: one,")
    said = complaints(check, text=text)
    assert sum("never show anything" in one.message for one in said) == 1


def test_a_screen_with_home_below_it_needs_no_way_on():
    assert complaints(check, '"Rien."', '"Rien du tout."') == []
    assert SOUND.count("end: true") == 1


def test_ways_that_lead_nowhere_are_another_check_s_matter():
    assert all("fruit" not in one.message for one in complaints(check, "go: age}", "go: fruit}"))
    assert complaints(check, "home: home", "home: house") == []
