"""Sessions in Redis: the later of two saves loses, and knows it."""

import pytest

from menus.engine import Session
from ussd.dials import Dial
from ussd.sessions import Known, Record, Sessions

DIAL = Dial("africastalking", "ATUid_1", "+221770000050", "*384*50#", "", "")


def record(screen: str) -> Record:
    return Record(Session(tree="t", language="fr", screen=screen), 0, b"", "text", False)


@pytest.fixture
def sessions(office):
    return Sessions(office.settings)


def test_what_was_saved_is_loaded(sessions):
    assert sessions.load(DIAL).record is None
    assert sessions.save(DIAL, b"", record("home"), Known(None))
    loaded = sessions.load(DIAL)
    assert loaded.record == record("home")
    assert loaded.known == Known(None)


def test_of_two_who_save_what_they_loaded_one_wins(sessions):
    sessions.save(DIAL, b"", record("home"), None)
    one, other = sessions.load(DIAL), sessions.load(DIAL)
    assert sessions.save(DIAL, one.raw, record("offices"), None)
    assert not sessions.save(DIAL, other.raw, record("help"), None)
    assert sessions.load(DIAL).record == record("offices")


def test_of_two_who_begin_one_wins(sessions):
    assert sessions.save(DIAL, b"", record("home"), None)
    assert not sessions.save(DIAL, b"", record("help"), None)


def test_a_session_lasts_as_long_as_the_network_s_and_the_time_to_resume(sessions, office):
    sessions.save(DIAL, b"", record("home"), None)
    [key] = office.redis.keys("*:ussd:*")
    assert 475 < office.redis.ttl(key) <= 480


def test_a_language_is_told_to_the_next_dial(sessions):
    sessions.save(DIAL, b"", record("home"), Known("wo", ("has_ticket",)))
    another = Dial("africastalking", "ATUid_2", "+221770000050", "*384*50#", "", "")
    assert sessions.load(another).known == Known("wo", ("has_ticket",))


def test_a_record_of_another_release_begins_a_session_anew(sessions, office):
    sessions.save(DIAL, b"", record("home"), None)
    [key] = office.redis.keys("*:ussd:*")
    office.redis.set(key, b"\x93 not a record")
    loaded = sessions.load(DIAL)
    assert loaded.record is None
    assert sessions.save(DIAL, loaded.raw, record("help"), None)


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
