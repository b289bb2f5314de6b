"""Where a message goes after a call."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sms.gateways import Accepted, Refused, Unknown
from sms.moves import MOST_ATTEMPTS, Move, Tried, after, avoided
from sms.retrying import RULES, Rule, Then, wait
from sms.states import RANK

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DOUBT = timedelta(minutes=2)
TWO = ("sonatel", "africastalking")


def move(result, attempts=1, avoids="", gateway="sonatel", ways=TWO) -> Move:
    tried = Tried(attempts, avoids, gateway, ways)
    return after(result, tried, NOW, DOUBT, random.Random(1))


def test_what_is_accepted_waits_for_its_receipt():
    assert move(Accepted("1")) == Move("accepted")


def test_what_may_have_left_is_in_doubt_for_a_while():
    assert move(Unknown("ReadTimeout")) == Move("uncertain", "ReadTimeout", NOW + DOUBT)


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("invalid_number", "failed_permanent"),
        ("opted_out", "opted_out"),
        ("risk_hold", "held"),
        ("what nobody told us", "failed_permanent"),
    ],
)
def test_a_refusal_for_good_ends_it(reason, state):
    assert move(Refused(reason)) == Move(state, reason)


def test_what_one_gateway_cannot_route_another_may_at_once():
    assert move(Refused("could_not_route")) == Move("queued", "could_not_route", NOW, "sonatel")


def test_what_no_gateway_can_route_is_given_up():
    last = move(Refused("could_not_route"), 2, "sonatel", "africastalking")
    assert last == Move("failed_permanent", "could_not_route")


def test_one_gateway_that_is_away_is_passed_over_and_tried_again_in_the_next_round():
    first = move(Refused("no_connection"))
    assert (first.state, first.due_at, avoided(first.avoids)) == ("queued", NOW, {"sonatel"})
    second = move(Refused("no_connection"), 2, first.avoids, "africastalking")
    assert second.state == "queued"
    assert second.due_at > NOW
    assert avoided(second.avoids) == set()


def test_one_that_could_not_route_is_not_asked_again_when_the_other_is_away():
    second = move(Refused("no_connection"), 2, "sonatel", "africastalking")
    assert (second.state, avoided(second.avoids)) == ("queued", {"sonatel"})


def test_what_ails_the_gateway_is_not_held_against_the_message():
    assert move(Refused("insufficient_balance"), 500, ways=("sonatel",)).state == "queued"
    assert move(Refused("gateway_error"), MOST_ATTEMPTS).state == "failed_temporary"


results = some.one_of(
    some.builds(Accepted, some.text()),
    some.builds(Refused, some.sampled_from([*RULES, "else"])),
    some.builds(Unknown, some.text()),
)
avoiding = some.lists(some.sampled_from(["sonatel", "~sonatel", "africastalking"])).map(",".join)


@given(results, some.integers(1, 2000), avoiding, some.sampled_from(TWO))
def test_every_result_leads_somewhere_and_what_is_queued_finds_a_way(result, attempts, avoids, by):
    found = move(result, attempts, avoids, by)
    assert found.state in RANK
    if found.state == "queued":
        assert found.due_at >= NOW
        assert set(TWO) - avoided(found.avoids)


@given(some.integers(1, 1000), some.integers())
def test_waits_grow_to_a_limit_and_never_fall_together(tries, seed):
    rule = Rule(Then.AGAIN)
    waits = wait(rule, tries, random.Random(seed))
    usual = min(rule.first * 2 ** min(tries - 1, 20), rule.most)
    assert usual * 0.75 <= waits <= usual * 1.25
