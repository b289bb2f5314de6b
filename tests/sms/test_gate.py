"""Whether a message may go now: consent, hours of rest, measure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from citizens.countries import COUNTRIES, country, rests_until
from sms.gate import Asks, Known, Later, Never, decide
from sms.states import EMAIL, PRIORITIES

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 7, tzinfo=UTC)
NOTICE = Asks("sms", "+221770000050", PRIORITIES["notice"], False, NOON + timedelta(days=3))


def test_by_day_a_notice_goes():
    assert decide(NOTICE, Known(), NOON) is None


def test_at_night_it_waits_for_the_morning():
    assert decide(NOTICE, Known(), NIGHT) == Later(MORNING, "quiet_hours")


def test_what_was_asked_for_just_now_goes_at_any_hour():
    assert decide(replace(NOTICE, any_hour=True), Known(), NIGHT) is None


def test_what_is_useless_by_morning_is_not_sent_and_says_so():
    asks = replace(NOTICE, expires_at=NIGHT + timedelta(hours=2))
    assert decide(asks, Known(), NIGHT) == Never("expired", "quiet_hours")


def test_what_comes_too_late_is_not_sent():
    assert decide(replace(NOTICE, expires_at=NOON), Known(), NOON) == Never("expired", "too_late")


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (Known(withdrawn=True), Never("opted_out", "consent_withdrawn")),
        (Known(bad_number=True), Never("failed_permanent", "invalid_number")),
        (Known(said_just_now=True), Never("failed_permanent", "same_text")),
        (Known(sent_today=5, most_a_day=5), Never("held", "daily_limit")),
        (Known(sent_today=4, most_a_day=5), None),
        (Known(sent_today=500, most_a_day=0), None),
        (Known(spent_all=True), Later(datetime(2026, 11, 25, tzinfo=UTC), "spend_cap")),
    ],
)
def test_what_is_known_of_the_address_decides(known, verdict):
    assert decide(NOTICE, known, NOON) == verdict


def test_a_call_for_one_who_waits_knows_no_measure_but_heeds_a_stop():
    call = replace(NOTICE, priority=PRIORITIES["call"], any_hour=True)
    beyond = Known(sent_today=9, most_a_day=5, spent_all=True)
    assert decide(call, beyond, NIGHT) is None
    assert decide(call, replace(beyond, withdrawn=True), NIGHT) == Never(
        "opted_out", "consent_withdrawn"
    )


def test_an_e_mail_wakes_nobody():
    assert decide(replace(NOTICE, channel=EMAIL, address="a@exemple.sn"), Known(), NIGHT) is None


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ((20, 59), None),
        ((21, 0), (25, 7)),
        ((23, 59), (25, 7)),
        ((0, 0), (24, 7)),
        ((6, 59), (24, 7)),
        ((7, 0), None),
    ],
)
def test_hours_of_rest_begin_and_end_where_they_say(at, until):
    now = datetime(2026, 11, 24, *at, tzinfo=UTC)
    wakes = rests_until(country("+221770000050"), now)
    assert wakes == (until and datetime(2026, 11, *until, tzinfo=UTC))


def test_hours_of_rest_are_those_of_the_country():
    at_seven_in_the_evening = datetime(2026, 11, 24, 19, tzinfo=UTC)  # 20:00 in Lagos
    assert rests_until(country("+2348000000050"), at_seven_in_the_evening) == datetime(
        2026, 11, 25, 7, tzinfo=UTC
    )
    assert rests_until(country("+221770000050"), at_seven_in_the_evening) is None


def test_a_country_that_is_not_listed_has_no_hours_of_rest():
    assert rests_until(country("+33600000050"), NIGHT) is None


@pytest.mark.parametrize("prefix", COUNTRIES)
def test_whoever_rests_wakes_within_a_day(prefix):
    for hour in range(24):
        now = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)
        wakes = rests_until(COUNTRIES[prefix], now)
        assert wakes is None or now < wakes < now + timedelta(hours=13)
        assert wakes is None or rests_until(COUNTRIES[prefix], wakes) is None
