"""What was typed since, whatever was typed and whatever the provider repeats."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ussd.dials import Dial, added, seen, shortcut

typed = st.text(alphabet="0123456789*#ab é", min_size=1, max_size=8)
LATEST = Dial("hubtel", "1", "+233240000001", "*713#", "mtn", "", starts=True)


def all_of(text: str) -> Dial:
    """A callback of a cumulative provider."""
    return Dial(
        "africastalking", "1", "+221770000001", "*384*50#", "", text, not text, cumulative=True
    )


def latest(entry: str, turn: int | str | None = None) -> Dial:
    """A callback of a provider that sends the latest entry alone."""
    return replace(LATEST, text=entry, starts=False, turn=turn)


@given(st.lists(typed, min_size=1, max_size=6), typed)
def test_the_last_entry_is_read_whole_stars_and_all(before, entry):
    text = "*".join(before)
    assert added(seen(all_of(text)), all_of(f"{text}*{entry}")) == entry


@given(typed)
def test_the_first_entry_is_the_whole_text(entry):
    assert added(seen(all_of("")), all_of(entry)) == entry


@given(st.lists(typed, min_size=1, max_size=6))
def test_the_same_text_again_adds_nothing(entries):
    text = "*".join(entries)
    assert added(seen(all_of(text)), all_of(text)) is None


@given(st.lists(typed, min_size=2, max_size=6))
def test_an_older_text_that_comes_late_adds_nothing(entries):
    text = "*".join(entries)
    assert added(seen(all_of(text)), all_of("*".join(entries[:-1]))) is None


def test_a_text_that_is_not_this_session_s_gives_its_latest_entry():
    assert added(seen(all_of("1*2")), all_of("4*5*6")) == "6"


def test_what_was_seen_does_not_hold_what_was_typed():
    assert b"4821" not in seen(all_of("1*4821")).digest
    assert b"4821" not in seen(latest("4821")).digest


def test_a_start_that_comes_again_adds_nothing():
    assert added(seen(LATEST, at=0), LATEST, came=60_000) is None
    assert added(seen(latest("1", turn=3)), replace(LATEST, turn=1)) is None


def test_a_request_that_is_numbered_is_a_repeat_until_the_number_grows():
    before = seen(latest("1", turn=2))
    assert added(before, latest("1", turn=2)) is None
    assert added(before, latest("7", turn=1)) is None
    assert added(before, latest("1", turn=3)) == "1"


def test_a_request_with_an_id_of_its_own_is_a_repeat_under_the_same_id():
    before = seen(latest("1", turn="a"), at=0)
    assert added(before, latest("1", turn="a"), came=60_000) is None
    assert added(before, latest("1", turn="b"), came=1) == "1"


def test_what_came_before_the_reply_was_ready_is_no_answer_to_it():
    before = seen(latest("1"), at=10_000)
    assert added(before, latest("1"), came=9_999) is None
    assert added(before, latest("2"), came=9_999) is None  # lost a race
    assert added(before, latest("1"), came=10_000) == "1"


def test_a_long_dial_is_its_entries():
    assert shortcut("*384*50#", "*384*50#", "2*1") == ["2", "1"]
    assert shortcut("*384*50*2*1#", "*384*50#", "") == ["2", "1"]
    assert shortcut("#384*50*2*1#", "*384*50#", "") == ["2", "1"]
    assert shortcut("*384*50#", "*384*50#", "") == []


def test_an_endless_dial_is_cut_to_a_dozen():
    assert len(shortcut("*384*50#", "*384*50#", "1*" * 400)) == 12
