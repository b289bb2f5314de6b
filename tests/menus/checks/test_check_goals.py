"""How far what citizens come for is from home."""

import pytest

from menus.checks.goals import check
from menus.source import BrokenTree, read
from tests.menus.checks.examined import changed, complaints, line_of
from tests.menus.trees import SOUND

HOME = "home: home\n"


def goals(*written: str) -> str:
    return HOME + "goals:\n" + "".join(f"  - {{{goal}}}\n" for goal in written)


# the goal, and its severity and words
DEFECTS = {
    "too far": ("screen: taken, within: 1", "warning", "2 screens from home to taken, 1 wanted"),
    "too far by an entry": ("screen: welcome_back, within: 1", "warning", "2 screens from home"),
    "no screen": ("screen: took, within: 4", "error", "no screen is called took: name one"),
    "out of reach": ("screen: welcome, within: 4", "error", "no way leads from home to welcome"),
}


@pytest.mark.parametrize(("goal", "severity", "words"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named_at_its_line(goal, severity, words):
    [said] = complaints(check, HOME, goals("screen: age, within: 1", goal))
    assert said.line == line_of(changed(HOME, goals("screen: age, within: 1", goal)), goal)
    assert said.severity == severity
    assert words in said.message


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []


def test_the_goal_counts_and_home_and_actions_do_not():
    # home, then fruits, then (an action) taken
    near = goals("screen: fruits, within: 1", "screen: taken, within: 2", "screen: home, within: 1")
    assert complaints(check, HOME, near) == []


def test_a_list_that_is_empty_is_not_seen():
    # home, then (an empty list) nothing
    assert complaints(check, HOME, goals("screen: nothing, within: 1")) == []


@pytest.mark.parametrize(
    "goal",
    [
        "screen: taken",
        "within: 2",
        "screen: taken, within: 0",
        "screen: taken, within: 2, to: home",
    ],
)
def test_a_goal_is_a_screen_and_a_number(goal):
    with pytest.raises(BrokenTree, match=r"test\.yaml:\d+: error:"):
        read(SOUND.replace(HOME, goals(goal), 1), "test.yaml")
