"""The pace: so many a second per provider, sender and country, over all workers together."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sms import pace, routes
from sms.routes import ways

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = "+221770000001"

LIMITED = """
providers:
  console:
    kind: console
    senders: {"221": GUICHET, "*": MAIRIE}
    rates: %s
routes: {"*": [console]}
"""


@pytest.fixture
def limited(open_office, tmp_path):
    """`limited(rates)`: the office with such rates; returns the way to a Senegalese number."""

    def with_rates(rates: str, **changes: str) -> routes.Way:
        path = tmp_path / "providers.yaml"
        path.write_text(LIMITED % rates)
        open_office(SMS_PROVIDERS=str(path), **changes)
        [way] = ways("sms", PHONE)
        return way

    return with_rates


def test_a_burst_goes_and_then_the_rate_holds(limited):
    way = limited("[{per_second: 0.01, burst: 5}]")
    assert pace.take(way, "+221", 3) == (3, 0.0)
    granted, seconds = pace.take(way, "+221", 3)
    assert granted == 2
    assert 99 < seconds <= 100
    granted, seconds = pace.take(way, "+221", 1)
    assert granted == 0
    assert 90 < seconds <= 100


def test_without_a_rate_there_is_no_limit_and_no_call_to_redis(limited, monkeypatch):
    way = limited("[]")
    monkeypatch.setattr(pace, "work", None)  # there is nobody to ask
    assert pace.take(way, "+221", 10_000) == (10_000, 0.0)


def test_a_rate_holds_for_its_country_and_sender_only(limited):
    limited("[{per_second: 0.01, burst: 1, country: '221', sender: GUICHET}]")
    [home], [abroad] = ways("sms", PHONE), ways("sms", "+254711000001")
    assert (home.sender, abroad.sender) == ("GUICHET", "MAIRIE")
    assert pace.take(home, "+221", 2)[0] == 1
    assert pace.take(abroad, "+254", 2) == (2, 0.0)


def test_of_several_rates_the_narrowest_decides_and_the_others_are_charged_as_little(limited):
    way = limited("[{per_second: 0.01, burst: 4}, {per_second: 0.01, burst: 1, country: '221'}]")
    assert pace.take(way, "+221", 10)[0] == 1
    assert pace.take(way, "+223", 10)[0] == 3


def test_workers_share_it(limited):
    way = limited("[{per_second: 0.01, burst: 50}]")
    granted = []
    threads = [
        threading.Thread(
            target=lambda: granted.extend(pace.take(way, "+221", 7)[0] for _ in range(4))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 50


def test_tokens_come_back_with_time(limited):
    way = limited("[{per_second: 1000, burst: 10}]")
    assert pace.take(way, "+221", 10)[0] == 10
    granted = 0
    while granted < 10:  # ten milliseconds of Redis's own clock
        granted += pace.take(way, "+221", 10)[0]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30
)
@given(wanted=st.lists(st.integers(0, 40), max_size=12), burst=st.integers(1, 60))
def test_never_more_than_the_burst_goes_at_once(limited, wanted, burst):
    way = limited(f"[{{per_second: 0.001, burst: {burst}}}]")
    granted = [pace.take(way, "+221", one)[0] for one in wanted]
    assert sum(granted) == min(burst, sum(wanted))


def test_without_redis_messages_go_and_it_is_said_once(limited, environment, monkeypatch, capsys):
    way = limited("[{per_second: 1, burst: 1}]")
    environment(REDIS_URL="redis://127.0.0.1:1")
    monkeypatch.setattr(pace, "_complained", float("-inf"))
    for _ in range(3):
        assert pace.take(way, "+221", 5) == (5, 0.0)
    assert capsys.readouterr().err.count("SMS leave at any pace: Redis is gone") == 1
