"""A valid end in time and in the citizen's language, whatever hangs; what was promised is kept."""

import socket
import sqlite3
import threading
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from sqlmodel import select

from background import work
from database import reading
from queues.models import Ticket
from sms.models import Message
from ussd import in_time, late
from ussd.deadline import Aside, Away, Breaker, Late

QUICK = {"DEADLINE_SECONDS": "3", "REDIS_SECONDS": "0.3", "DATABASE_SECONDS": "1"}
AT_SERVICE = ("1", "1", "1")  # the town hall, births: a ticket for whom?
PROMISE = "C'est plus long que prévu. Un SMS vous dira la suite."
SORRY = "Service indisponible pour le moment. Recomposez le code plus tard."


def tickets() -> list[str]:
    with reading() as db:
        return [ticket.label for ticket in db.exec(select(Ticket))]


def told() -> list[str]:
    with reading() as db:
        return [message.body for message in db.exec(select(Message))]


@contextmanager
def locked(url: str):
    """The database, held by somebody else."""
    if url.startswith("sqlite"):
        holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")
        holder.close()
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as holder:
            holder.execute("LOCK TABLE performed, ticket, citizen IN ACCESS EXCLUSIVE MODE")
            yield
            holder.rollback()


def at_service(office):
    phone = office.speaking()
    for entry in AT_SERVICE:
        phone.enter(entry)
    return phone


def test_a_ticket_that_a_locked_database_delays_is_promised_taken_once_and_told(
    open_office, database_url
):
    office = open_office(**QUICK)
    phone = at_service(office)
    with locked(database_url):
        screen = phone.enter("1")
        assert screen.text == PROMISE
        assert not screen.goes_on
        assert phone.repeat() == screen
    late.finish()
    late.finish()
    assert tickets() == ["A001"]
    [sms] = told()
    assert sms.startswith("Ticket A001, Mairie, Etat civil.")


def test_an_action_that_ends_after_all_is_not_done_again(open_office, monkeypatch):
    office = open_office(**QUICK)
    phone = at_service(office)
    may_end, ended = threading.Event(), threading.Event()
    real = in_time.perform

    def slow(*given):
        may_end.wait(20)
        try:
            return real(*given)
        finally:
            ended.set()

    monkeypatch.setattr(in_time, "perform", slow)
    assert phone.enter("1").text == PROMISE  # while it hangs still
    assert tickets() == []
    may_end.set()
    assert ended.wait(20)
    late.finish()
    assert tickets() == ["A001"]
    assert len(told()) == 1


def test_an_outcome_without_an_sms_of_its_own_is_told_as_the_screen_says_it(
    open_office, monkeypatch
):
    office = open_office(**QUICK)
    phone = at_service(office)
    other = office.phone()
    other.dial()
    assert "1 Pour moi" in other.enter("1").text  # goes on where the first one stands
    with monkeypatch.context() as patch:
        patch.setattr(in_time, "perform", _hangs)
        assert phone.enter("1").text == PROMISE
    assert "Ticket A001" in other.enter("1").text
    late.finish()
    assert tickets() == ["A001"]
    assert [one for one in told() if "Vous avez déjà le ticket A001" in one]
    assert len(told()) == 2
    late.finish()
    assert len(told()) == 2


def _hangs(*_):
    raise Late


def test_a_promise_that_can_be_kept_too_late_only_is_told_to_be_broken(open_office, monkeypatch):
    office = open_office(**QUICK)
    phone = at_service(office)
    with monkeypatch.context() as patch:
        patch.setattr(in_time, "perform", _hangs)
        phone.enter("1")
    monkeypatch.setattr(late, "_WORTH", timedelta(0))
    late.finish()
    assert tickets() == []
    [sms] = told()
    assert "n'a pas abouti. Recomposez *384*50#" in sms


