"""Sessions in Redis: the later of two saves loses, and knows it."""

import dataclasses

import pytest

from menus.engine import Session
from ussd.dials import Dial
from ussd.sessions import Known, Record, Sessions

DIAL = Dial("africastalking", "ATUid_1", "+221770000050", "*384*50#", "", "", True, True)


def record(screen: str, ends: bool = False) -> Record:
    return Record(Session(tree="t", language="fr", screen=screen), "*1#", 0, b"", 0, "text", ends)


def save(sessions: Sessions, what: Record, loaded=None, news: Known | None = None) -> bool:
    return sessions.save(loaded or sessions.load(DIAL), what, news)


@pytest.fixture
def sessions(office):
    return Sessions(office.settings)


def test_what_was_saved_is_loaded(sessions):
    assert sessions.load(DIAL).record is None
    assert save(sessions, record("home"), news=Known(None))
    loaded = sessions.load(DIAL)
    assert loaded.record == record("home")
    assert loaded.known == Known(None)


def test_of_two_who_save_what_they_loaded_one_wins(sessions):
    save(sessions, record("home"))
    one, other = sessions.load(DIAL), sessions.load(DIAL)
    assert save(sessions, record("offices"), one)
    assert not save(sessions, record("help"), other)
    assert sessions.load(DIAL).record == record("offices")


def test_of_two_who_begin_one_wins(sessions):
    one, other = sessions.load(DIAL), sessions.load(DIAL)
    assert save(sessions, record("home"), one)
    assert not save(sessions, record("help"), other)


def test_a_session_lasts_as_long_as_the_network_s_and_the_time_to_resume(sessions, office):
    save(sessions, record("home"))
    [key] = office.redis.keys("*:ussd:*")
    assert 475 < office.redis.ttl(key) <= 480


def test_a_language_is_told_to_the_next_dial(sessions):
    save(sessions, record("home"), news=Known("wo", ("has_ticket",)))
    another = dataclasses.replace(DIAL, session_id="ATUid_2")
    assert sessions.load(another).known == Known("wo", ("has_ticket",))


def test_a_record_of_another_release_begins_a_session_anew(sessions, office):
    save(sessions, record("home"))
    [key] = office.redis.keys("*:ussd:*")
    office.redis.set(key, b"\x93 not a record")
    loaded = sessions.load(DIAL)
    assert loaded.record is None
    assert save(sessions, record("help"), loaded)


def test_a_session_of_the_demo_tree_is_small(office):
    phone = office.speaking()
    for entry in ("1", "1", "1"):
        phone.enter(entry)
    [key] = office.redis.keys("*:ussd:*")
    assert office.redis.strlen(key) < 400


def test_a_screen_that_needs_no_data_costs_two_calls_to_redis(office):
    phone = office.speaking()
    office.redis.config_resetstat()
    phone.enter("5")
    calls = office.redis.info("commandstats")
    sent = {name: stat["calls"] for name, stat in calls.items() if name.startswith("cmdstat_")}
    assert sent.get("cmdstat_mget") == 1
    assert sent.get("cmdstat_evalsha", 0) + sent.get("cmdstat_eval", 0) == 1
