"""Opening hours, at their edges."""

from datetime import datetime
from zoneinfo import ZoneInfo

from queues.hours import Calendar, Stretch, is_open, next_opening

DAKAR = ZoneInfo("Africa/Dakar")
WEEK = [Stretch(day, 8 * 60, 13 * 60) for day in range(5)]
WEEK += [Stretch(day, 14 * 60, 17 * 60) for day in range(5)]
WORKING = Calendar(tuple(WEEK))
ALWAYS = Calendar(tuple(Stretch(day, 0, 1440) for day in range(7)))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=DAKAR)  # the 23rd is a Monday


def test_open_from_the_first_minute_and_closed_from_the_last():
    assert not is_open(WORKING, at(23, 7, 59))
    assert is_open(WORKING, at(23, 8))
    assert is_open(WORKING, at(23, 12, 59))
    assert not is_open(WORKING, at(23, 13))


def test_around_the_clock_has_no_gap_at_midnight():
    assert is_open(ALWAYS, at(23, 0))
    assert is_open(ALWAYS, at(23, 23, 59))


def test_closed_for_lunch_it_opens_the_same_day():
    assert next_opening(WORKING, at(23, 13, 30)) == at(23, 14)


def test_closed_in_the_evening_it_opens_the_next_day():
    assert next_opening(WORKING, at(23, 18)) == at(24, 8)


def test_closed_on_friday_evening_it_opens_on_monday():
    assert next_opening(WORKING, at(27, 17)) == at(30, 8)


def test_an_office_open_one_morning_a_week_opens_in_seven_days():
    assert next_opening(Calendar((Stretch(0, 480, 600),)), at(23, 9)) == at(30, 8)


def test_an_office_without_hours_never_opens():
    assert next_opening(Calendar(), at(23, 9)) is None
