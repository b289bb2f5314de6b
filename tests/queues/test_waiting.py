"""How long people wait: small queues, worked by hand."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.waiting import (
    ENOUGH,
    Bucket,
    Counter,
    Kind,
    Model,
    Person,
    forecast,
    from_now,
    rounded,
    told,
)

EXTRACTS, BIRTHS = 1, 2
BOTH = frozenset({EXTRACTS, BIRTHS})
ALL_DAY = ((0.0, 400.0),)
KNOWN = Model(
    minutes={EXTRACTS: 8.0, BIRTHS: 20.0},
    served={EXTRACTS: 500, BIRTHS: 500},
    spread=(Bucket(-1, 1.0, 1.0, 1.0), Bucket(0, 0.5, 1.0, 2.0)),
)


def counters(count, services=BOTH, stretches=ALL_DAY):
    return [Counter(number, services, stretches) for number in range(count)]


def queue(*services):
    return [Person(place, service) for place, service in enumerate(services)]


def starts(counters, people, model=KNOWN):
    return list(forecast(counters, people, model).starts.values())


def newcomer(counters, people, service=EXTRACTS, model=KNOWN):
    return forecast(counters, people, model, [service]).newcomers[service]


def test_two_counters_take_two_at_a_time():
    assert starts(counters(2), queue(*[EXTRACTS] * 5)) == [0, 0, 8, 8, 16]


def test_a_newcomer_waits_for_the_work_ahead_not_for_place_times_service_time():
    assert newcomer(counters(1), queue(*[EXTRACTS] * 6)).wait.raw == 48
    assert newcomer(counters(3), queue(*[EXTRACTS] * 6)).wait.raw == 16


def test_each_person_ahead_counts_for_the_time_of_their_own_service():
    assert newcomer(counters(1), queue(EXTRACTS, BIRTHS, EXTRACTS)).wait.raw == 36


def test_who_is_not_served_by_my_counters_is_not_ahead_of_me():
    own = [Counter(1, frozenset({EXTRACTS}), ALL_DAY), Counter(2, frozenset({BIRTHS}), ALL_DAY)]
    found = newcomer(own, queue(BIRTHS, BIRTHS, EXTRACTS))
    assert (found.wait.raw, found.wait.ahead) == (8, 1)


def test_a_counter_takes_the_first_it_can_serve():
    own = [Counter(1, frozenset({BIRTHS}), ALL_DAY), Counter(2, frozenset({EXTRACTS}), ALL_DAY)]
    assert starts(own, queue(EXTRACTS, EXTRACTS, BIRTHS)) == [0, 8, 0]


def test_lunch_is_waited_out():
    one = counters(1, stretches=((0.0, 10.0), (70.0, 300.0)))
    assert starts(one, queue(*[EXTRACTS] * 4)) == [0, 8, 70, 78]


def test_a_counter_that_opens_later_helps_from_then_on():
    own = [*counters(1), Counter(9, BOTH, ((12.0, 400.0),))]
    assert starts(own, queue(*[EXTRACTS] * 4)) == [0, 8, 12, 16]


def test_a_call_that_has_begun_is_not_begun_again():
    fresh, long = (Counter(1, BOTH, ALL_DAY, BIRTHS, busy_for=done) for done in (0.0, 15.0))
    assert newcomer([fresh], []).wait.raw == pytest.approx(20.0)
    assert 0 < newcomer([long], []).wait.raw < 15


def test_counters_that_began_together_do_not_end_together():
    """The first of four is free after a fraction of the mean; together, they lose no minute."""
    busy = [Counter(number, BOTH, ALL_DAY, EXTRACTS) for number in range(4)]
    ends = starts(busy, queue(*[BIRTHS] * 4))
    assert ends[0] < 4 < 8 < ends[3]
    assert sum(ends) == pytest.approx(4 * 8)


def test_with_a_free_counter_one_waits_for_nothing():
    wait = newcomer(counters(2), queue(EXTRACTS)).wait
    assert (wait.at_once, wait.ahead, wait.low, wait.high, wait.expected) == (True, 1, 0, 5, 0)


def test_an_appointment_does_not_hold_up_a_counter_before_it_is_due():
    people = [Person("appointment", EXTRACTS, not_before=10.0), *queue(*[EXTRACTS] * 3)]
    found = forecast(counters(1), people, KNOWN).starts
    assert found == {"appointment": 16, 0: 0, 1: 8, 2: 24}


def test_a_free_counter_waits_for_nobody_until_the_appointment():
    found = forecast(counters(1), [Person("appointment", EXTRACTS, 30.0)], KNOWN)
    assert found.starts["appointment"] == 30
    assert found.newcomers[EXTRACTS].wait.raw == 0


def test_a_newcomer_leaves_after_the_time_of_their_own_service():
    assert newcomer(counters(1), queue(EXTRACTS), BIRTHS).ends == 8 + 20


def test_before_thirty_were_served_only_the_place_is_said():
    young = Model(served={EXTRACTS: ENOUGH - 1})
    found = newcomer(counters(1), queue(EXTRACTS, EXTRACTS), model=young)
    assert found.wait.kind is Kind.PLACE_ONLY
    assert (found.wait.ahead, found.wait.low, found.wait.expected) == (2, None, None)
    assert found.ends == 24  # of eight minutes each, as everywhere


def test_without_a_counter_it_says_so():
    assert newcomer([], []).wait.kind is Kind.NO_COUNTER
    over = counters(2, stretches=((-60.0, -1.0),))
    assert newcomer(over, queue(EXTRACTS)).wait.kind is Kind.NO_COUNTER
    others = counters(2, services=frozenset({BIRTHS}))
    assert forecast(others, queue(EXTRACTS), KNOWN).waits[0].kind is Kind.NO_COUNTER


def test_a_counter_planned_for_later_is_a_counter():
    assert newcomer(counters(1, stretches=((90.0, 300.0),)), []).wait.raw == 90


def test_whose_turn_comes_after_closing_is_told_so():
    closing = counters(1, stretches=((-10.0, 15.0),))
    found = forecast(closing, queue(*[EXTRACTS] * 3), KNOWN)
    assert [wait.kind for wait in found.waits.values()] == [Kind.RANGE] * 2 + [Kind.TOO_LATE]
    assert found.newcomers[EXTRACTS].wait.kind is Kind.TOO_LATE
    assert found.newcomers[EXTRACTS].ends is None


def test_the_factor_of_the_office_scales_what_the_walk_says():
    slow = Model(KNOWN.minutes, {EXTRACTS: 1.5}, KNOWN.served, KNOWN.spread)
    found = newcomer(counters(1), queue(*[EXTRACTS] * 5), model=slow).wait
    assert (found.raw, found.expected) == (40, pytest.approx(60))


def test_the_range_is_what_came_of_such_waits_before():
    """(18 + 2) halved and doubled, less 2: from 8 to 38."""
    wait = told(KNOWN, EXTRACTS, ahead=3, raw=18.0)
    assert (wait.low, wait.high) == (10, 40)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.0, 1.0, (0, 5)), (7.4, 12.4, (5, 10)), (7.5, 12.5, (10, 15)), (11.0, 12.0, (10, 15))],
)
def test_ranges_are_rounded_to_five_minutes_and_never_one_point(low, high, shown):
    assert rounded(low, high) == shown


def test_a_plan_is_seen_from_now():
    plan = ((0.0, 240.0), (285.0, 420.0))
    assert from_now(plan, 100.0, is_open=True) == ((-100.0, 140.0), (185.0, 320.0))
    assert from_now(plan, 250.0, is_open=False) == ((35.0, 170.0),)


def test_a_counter_that_should_be_open_and_is_not_is_expected_soon():
    assert from_now(((0.0, 240.0),), 10.0, is_open=False) == ((5.0, 230.0),)
    assert from_now(((0.0, 240.0),), 237.0, is_open=False) == ()


def test_from_place_to_place_what_is_said_only_grows():
    """Four counters, eight minutes each, ranges as shipped."""
    shipped = Model(served={EXTRACTS: 500})
    said = [told(shipped, EXTRACTS, ahead, raw=2.0 * (ahead + 1)) for ahead in range(80)]
    for one, further in pairwise(said):
        assert one.low <= further.low
        assert one.high <= further.high
        assert one.expected < further.expected


SERVICES = st.sampled_from([EXTRACTS, BIRTHS])
PEOPLE = st.lists(SERVICES, max_size=25).map(lambda services: queue(*services))
BUSY = st.none() | st.tuples(SERVICES, st.floats(0, 60))


@st.composite
def alike(draw):
    """Counters with the same services and the same hours, some of them at work."""
    lunch = draw(st.floats(1, 100))
    hours = ((-5.0, lunch), (lunch + draw(st.floats(0, 60)), inf))
    return [
        Counter(number, BOTH, hours, busy and busy[0], busy[1] if busy else 0.0)
        for number, busy in enumerate(draw(st.lists(BUSY, min_size=1, max_size=6)))
    ]


@st.composite
def mixed(draw):
    """Any counters whatever."""
    found = []
    for number in range(draw(st.integers(0, 5))):
        services = draw(st.frozensets(SERVICES, min_size=1))
        begins, length, gap = draw(st.tuples(*[st.floats(0, 90)] * 3))
        hours = ((begins - 30, begins + length), (begins + length + gap, 300.0))
        busy = draw(BUSY)
        found.append(Counter(number, services, hours, busy and busy[0], busy[1] if busy else 0.0))
    return found


@given(alike(), PEOPLE, SERVICES, st.integers(0, 25))
def test_one_more_ahead_never_shortens_a_wait(own, people, service, place):
    """So long as counters are alike. Where they are not, it can: who is put first may send a long
    call to a counter that was going to lunch anyway."""
    before = forecast(own, people, KNOWN).starts
    people.insert(min(place, len(people)), Person("more", service))
    after = forecast(own, people, KNOWN).starts
    assert all(after[key] >= start - 1e-9 for key, start in before.items())


@given(alike(), PEOPLE)
def test_one_more_free_counter_never_lengthens_a_wait(own, people):
    """So long as counters are alike."""
    before = forecast(own, people, KNOWN).starts
    after = forecast([*own, Counter(99, BOTH, own[0].stretches)], people, KNOWN).starts
    assert all(after[key] <= start + 1e-9 for key, start in before.items())


@given(mixed(), PEOPLE, SERVICES)
def test_a_newcomer_gets_what_they_would_get_once_in_the_queue(own, people, service):
    said = newcomer(own, people, service)
    joined = forecast(own, [*people, Person("me", service)], KNOWN)
    assert joined.waits["me"] == said.wait


@given(mixed(), PEOPLE)
def test_ranges_are_multiples_of_five_in_order_and_the_rest_says_why_not(own, people):
    for wait in forecast(own, people, KNOWN).waits.values():
        if wait.kind is Kind.RANGE:
            assert 0 <= wait.low < wait.high
            assert wait.low % 5 == wait.high % 5 == 0
            assert wait.expected >= 0
        else:
            assert wait.low is wait.high is wait.expected is wait.raw is None


@given(mixed(), PEOPLE)
def test_no_more_are_served_at_once_than_there_are_counters(own, people):
    found = forecast(own, people, KNOWN).starts
    spans = [
        (start, start + KNOWN.mean(person.service))
        for person in people
        if (start := found[person.key]) is not None
    ]
    for moment, _ in spans:
        assert sum(begins <= moment < ends for begins, ends in spans) <= len(own)
