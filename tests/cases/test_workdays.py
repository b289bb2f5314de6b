"""Working days: what an agency may take, and citizens are promised."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.workdays import after, closed_days

FRIDAY = date(2026, 4, 3)


@pytest.mark.parametrize(
    ("start", "count", "country", "day"),
    [
        (date(2026, 11, 23), 0, "", date(2026, 11, 23)),  # a Monday
        (date(2026, 11, 23), 1, "", date(2026, 11, 24)),
        (date(2026, 11, 27), 1, "", date(2026, 11, 30)),  # over a weekend
        (date(2026, 11, 28), 0, "", date(2026, 11, 30)),  # from a Saturday
        (FRIDAY, 1, "", date(2026, 4, 6)),
        (FRIDAY, 1, "SN", date(2026, 4, 7)),  # Easter Monday is a holiday in Senegal
        (date(2026, 12, 24), 1, "SN", date(2026, 12, 28)),  # Christmas is a Friday
    ],
)
def test_the_day_by_which(start, count, country, day):
    assert after(start, count, closed_days(country)) == day


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 60), st.integers(1, 60))
def test_more_days_never_end_earlier_and_none_ends_on_a_day_off(start, count, more):
    off = closed_days("SN")
    ends = after(start, count, off)
    later = after(start, count + more, off)
    assert ends < later or (count == 0 and more == 1 and ends == later > start)
    assert ends.weekday() < 5
    assert ends not in off
