"""Sessions in Redis: the later of two saves loses, and knows it."""

import msgspec
import pytest

from app import create_app
from citizens import news as citizens_news
from citizens.directory import find
from database import writing
from menus.engine import Session
from ussd.dials import Dial
from ussd.sessions import Known, Record, Sessions, _Memory

DIAL = Dial("africastalking", "ATUid_1", "+221770000050", "*384*50#", "", "", True, True)


def record(screen: str, ends: bool = False) -> Record:
    return Record(Session(tree="t", language="fr", screen=screen), "*1#", 0, b"", 0, "text", ends)


def save(sessions: Sessions, what: Record, loaded=None, news: Known | None = None) -> bool:
    return sessions.save(loaded or sessions.load(DIAL), what, news) is None


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
    another = msgspec.structs.replace(DIAL, session_id="ATUid_2")
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


def calls(office) -> dict[str, int]:
    """How often each of the commands that dials use was called; those within the script count."""
    found = office.redis.info("commandstats")
    return {name: found.get(f"cmdstat_{name}", {}).get("calls", 0) for name in ("mget", "evalsha")}


def test_a_screen_that_needs_no_data_is_one_call_where_the_process_knows_the_phone(office):
    phone = office.speaking()
    phone.enter("5")
    office.redis.config_resetstat()
    phone.enter("0")
    assert calls(office) == {"mget": 1, "evalsha": 1}  # the one within the other


def test_a_screen_that_needs_no_data_is_two_calls_in_another_process(office, open_office):
    phone = office.speaking()
    phone.enter("5")
    there = another(office)
    there.entries, there.session_id = phone.entries, phone.session_id
    office.redis.config_resetstat()
    there.enter("0")
    assert calls(office) == {"mget": 2, "evalsha": 1}


def another(office):
    """The same phone, answered by another process."""
    other = type(office)(create_app(office.settings), office.settings, office.redis)
    other.app.extensions["library"].refresh()
    return other.phone()


def test_what_a_process_remembers_gives_way_to_what_another_did(office):
    phone = office.speaking()
    there = another(office)
    there.session_id = phone.session_id
    there.entries = phone.entries
    there.enter("5")  # the other process goes on
    phone.entries = there.entries
    assert "1 Prendre un ticket" in phone.enter("0").text  # and this one from there
    there.entries = phone.entries
    assert "Mes SMS" in there.enter("5").text


def test_what_a_process_remembers_does_not_outlive_redis(office):
    phone = office.speaking()
    phone.enter("5")
    office.redis.flushall()
    phone.enter("0")
    assert office.redis.keys("*:ussd:*")


def test_a_language_chosen_in_another_process_is_spoken_in_this_one(office):
    office.speaking(language="1")
    there = another(office)
    there.dial()
    for entry in ("5", "1", "2"):
        there.enter(entry)
    assert "1 Take a ticket" in office.phone().dial().text


def test_what_changed_by_another_way_than_a_dial_is_asked_for_anew(office):
    office.speaking(language="1").enter("00")
    with writing() as db:
        find(db, "+221770000050").language = "en"
        citizens_news.changed(db, "+221770000050")
    assert "1 Take a ticket" in office.phone().dial().text


def test_so_many_phones_are_remembered_and_no_more(sessions):
    memory = _Memory(most=2, seconds=60)
    loaded = [
        sessions.load(msgspec.structs.replace(DIAL, phone=f"+22177000005{number}"))
        for number in range(3)
    ]
    for one in loaded:
        memory.keep(msgspec.structs.replace(one, record=record("home", ends=True)))
    assert memory.recall(loaded[0].keys) is None
    assert memory.recall(loaded[2].keys) is not None


def test_what_was_saved_long_ago_is_not_remembered(sessions):
    memory = _Memory(most=2, seconds=-1)
    loaded = sessions.load(DIAL)
    memory.keep(msgspec.structs.replace(loaded, record=record("home")))
    assert memory.recall(loaded.keys) is None
