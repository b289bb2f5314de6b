"""Which events a ticket's history may hold, and what follows from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.moves import MOVES, STATES, UNDOABLE, UNDONE, NotPossible, replay


def test_a_visit_from_home_to_the_counter():
    assert replay(["joined", "called", "recalled", "started", "held", "resumed", "done"]) == "done"


def test_who_missed_the_call_may_come_back():
    assert replay(["joined", "called", "no_show", "returned", "called", "started"]) == "serving"


def test_the_last_step_is_taken_back_and_the_one_before_it():
    assert replay(["joined", "called", "started", UNDONE]) == "called"
    assert replay(["joined", "called", "started", UNDONE, UNDONE]) == "waiting"


@pytest.mark.parametrize(
    "kinds",
    [
        [],
        ["called"],
        ["joined", "joined"],
        ["joined", "started"],
        ["joined", "called", "done"],
        ["joined", "cancelled", "called"],
        ["joined", "called", "started", "cancelled"],
        ["joined", UNDONE],
        ["joined", "cancelled", UNDONE],
        ["joined", "flew"],
    ],
)
def test_what_can_not_have_happened_is_refused(kinds):
    with pytest.raises(NotPossible):
        replay(kinds)


@given(st.lists(st.sampled_from([*MOVES, UNDONE]), max_size=12))
def test_a_history_ends_in_a_state_or_is_refused_and_undoing_leads_back(kinds):
    history = ["joined", *kinds]
    try:
        before = replay(history[:-1])
        after = replay(history)
    except NotPossible:
        return
    assert after in STATES
    if history[-1] in UNDOABLE:
        assert replay([*history, UNDONE]) == before
