"""What the checks take for possible is what the engine does."""

from hypothesis import given
from hypothesis import strategies as st

from menus.actions import Item, Outcome
from menus.engine import NEXT, Call, advance, begin, resume
from menus.source import read
from menus.standing import Standing, standings
from tests.menus.trees import LAYOUT, SOUND, compiled

# From an opening menu as well as from home, and round by an action without leaving the menu.
TURNING = SOUND.replace("- {when: first_dial, go: welcome}", "- {when: first_dial, go: fruits}")
TURNING = TURNING.replace('  welcome:\n    say: "Bienvenue"\n    go: home\n', "")
TURNING = TURNING.replace("wrong: nothing}", "wrong: pin}").replace(
    '  nothing:\n    say: "Rien."', '  nothing:\n    say: "Rien."\n    go: age'
)

TREES = [(compiled(text), standings(read(text))) for text in (SOUND, TURNING)]
ENTRIES = st.lists(st.sampled_from(["1", "2", "3", "4", "0", "00", "x", "4821"]), max_size=25)


def answered(step, luck):
    if step.kind is Item:
        return [Item("m", "Mangue")] if luck else []
    if step.name == "test.unlock":
        return Outcome("right", {"who": "Awa"}) if luck else Outcome("wrong")
    return Outcome("taken", {"count": 1}) if luck else Outcome("none")


@given(st.sampled_from(TREES), ENTRIES, st.booleans(), st.lists(st.booleans(), min_size=60))
def test_a_session_stands_only_where_the_checks_look(told, entries, first_dial, lucks):
    (tree, possible), luck = told, iter(lucks)
    step = begin(tree, LAYOUT, "fr", frozenset({"first_dial"} if first_dial else ()))
    for entry in (None, *entries):
        if entry is not None:
            step = advance(tree, LAYOUT, step.session, entry)
        while isinstance(step, Call):
            step = resume(tree, LAYOUT, step, answered(step, next(luck)))
        below = len([line for line in step.page.navigation if line.key != NEXT])
        worse = {Standing(step.session.screen, step.session.opening, n) for n in range(below, 3)}
        assert worse & possible, (entries, step.session)
        if step.ends:
            break


def test_what_can_come_up_first_and_later():
    found = {one for one in standings(read(SOUND)) if one.screen in ("welcome", "home", "nothing")}
    assert found == {
        Standing("welcome", True, 0),
        Standing("home", True, 0),
        Standing("home", False, 0),
        Standing("nothing", False, 1),
        Standing("nothing", False, 2),
    }
