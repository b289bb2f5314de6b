"""A day at the office: nobody is lost, called twice, or in two places."""

from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from queues.commands import commands
from queues.proof.scoring import score
from queues.proof.trials import announcing, trial
from queues.simulation import (
    MAIRIE,
    Arrival,
    Desk,
    Offered,
    Office,
    Outcome,
    attendance,
    day,
    plan,
    run,
)
from queues.waiting import Model

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)  # each of them is a whole day
LOADS = st.sampled_from([0.5, 0.9, 1.3])
KNOWN = Model(minutes={1: 5.0, 2: 6.0, 3: 12.0, 4: 7.0}, served=dict.fromkeys((1, 2, 3, 4), 500))

SMALL = Office(
    services=(Offered(1, 1.0, 10.0),),
    desks=(Desk(1, frozenset({1}), ((0.0, 60.0), (90.0, 180.0))),),
    closes=180.0,
    profile=(1.0,) * 6,
)
PUNCTUAL = {1: SMALL.desks[0].stretches}


def comes(at, takes=10.0, **more):
    usual = {"service": 1, "remote": False, "comes": True, "patience": 999.0, "says_so": True}
    return Arrival(at=at, takes=takes, **{**usual, **more})


def small(*arrivals, announce=None):
    return run(SMALL, arrivals, PUNCTUAL, announce).stays


@cache
def weeks(load):
    return trial(MAIRIE, load, days=8, seed=5, training=12)


def test_one_after_the_other():
    assert [stay.called for stay in small(comes(0), comes(1), comes(2, takes=4), comes(50))] == [
        *(0, 10, 20),
        50,
    ]


def test_over_lunch_people_wait():
    assert [stay.called for stay in small(comes(55), comes(56), comes(61))] == [55, 90, 100]


def test_a_no_show_costs_the_counter_its_recalls():
    first, second = small(comes(0, comes=False), comes(1))
    assert (first.outcome, first.ended) == (Outcome.NO_SHOW, 2.0)
    assert second.called == 2.0


def test_who_gives_up_and_says_so_is_called_no_more():
    _, gone, third = small(comes(0), comes(1, patience=5), comes(2))
    assert (gone.outcome, gone.ended, gone.called) == (Outcome.GAVE_UP, 6, None)
    assert third.called == 10


def test_who_just_goes_is_called_in_vain():
    _, gone, third = small(comes(0), comes(1, patience=5, says_so=False), comes(2))
    assert (gone.outcome, gone.called) == (Outcome.NO_SHOW, 10)
    assert third.called == 12


def test_a_head_start_overtakes_those_who_wait():
    _, second, urgent = small(comes(0), comes(2), comes(5, head_start=20.0))
    assert (urgent.called, second.called) == (10, 20)


def test_those_with_a_ticket_are_served_after_closing_but_not_all_night():
    long = small(*[comes(150 + at) for at in range(12)])
    assert long[4].called == 190
    assert {stay.outcome for stay in long[8:]} == {Outcome.SENT_AWAY}


def test_whose_turn_would_come_after_closing_gets_no_ticket():
    known = announcing(Model(minutes={1: 10.0}, served={1: 500}))
    stays = small(*[comes(148 + at) for at in range(6)], announce=known)
    assert [stay.outcome for stay in stays] == [Outcome.SERVED] * 3 + [Outcome.REFUSED] * 3


@given(LOADS, SEEDS)
@FEW
def test_the_same_seed_is_the_same_day(load, seed):
    assert day(MAIRIE, load, seed) == day(MAIRIE, load, seed)
    assert plan(MAIRIE, load, seed) != plan(MAIRIE, load, seed + 1)


@given(LOADS, SEEDS)
@FEW
def test_a_plan_is_in_order_and_within_opening_hours(load, seed):
    moments = [arrival.at for arrival in plan(MAIRIE, load, seed)]
    assert moments == sorted(moments)
    assert all(0 <= moment <= MAIRIE.closes for moment in moments)


@given(LOADS, SEEDS)
@FEW
def test_each_visit_ends_once_and_is_called_once_at_most(load, seed):
    whole = day(MAIRIE, load, seed, announcing(KNOWN))
    ends = Counter(event.visit for event in whole.events if event.kind in set(Outcome))
    calls = Counter(event.visit for event in whole.events if event.kind == "called")
    assert ends == dict.fromkeys(range(len(whole.stays)), 1)
    assert max(calls.values(), default=1) == 1
    assert [stay.arrival for stay in whole.stays] == plan(MAIRIE, load, seed)


@given(LOADS, SEEDS)
@FEW
def test_events_have_the_order_of_time(load, seed):
    moments = [event.at for event in day(MAIRIE, load, seed).events]
    assert moments == sorted(moments)


@given(LOADS, SEEDS)
@FEW
def test_a_counter_has_one_person_at_a_time_calls_while_it_is_there_and_serves_its_services(
    load, seed
):
    there = attendance(MAIRIE, seed)
    stays = [stay for stay in day(MAIRIE, load, seed).stays if stay.called is not None]
    for desk in MAIRIE.desks:
        own = sorted((s for s in stays if s.counter == desk.id), key=lambda stay: stay.called)
        assert all(one.ended <= then.called for one, then in pairwise(own))
        assert {stay.arrival.service for stay in own} <= desk.services
        for stay in own:
            at_work = any(begins <= stay.called < ends for begins, ends in there[desk.id])
            assert at_work or stay.called >= MAIRIE.closes


@given(SEEDS)
@FEW
def test_nobody_is_called_before_somebody_of_the_same_service_who_came_first(seed):
    office = replace(MAIRIE, priority=0.0)
    for service in office.services:
        calls = [
            stay.called
            for stay in day(office, 0.9, seed).stays
            if stay.called is not None and stay.arrival.service == service.id
        ]
        assert calls == sorted(calls)


@given(SEEDS)
@FEW
def test_asking_what_to_announce_changes_nothing(seed):
    asked = []

    def announce(joining):
        asked.append(len(joining.people))

    assert day(MAIRIE, 0.9, seed, announce) == day(MAIRIE, 0.9, seed)
    assert len(asked) == len(plan(MAIRIE, 0.9, seed))


def test_more_load_is_more_people_in_proportion():
    def people(load):
        return sum(len(plan(MAIRIE, load, seed)) for seed in range(30))

    assert people(1.1) / people(0.7) == pytest.approx(1.1 / 0.7, rel=0.05)


def test_the_morning_is_busier_than_noon_and_some_stand_at_the_door():
    arrivals = [arrival.at for seed in range(20) for arrival in plan(MAIRIE, 0.9, seed)]
    first, noon = (sum(a <= at < a + 60 for at in arrivals) for a in (0, 240))
    assert first > 2.5 * noon
    assert sum(at < 3 for at in arrivals) / len(arrivals) == pytest.approx(0.13, abs=0.02)


@pytest.mark.parametrize("load", [0.7, 0.9, 1.1])
def test_announced_waits_are_true(load):
    found = score(weeks(load).judged)
    assert found.wape <= 0.25
    assert abs(found.bias) < 3
    assert 0.7 < found.covered < 0.9
    assert found.wape < min(found.hour_mean_wape, found.last_entered_wape)


def test_the_command_prints_a_line_a_load():
    done = CliRunner().invoke(
        commands, ["simulate", "--load", "0.3", "--load", "0.4", "--days", "1", "--seed", "7"]
    )
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.output.splitlines()[3:6]] == ["0.3", "0.4", "all"]
