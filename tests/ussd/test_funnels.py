"""Where people go on and where they leave is counted, exactly."""

from datetime import UTC, datetime, timedelta

import pytest

from database import writing
from database.lean_redis import lean
from menus import versions
from ussd import funnels
from ussd.sessions import SHARDS, funnel_key


def counted(language: str | None = None) -> dict[str, funnels.Place]:
    funnels.fold()
    with writing() as db:
        live = [one.version for one in versions.history(db, "keur-exemple")]
    since = datetime.now(UTC).date() - timedelta(days=2)
    return {place.screen: place for place in funnels.places(live, since, language)}


def test_a_conversation_is_counted_screen_by_screen(office):
    phone = office.speaking()
    for entry in ("1", "7", "1", "0", "00"):
        phone.enter(entry)
    found = counted()
    assert (found["language"].shown, found["language"].ways) == (1, {"home": 1})
    home = found["home"]
    assert (home.shown, home.left, home.ways, home.dropped) == (2, 1, {"offices": 1}, 1)
    offices = found["offices"]
    assert (offices.shown, offices.wrong, offices.dropped) == (2, 1, 0)
    assert offices.ways == {"services": 1, "(home)": 1}
    assert found["services"].ways == {"(back)": 1}


def test_an_end_is_an_end_and_not_a_drop(office):
    office.take_ticket()
    ticket = counted()["ticket_travel"]
    assert (ticket.shown, ticket.ended, ticket.left, ticket.dropped) == (1, 0, 0, 1)
    office.take_ticket("+221770000051", travel="2")
    found = counted()
    assert (found["ticket_travel"].left, found["ticket_travel"].ways) == (1, {"travel_kept": 1})
    end = found["travel_kept"]
    assert (end.shown, end.ended, end.left, end.dropped) == (1, 1, 0, 0)


def test_a_callback_that_comes_again_is_counted_once(office):
    phone = office.speaking()
    phone.enter("5")
    phone.enter("5")
    for _ in range(3):
        phone.repeat()
    assert counted()["help"].shown == 1


def test_one_who_drops_and_comes_back_is_seen(office):
    office.speaking().enter("1")
    again = office.phone()
    again.dial()
    again.enter("1")
    found = counted()
    assert found[funnels.OFFER].ways == {"offices": 1}
    assert (found["offices"].shown, found["offices"].dropped) == (2, 2)


def test_languages_are_told_apart(office):
    office.speaking("+221770000050", "1")
    office.speaking("+221770000051", "3")
    assert counted("wo")["home"].shown == 1
    assert counted()["home"].shown == 2


def test_counts_add_up_over_folds(office):
    for number in range(3):
        office.speaking(f"+22177000005{number}")
        assert counted()["home"].shown == number + 1


def test_a_fold_that_is_cut_short_is_counted_once(office, monkeypatch):
    office.speaking()
    real = lean

    class Dies:
        """Redis, until what was added is to be deleted."""

        def __init__(self, *given):
            self._redis = real(*given)

        def run(self, *commands):
            if commands[0][0] == "DEL":
                raise KeyboardInterrupt
            return self._redis.run(*commands)

    with monkeypatch.context() as patch:
        patch.setattr(funnels, "lean", Dies)
        with pytest.raises(KeyboardInterrupt):
            funnels.fold()
    assert counted()["home"].shown == 1


def test_nothing_is_left_in_redis_after_a_fold(office):
    office.speaking()
    assert funnels.fold() > 0
    assert not office.redis.exists(*[funnel_key(shard) for shard in SHARDS])
    assert funnels.fold() == 0


def test_the_seconds_on_a_screen_are_those_until_it_was_left(office, monkeypatch):
    clock = [1_800_000_000_000_000_000]
    monkeypatch.setattr("ussd.callback.time.time_ns", lambda: clock[0])
    phone = office.speaking()
    clock[0] += 7_500_000_000
    phone.enter("5")
    assert counted()["home"].seconds == 7.5
