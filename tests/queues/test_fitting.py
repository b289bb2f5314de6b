"""What the past says of an office."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.fitting import FACTORS, Visit, fit
from queues.waiting import SPREAD, USUAL, Model, told

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def after(minutes):
    return NINE + timedelta(minutes=minutes)


def visit(took=8.0, waited=0.0, service=1, ahead=3, raw=None, came=True):
    called = after(waited)
    freed = called + timedelta(minutes=took)
    return Visit(service, NINE, called, freed, 1, came=came, ahead=ahead, raw=raw)


def test_without_a_past_nothing_is_known():
    assert fit([]) == Model()


def test_little_data_moves_little_and_much_decides():
    assert fit([visit(took=20)]).mean(1) < USUAL + 3
    assert fit([visit(took=20)] * 2000).mean(1) == pytest.approx(20, abs=0.2)


def test_services_are_told_apart_and_a_rare_one_is_drawn_to_the_office_mean():
    model = fit([visit(took=5)] * 500 + [visit(took=30, service=2)] * 2)
    assert model.mean(1) == pytest.approx(5, abs=0.1)
    assert 5 < model.mean(2) < 15


def test_what_the_office_expects_of_a_service_goes_before_its_mean():
    many = [visit(took=5)] * 500
    assert fit([*many, visit(took=30, service=2)], {2: 30.0}).mean(2) == pytest.approx(30)


def test_a_no_show_costs_counter_time_but_is_not_served():
    model = fit([visit(took=10)] * 500 + [visit(took=2, came=False)] * 500)
    assert model.mean(1) == pytest.approx(6, abs=0.1)
    assert model.served == {1: 500}


def test_a_call_that_was_never_ended_does_not_spoil_the_mean():
    assert fit([visit(took=5)] * 99 + [visit(took=600)]).mean(1) < 5.5


def test_those_who_gave_up_are_not_in_the_counter_time():
    gone = Visit(1, NINE, left=after(50), ahead=4, raw=40.0)
    assert fit([gone] * 50) == Model()


def test_the_factor_is_what_waits_turned_out_to_what_the_walk_said():
    model = fit([visit(waited=12, raw=10.0)] * 3000)
    assert model.factors[1] == pytest.approx(1.2, abs=0.01)


def test_the_factor_of_few_visits_stays_near_one():
    assert 1.0 < fit([visit(waited=30, raw=10.0)] * 5).factors[1] < 1.3


def test_a_factor_beyond_reason_is_held_back():
    assert fit([visit(waited=100, raw=1.0)] * 5000).factors[1] == FACTORS[1]


def test_visits_without_a_told_wait_leave_ranges_as_shipped():
    assert fit([visit()] * 100).spread == SPREAD


def test_even_calls_leave_the_rest_of_themselves_and_no_more():
    """Calls of eight minutes, all of them: after four, four are left."""
    model = fit([visit(took=8)] * 5000)
    assert model.left(1, 4) == pytest.approx(4, abs=0.2)


def test_ranges_hold_for_eight_of_ten_as_they_are_shown():
    random = Random(3)
    past = [
        visit(waited=raw * random.lognormvariate(0, 0.3), raw=raw, ahead=int(raw / 3))
        for raw in (random.uniform(5, 60) for _ in range(4000))
    ]
    model = fit(past)
    held = 0
    for one in past:
        wait = told(
            Model(model.minutes, model.factors, {1: 99}, model.spread), 1, one.ahead, one.raw
        )
        held += wait.low <= one.waited <= wait.high
    assert held / len(past) == pytest.approx(0.8, abs=0.03)


TIMES = st.floats(0, 500)


@given(
    st.lists(
        st.builds(
            visit,
            took=TIMES,
            waited=TIMES,
            service=st.integers(1, 3),
            ahead=st.integers(0, 80),
            raw=st.none() | TIMES,
            came=st.booleans(),
        ),
        max_size=60,
    )
)
def test_any_past_makes_a_model_that_can_be_used(past):
    model = fit(past)
    assert all(minutes > 0 for minutes in model.minutes.values())
    assert all(FACTORS[0] <= factor <= FACTORS[1] for factor in model.factors.values())
    assert all(bucket.low <= bucket.high for bucket in model.spread)
    assert all(share > 0 for share in model.remaining)
