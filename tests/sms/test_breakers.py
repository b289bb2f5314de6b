"""Breakers in Redis: what one worker sees, all heed."""

import logging
import threading

import pytest

from background import work
from sms import breakers, breaking
from sms.gateways import Accepted, Refused, Unknown
from sms.gateways.console import Console
from sms.routes import Way

WAY, OTHER = Way(Console(), "GUICHET"), Way(Console(), "MAIRIE")
BROKE = [Refused("insufficient_balance", "405")]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = SQLITE


class Clock:
    """Time as the breakers see it, and no more than they ask for."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def time(self) -> float:
        return self.now

    monotonic = time

    def passes(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch, office) -> Clock:
    clock = Clock()
    monkeypatch.setattr(breakers, "time", clock)
    monkeypatch.setattr(breakers, "_seen", breakers._Seen())
    return clock


@pytest.fixture
def elsewhere(monkeypatch):
    """`elsewhere(do)`: what another process does."""

    def run(do):
        ours = breakers._seen
        monkeypatch.setattr(breakers, "_seen", breakers._Seen())
        found = do()
        monkeypatch.setattr(breakers, "_seen", ours)
        return found

    return run


def test_a_used_up_balance_stops_this_sender_at_once_and_says_so_once(clock, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            breakers.note(WAY, BROKE)
    assert breakers.is_open(WAY)
    assert not breakers.is_open(OTHER)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert caplog.messages == [
        "SMS provider console (GUICHET): the balance is used up; messages are kept"
    ]


def test_other_workers_heed_it_within_half_a_second(clock, elsewhere):
    assert not breakers.is_open(WAY)
    elsewhere(lambda: breakers.note(WAY, BROKE))
    clock.passes(0.6)
    assert breakers.is_open(WAY)


def test_failures_of_several_workers_add_up(clock, elsewhere):
    breakers.note(WAY, [Refused("no_connection", phase="begun")])
    for _ in range(2):
        elsewhere(lambda: breakers.note(WAY, [Refused("no_connection", phase="begun")]))
    clock.passes(0.6)
    assert breakers.is_open(WAY)


def test_when_its_time_is_up_one_call_of_all_workers_tries(clock, elsewhere):
    breakers.note(WAY, BROKE)
    clock.passes(31)
    asked = [breakers.is_open(WAY), breakers.is_open(WAY)]
    asked += [elsewhere(lambda: breakers.is_open(WAY)), breakers.is_open(WAY)]
    assert asked == [False, True, True, True]
    breakers.note(WAY, [Accepted("x")])
    assert not breakers.is_open(WAY)
    assert not elsewhere(lambda: breakers.is_open(WAY))


def test_a_probe_that_fails_shuts_it_for_longer(clock, caplog):
    breakers.note(WAY, BROKE)
    clock.passes(31)
    assert not breakers.is_open(WAY)
    breakers.note(WAY, BROKE)
    clock.passes(31)
    assert breakers.is_open(WAY)
    clock.passes(30)
    assert not breakers.is_open(WAY)
    assert len(caplog.records) == 1


def test_threads_that_fail_together_are_all_counted(clock):
    together = threading.Barrier(9)

    def fail() -> None:
        together.wait()
        breakers.note(WAY, [Unknown("no_answer")])

    threads = [threading.Thread(target=fail) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not breakers.is_open(WAY)
    breakers.note(WAY, [Unknown("no_answer")])
    assert breakers.is_open(WAY)


def test_states_say_what_is_open_since_when_and_why(clock):
    assert breakers.states() == []
    breakers.note(WAY, BROKE)
    breakers.note(OTHER, [Unknown("no_answer")])
    [state] = breakers.states()
    assert (state.gateway, state.sender, state.reason) == (
        "console",
        "GUICHET",
        "insufficient_balance",
    )
    assert state.since.timestamp() == clock.now
    assert (state.until - state.since).total_seconds() == breaking.FIRST_SECONDS


def test_a_success_costs_no_call_to_redis(clock, monkeypatch):
    assert not breakers.is_open(WAY)
    calls = []
    monkeypatch.setattr(work.connection(), "execute_command", lambda *a, **_: calls.append(a))
    for _ in range(100):
        assert not breakers.is_open(WAY)
        breakers.note(WAY, [Accepted("x")])
    assert calls == []


def test_without_redis_a_worker_goes_by_what_it_saw(environment, monkeypatch):
    environment(REDIS_URL="redis://127.0.0.1:1")
    monkeypatch.setattr(breakers, "_seen", breakers._Seen())
    assert not breakers.is_open(WAY)
    breakers.note(WAY, BROKE)
    assert breakers.is_open(WAY)
