"""A PIN: got by SMS or chosen, on the holder's own phone; its words do not stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

import moment
from cases.pins import draw, is_weak
from database import reading
from sms import erasure
from sms.models import Message
from tests.cases.agency import AWA, STRANGER, at, now_of, opened, sent

MENU, SMS, CHOOSE = "3", "1", "2"


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(moment, "now", at)


def told(office, case, number: str = AWA):
    """A phone on whose screen the dossier stands, and one goes to its code PIN."""
    phone = office.speaking(number)
    phone.enter("2")
    phone.enter("1")
    phone.enter("1")
    return phone, phone.enter(MENU).text


def read_elsewhere(office, case, year: str, pin: str) -> str:
    phone = office.speaking(STRANGER)
    phone.enter("2")
    for entry in (case.reference, year, pin):
        screen = phone.enter(entry)
    return screen.text


def pin_in(message) -> str:
    return re.search(r": (\d{4})\.", message.body)[1]


def test_a_pin_comes_by_sms_to_the_holder_s_phone_and_reads_on_another(office, today):
    case = opened(birth_year=1990)
    phone, text = told(office, case)
    assert f"Code PIN du dossier {case.reference[-4:]}" in text
    assert "Un SMS vous est envoy" in phone.enter(SMS).text
    [message] = sent(AWA)
    assert message.kind == "case_pin"
    assert (message.topic, message.segments) == (None, 1)
    pin = pin_in(message)
    assert pin not in (now_of(case).pin_hash or "")
    assert case.reference[-4:] + " : recu" in read_elsewhere(office, case, "1990", pin)


def test_who_gave_no_birth_year_is_asked_for_it(office, today):
    case = opened()
    phone, text = told(office, case)
    assert "ann\u00e9e de naissance" in text
    assert "Code PIN du dossier" in phone.enter("1988").text
    phone.enter(CHOOSE)
    assert "C'est not" in phone.enter("73 91").text
    assert now_of(case).birth_year == 1988
    assert " : recu" in read_elsewhere(office, case, "1988", "7391")


@pytest.mark.parametrize("pin", ["1234", "9876", "0000", "111111", "1990"])
def test_a_pin_that_a_stranger_would_try_first_is_refused(office, today, pin):
    case = opened(birth_year=1990)
    phone, _ = told(office, case)
    phone.enter(CHOOSE)
    assert "trop facile" in phone.enter(pin).text
    assert now_of(case).pin_hash is None


def test_a_chosen_pin_is_in_no_store_and_no_log(office, today, caplog):
    caplog.set_level("DEBUG")
    case = opened(birth_year=1990)
    phone, _ = told(office, case)
    phone.enter(CHOOSE)
    phone.enter("918273")
    kept = b"".join(office.redis.dump(key) or b"" for key in office.redis.keys("*"))
    assert b"918273" not in kept
    assert "918273" not in caplog.text
    with reading() as db:
        rows = db.connection().exec_driver_sql("SELECT * FROM performed").all()
    assert "918273" not in str(rows)


def test_on_another_phone_none_is_given(office, today):
    case = opened(birth_year=1990, pin="4821")
    before = now_of(case).pin_hash
    phone = office.speaking(STRANGER)
    phone.enter("2")
    for entry in (case.reference, "1990", "4821", "1"):
        phone.enter(entry)
    assert "sur le t\u00e9l\u00e9phone du dossier" in phone.enter(MENU).text
    assert now_of(case).pin_hash == before
    assert [one.kind for one in sent(AWA)] == ["case_read"]


def test_where_the_type_wants_one_the_first_is_set_before_anything_is_read(office, today):
    case = opened(kind="carte-identite", office="prefecture", birth_year=1990)
    phone = office.speaking(AWA)
    assert "1 " + case.reference[-4:] + " : code PIN" in phone.enter("2").text
    assert "n'en a pas encore" in phone.enter("1").text
    assert "Code PIN du dossier" in phone.enter("1").text
    phone.enter(CHOOSE)
    phone.enter("7391")
    phone = office.speaking(AWA)
    phone.enter("2")
    assert phone.enter("1").text.splitlines()[1] == f"Code PIN du dossier {case.reference[-4:]} ?"
    assert " : recu depuis le 23/11/2026" in phone.enter("7391").text


def test_where_the_type_wants_one_who_does_not_know_it_cannot_change_it(office, today):
    case = opened(kind="carte-identite", office="prefecture", birth_year=1990, pin="7391")
    before = now_of(case).pin_hash
    phone = office.speaking(AWA)
    for entry in ("2", "1"):
        phone.enter(entry)
    assert "non affich" in phone.enter("0001").text
    assert now_of(case).pin_hash == before
    assert sent(AWA) == []


@pytest.fixture
def delivered(connected, monkeypatch):
    """A PIN that a gateway has taken."""
    case = opened(birth_year=1990)
    phone, _ = told(connected, case)
    phone.enter(SMS)
    assert sent(AWA)[0].body is not None
    connected.work()
    return case


def test_its_words_are_erased_once_it_has_left(delivered, africastalking):
    [message] = sent(AWA)
    assert message.sent_at is not None
    erasure.erase_secrets()
    with reading() as db:
        body, body_hash = db.exec(select(Message.body, Message.body_hash)).one()
    assert (body, body_hash) == (None, "")


def test_it_is_not_erased_before_it_has_left(office, today):
    case = opened(birth_year=1990)
    phone, _ = told(office, case)
    phone.enter(SMS)
    erasure.erase_secrets()
    assert sent(AWA)[0].body is not None


def test_no_command_and_no_log_shows_it(office, today, caplog):
    caplog.set_level("DEBUG")
    case = opened(birth_year=1990)
    phone, _ = told(office, case)
    phone.enter(SMS)
    pin = pin_in(sent(AWA)[0])
    office.work()
    runner = office.app.test_cli_runner()
    shown = runner.invoke(args=["sms", "tail"]).output
    shown += runner.invoke(args=["sms", "show", str(sent(AWA)[0].id), "--reveal"]).output
    assert "(secret)" in shown
    assert f": {pin}." not in shown
    assert f": {pin}." not in caplog.text


def test_a_drawn_pin_has_four_digits_and_is_not_weak():
    drawn = {draw() for _ in range(500)}
    assert len(drawn) > 400
    assert all(len(pin) == 4 and not is_weak(pin, None) for pin in drawn)


@given(st.integers(1900, 2100))
def test_one_s_birth_year_is_weak(year):
    assert is_weak(str(year), year)
