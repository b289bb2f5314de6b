"""Cumulative texts: what was typed since, whatever was typed."""

from hypothesis import given
from hypothesis import strategies as st

from ussd.dials import added, seen, shortcut

typed = st.text(alphabet="0123456789*#ab é", min_size=1, max_size=8)


@given(st.lists(typed, min_size=1, max_size=6), typed)
def test_the_last_entry_is_read_whole_stars_and_all(before, entry):
    text = "*".join(before)
    assert added(seen(text), f"{text}*{entry}") == entry


@given(typed)
def test_the_first_entry_is_the_whole_text(entry):
    assert added(seen(""), entry) == entry


@given(st.lists(typed, min_size=1, max_size=6))
def test_the_same_text_again_adds_nothing(entries):
    text = "*".join(entries)
    assert added(seen(text), text) is None


@given(st.lists(typed, min_size=2, max_size=6))
def test_an_older_text_that_comes_late_adds_nothing(entries):
    text = "*".join(entries)
    assert added(seen(text), "*".join(entries[:-1])) is None


def test_a_text_that_is_not_this_session_s_gives_its_latest_entry():
    assert added(seen("1*2"), "4*5*6") == "6"


def test_what_was_seen_does_not_hold_what_was_typed():
    assert b"4821" not in seen("1*4821").digest


def test_a_long_dial_is_its_entries():
    assert shortcut("2*1") == ["2", "1"]
    assert shortcut("") == []
