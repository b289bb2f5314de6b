"""Sign-in takes its time where it fails: for a name, and for an address."""

from datetime import UTC, datetime, timedelta

import pytest

from background import work
from staff import throttle
from staff.signing_in import Wait, Wrong, sign_in
from staff.throttle import take_a_try, was_right
from tests.stores import everything

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HERE, THERE = "192.0.2.1", "192.0.2.2"

pytestmark = pytest.mark.usefixtures("office")


def waits(name: str, address: str, tries: int) -> list[int]:
    """Seconds to wait after each try, which are made as soon as they may be."""
    now, told = NOW, []
    while len(told) < tries:
        until = take_a_try(name, address, now)
        if until is None:
            told.append(0)
        else:
            told[-1] = int((until - now).total_seconds())
            now = until
    return told


def test_after_five_tries_one_waits_longer_each_time_but_never_for_long():
    until = 9 + 1  # the last one's wait is told by the next
    assert waits("awa", HERE, until)[:9] == [0, 0, 0, 0, 60, 120, 240, 480, 900]


def test_another_name_from_elsewhere_does_not_wait():
    waits("awa", HERE, 6)
    assert take_a_try("ibra", THERE, NOW) is None


def test_an_address_has_more_tries_for_a_whole_office_comes_from_one():
    for number in range(throttle.TRIES_OF_ADDRESS):
        assert take_a_try(f"name{number}", HERE, NOW) is None
    assert take_a_try("one more", HERE, NOW) == NOW + timedelta(seconds=60)
    assert take_a_try("one more", THERE, NOW) is None


def test_the_right_password_forgets_the_name_s_tries_and_its_own_of_the_address():
    for _ in range(4):
        take_a_try("awa", HERE, NOW)
    was_right("awa", HERE)
    assert waits("awa", HERE, 5)[:4] == [0, 0, 0, 0]
    for number in range(throttle.TRIES_OF_ADDRESS - 8):
        assert take_a_try(f"name{number}", HERE, NOW) is None
    assert take_a_try("others", HERE, NOW) is not None  # those before were not forgotten


def test_a_hundred_at_once_are_not_a_hundred_for_the_price_of_one():
    admitted = [take_a_try("awa", HERE, NOW) is None for _ in range(100)]
    assert sum(admitted) == throttle.TRIES_OF_NAME


def test_neither_names_nor_addresses_lie_in_redis(office):
    take_a_try("fatou", HERE, NOW)
    stored = b" ".join(key + everything(office.redis, key) for key in office.redis.scan_iter())
    assert b"sign-in" in stored
    assert b"fatou" not in stored
    assert HERE.encode() not in stored


def test_it_is_forgotten_by_itself(office):
    waits("awa", HERE, 6)
    for key in office.redis.scan_iter("guichet:{sign-in}:*"):
        assert 0 < office.redis.ttl(key) <= throttle.WITHIN + throttle.LONGEST_WAIT


def test_while_one_waits_the_right_password_is_not_even_looked_at():
    for _ in range(5):
        assert sign_in("awa", "not the password", HERE, NOW) == Wrong()
    told = sign_in("awa", "guichet-demo", HERE, NOW)
    assert told == Wait(NOW + timedelta(seconds=60))
    later = NOW + timedelta(seconds=61)
    assert sign_in("awa", "guichet-demo", HERE, later).name == "awa"


def test_without_redis_one_can_sign_in_and_it_is_logged(monkeypatch, caplog):
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/redis.sock")
    from settings import current

    for cached in (current, work.connection):
        cached.cache_clear()
    assert sign_in("awa", "guichet-demo", HERE, NOW).name == "awa"
    assert "Redis is away" in caplog.text
