"""The breaker's rules: whatever befalls, in any order, at any time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms import breaking
from sms.breaking import CLOSED, LIMIT, Verdict, after, is_open, may_probe, probing, verdict
from sms.gateways import Accepted, Refused, Unknown

WELL = Verdict(0)
FAILS = Verdict(breaking.AT_ONCE, "insufficient_balance")
NOBODY = Refused("no_connection", phase="begun")
NOW = 1_000_000.0

verdicts = st.one_of(
    st.just(WELL),
    st.just(Verdict()),
    st.builds(Verdict, st.sampled_from([3, 10, 30]), st.sampled_from(["a", "b"])),
)
steps = st.lists(st.tuples(st.floats(0, 2000), verdicts), max_size=40)


def lived(history: list[tuple[float, Verdict]]) -> tuple[breaking.Breaker, float]:
    """A breaker after so many verdicts, each some seconds after the last; probes as they come."""
    breaker, now = CLOSED, NOW
    for seconds, said in history:
        now += seconds
        if may_probe(breaker, now):
            breaker = probing(breaker, now)
        breaker = after(breaker, said, now)
    return breaker, now


@given(steps)
def test_an_open_breaker_says_why_and_is_not_shut_for_long(history):
    breaker, now = lived(history)
    if is_open(breaker):
        assert breaker.reason
        assert breaker.since <= breaker.until
        assert breaker.until - now <= breaking.MOST_SECONDS
        assert may_probe(breaker, now + breaking.MOST_SECONDS + breaking.PROBE_SECONDS)
    else:
        assert breaker.weight < LIMIT


@given(steps)
def test_one_success_after_the_time_is_up_closes_it(history):
    breaker, now = lived(history)
    assert after(breaker, WELL, max(now, breaker.until)) == CLOSED


@given(steps, verdicts)
def test_while_it_is_open_nothing_that_comes_in_changes_it(history, said):
    breaker, now = lived([*history, (2000, FAILS)])
    assert is_open(breaker)
    assert after(breaker, said, now + breaking.FIRST_SECONDS / 2) == breaker


@given(steps)
def test_one_probe_is_let_through_at_a_time(history):
    breaker, now = lived([*history, (2000, FAILS)])
    later = breaker.until
    assert not may_probe(breaker, now)
    assert may_probe(breaker, later)
    assert not may_probe(probing(breaker, later), later + 1)
    assert may_probe(probing(breaker, later), later + breaking.PROBE_SECONDS)


@given(st.integers(1, 12))
def test_each_failed_probe_doubles_the_time_up_to_ten_minutes(times):
    breaker, now = CLOSED, NOW
    for time in range(times):
        breaker = after(breaker, FAILS, now)
        assert breaker.until - now == pytest.approx(min(30 * 2**time, 600))
        assert breaker.since == NOW
        now = breaker.until


@pytest.mark.parametrize(
    ("result", "in_a_row"),
    [
        (Refused("insufficient_balance", "405"), 1),
        (Refused("invalid_sender", "402"), 1),
        (Refused("wrong_credentials", "401"), 1),
        (NOBODY, 3),
        (Unknown("no_answer"), 10),
        (Refused("gateway_error", "500"), 10),
    ],
)
def test_so_many_in_a_row_open_it_and_a_success_between_does_not(result, in_a_row):
    breaker = CLOSED
    for _ in range(in_a_row - 1):
        breaker = after(breaker, verdict([result]), NOW)
    assert not is_open(breaker)
    assert is_open(after(breaker, verdict([result]), NOW))
    if in_a_row > 1:
        breaker = after(breaker, verdict([Accepted("x")]), NOW)
        assert not is_open(after(breaker, verdict([result]), NOW))


@pytest.mark.parametrize(
    ("results", "weight"),
    [
        ([Accepted("x")], 0),
        ([Refused("invalid_number", "403")], 0),
        ([Refused("invalid_number", phase="begun")], None),
        ([Refused("too_fast", "429")], None),
        ([], None),
        ([Unknown("no_answer"), Accepted("x")], 0),
        ([Accepted("x"), Refused("insufficient_balance", "405")], LIMIT),
    ],
)
def test_what_a_call_says_of_the_gateway(results, weight):
    assert verdict(results).weight == weight


def test_a_probe_outlasts_the_lease_of_its_message():
    from sms.delivery import SEND_LEASE

    assert timedelta(seconds=breaking.PROBE_SECONDS) >= SEND_LEASE
