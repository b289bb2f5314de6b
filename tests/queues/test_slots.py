"""Appointments: which times of which days are still free."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from queues.hours import Calendar, Stretch
from queues.slots import Offer, Taken, free_days, free_times

DAKAR = ZoneInfo("Africa/Dakar")
MORNINGS = Calendar(tuple(Stretch(day, 8 * 60, 10 * 60) for day in range(5)))
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NONE = Taken({}, {})


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=DAKAR)


def test_times_end_before_the_office_closes():
    offer = Offer(minutes=45, places=1, days=7)
    assert free_times(MORNINGS, offer, NONE, TUESDAY, at(MONDAY, 9)) == [
        at(TUESDAY, 8),
        at(TUESDAY, 8, 45),
    ]


def test_of_today_what_is_a_slot_away():
    offer = Offer(minutes=30, places=1, days=7)
    assert free_times(MORNINGS, offer, NONE, MONDAY, at(MONDAY, 8, 35)) == [at(MONDAY, 9, 30)]


def test_a_time_is_free_until_all_its_places_are_taken():
    offer = Offer(minutes=60, places=2, days=7)
    taken = Taken({at(TUESDAY, 8): 2, at(TUESDAY, 9): 1}, {})
    assert free_times(MORNINGS, offer, taken, TUESDAY, at(MONDAY, 9)) == [at(TUESDAY, 9)]


def test_a_day_whose_quota_is_given_has_no_free_time():
    offer = Offer(minutes=60, places=2, days=3, quota=5)
    taken = Taken({}, {TUESDAY: 5})
    days = free_days(MORNINGS, offer, taken, at(MONDAY, 12))
    assert days == [date(2026, 11, 25), date(2026, 11, 26)]


def test_a_service_without_appointments_has_none():
    assert free_days(MORNINGS, Offer(30, 0, 14), NONE, at(MONDAY, 7)) == []