def test_promises_outlive_a_database_that_stays_away(open_office, database_url, monkeypatch):
    office = open_office(**QUICK)
    phone = at_service(office)
    with locked(database_url):
        phone.enter("1")
        late.finish()
        late.finish()
        assert work.connection().llen("guichet:late") + work.connection().llen("guichet:late:doing")
    late.finish()
    assert tickets() == ["A001"]


def test_a_promise_holds_no_number_in_the_clear(open_office, monkeypatch):
    office = open_office(**QUICK)
    phone = at_service(office)
    monkeypatch.setattr(in_time, "perform", _hangs)
    phone.enter("1")
    [kept] = office.redis.lrange("guichet:late", 0, -1)
    assert b"770000050" not in kept


def test_what_only_reads_is_not_promised(open_office, monkeypatch):
    office = open_office(**QUICK)
    phone = office.speaking()
    with monkeypatch.context() as patch:
        patch.setattr(in_time, "perform", _hangs)
        screen = phone.enter("1")
        assert screen.text == SORRY
        assert not screen.goes_on
    assert office.redis.llen("guichet:late") == 0
    assert "1 Mairie" in phone.repeat().text


def test_a_database_that_hangs_is_a_valid_end_while_it_hangs(open_office, monkeypatch):
    office = open_office(**QUICK)
    phone = office.speaking(language="2")
    may_end = threading.Event()
    monkeypatch.setattr(in_time, "perform", lambda *_: may_end.wait(20))
    screen = phone.enter("1")
    assert not may_end.is_set()
    assert screen.text == "Service unavailable for now. Dial the code again later."
    may_end.set()


def test_a_redis_that_says_nothing_is_a_valid_end_in_the_citizen_s_language(open_office):
    open_office().speaking(language="3")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        office = open_office(**QUICK, SESSIONS_REDIS_URL=url)
        for _ in range(4):  # the later ones are not even tried
            screen = office.phone().dial()
            assert screen.text.startswith("Nu ngi jéggalu")
            assert not screen.goes_on


def test_redis_and_database_both_gone_is_a_valid_end_still(open_office, monkeypatch):
    office = open_office(**QUICK, SESSIONS_REDIS_URL="redis://127.0.0.1:1/0")
    monkeypatch.setattr(in_time, "learn", _hangs)
    assert office.phone().dial().text == SORRY


def test_aside_leaves_behind_what_takes_too_long():
    aside, may_end = Aside(1), threading.Event()
    with pytest.raises(Late):
        aside.do(lambda: may_end.wait(20), 0.01)
    with pytest.raises(Late):  # the one thread is busy still
        aside.do(lambda: 1, 0.01)
    may_end.set()
    assert aside.do(lambda: 2, 20) == 2


def test_a_time_out_of_the_work_s_own_is_its_own():
    def fails() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        Aside(1).do(fails, 20)


def test_a_breaker_lets_one_try_after_too_many_failures():
    breaker, tries = Breaker(failures=2, seconds=3600), []

    def fails() -> None:
        tries.append(1)
        raise Late

    for _ in range(2):
        with pytest.raises(Late):
            breaker.attempt(fails, (Late,))
    with pytest.raises(Away):
        breaker.attempt(fails, (Late,))
    assert len(tries) == 2
    breaker._until = 0.0  # an hour later
    assert breaker.attempt(lambda: "well", (Late,)) == "well"
    with pytest.raises(Late):
        breaker.attempt(fails, (Late,))


def test_of_many_who_could_try_a_broken_thing_one_does():
    breaker, inside, go = Breaker(failures=1, seconds=0), threading.Event(), threading.Event()
    with pytest.raises(Late):
        breaker.attempt(_hangs, (Late,))

    def probe() -> str:
        inside.set()
        go.wait(20)
        return "well"

    thread = threading.Thread(target=lambda: breaker.attempt(probe, (Late,)))
    thread.start()
    assert inside.wait(20)
    with pytest.raises(Away):
        breaker.attempt(lambda: "well", (Late,))
    go.set()
    thread.join()
    assert breaker.attempt(lambda: "well", (Late,)) == "well"
