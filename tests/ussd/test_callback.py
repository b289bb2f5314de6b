"""The callback, as a gateway calls it."""

import threading

import pytest
from sqlmodel import select

from citizens.directory import find
from database import reading
from queues.models import Ticket
from tests.stores import everything
from ussd import in_time
from ussd.phone import Phone

FORM = {
    "sessionId": "ATUid_1",
    "phoneNumber": "+221770000050",
    "networkCode": "60801",
    "serviceCode": "*384*50#",
    "text": "",
}


def form(phone: Phone) -> dict[str, str]:
    """The fields of what the phone sent last."""
    return dict(phone.request().form())


def tickets() -> list[Ticket]:
    with reading() as db:
        return list(db.exec(select(Ticket)))


def test_a_first_dial_asks_for_the_language(office):
    screen = office.phone().dial()
    assert screen.text.splitlines()[1:] == [
        "Langue / Language",
        "1 Francais",
        "2 English",
        "3 Wolof",
        "4 Pulaar",
        "5 Bamanankan",
        "6 Hausa",
        "7 Kiswahili",
        "8 Portugues",
    ]
    assert screen.goes_on


def test_the_language_is_remembered_for_the_next_dial(office):
    office.speaking()
    assert "1 Prendre un ticket" in office.phone().dial().text


def test_the_language_is_remembered_when_redis_has_forgotten(office):
    office.speaking()
    office.redis.flushall()
    assert "1 Prendre un ticket" in office.phone().dial().text


def test_four_screens_from_home_lead_to_a_ticket(office):
    phone = office.speaking()
    assert "1 Mairie" in phone.enter("1").text
    assert "1 Etat civil" in phone.enter("1").text
    assert "Devant vous : 0" in phone.enter("1").text
    given = phone.enter("1")
    assert "Ticket A001" in given.text
    assert "Votre trajet" in given.text
    assert not phone.enter("2").goes_on


def test_the_answer_is_plain_text(office):
    answer = office.post(FORM)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.startswith("CON ")


def test_a_wrong_secret_is_not_found(office):
    assert office.post(FORM, secret="guess").status_code == 404


def test_every_listed_secret_opens_while_rotating(open_office):
    office = open_office(WEBHOOK_SECRETS="new-secret,old-secret")
    assert office.post(FORM, secret="new-secret").status_code == 200
    assert office.post(FORM, secret="old-secret").status_code == 200
    assert office.post(FORM, secret="demo").status_code == 404


def test_only_trusted_gateways_are_answered_where_they_are_listed(open_office):
    office = open_office(TRUSTED_GATEWAYS="196.201.214.0/24", PROXIES="1")
    trusted = {"X-Forwarded-For": "196.201.214.7"}
    forged = {"X-Forwarded-For": "196.201.214.7, 10.0.0.1"}
    assert office.post(FORM, headers=trusted).status_code == 200
    assert office.post(FORM, headers=forged).status_code == 404
    assert office.post(FORM).status_code == 404


BAD = {
    "no session": {"sessionId": None},
    "no number": {"phoneNumber": None},
    "an empty code": {"serviceCode": ""},
    "no text": {"text": None},
    "an empty number": {"phoneNumber": ""},
    "a number that is none": {"phoneNumber": "moussa"},
    "a number of Arabic digits": {"phoneNumber": "+٢٢١٧٧٠٠٠٠٠٠١"},
    "a code that is none": {"serviceCode": "'; DROP TABLE ticket; --"},
    "a session id of control characters": {"sessionId": "\x00\x01"},
    "a huge text": {"text": "1*" * 2000},
    "a body beyond all bounds": {"text": "1" * 100_000},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_body_that_is_no_dial_gets_a_valid_end_and_a_log_line(office, change, caplog):
    fields = {name: value for name, value in {**FORM, **change}.items() if value is not None}
    answer = office.post(fields)
    assert answer.status_code == 200
    assert answer.text == "END Appel non compris. Recomposez le code."
    assert "not a dial" in caplog.text


def test_a_test_runner_that_tells_no_code_and_a_channel_instead_is_answered(office):
    """As dialoguss calls applications: sessionId, phoneNumber, text and channel."""
    office.speaking()

    def call(text: str) -> str:
        runner = {"sessionId": "Runner__1", "phoneNumber": "+221770000050", "channel": ""}
        return office.post({**runner, "text": text}).text

    assert "1 Prendre un ticket" in call("")
    assert "1 Mairie" in call("1")
    assert "1 Etat civil" in call("1*1")
    assert "Devant vous : 0" in call("1*1*1")
    assert call("1*1*1*1").startswith("CON Exemple, à vérifier\nTicket A001")
    assert call("1*1*1*1*2").startswith("END Exemple, à vérifier\nC'est noté.")


def test_a_torn_body_gets_a_valid_end(office):
    answer = office.post(b"\xff\xfe%%%\x00", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert answer.text.startswith("END ")


WRITTEN = ["{0}", "%s%n", "'; DROP TABLE ticket;--", "\u0000", "\ud800", "*", "**", "0*0", "#"]


@pytest.mark.parametrize("entry", WRITTEN)
def test_whatever_is_typed_the_same_page_stands_with_a_reason(office, entry):
    phone = office.speaking()
    fields = {**form(phone), "text": f"1*{entry}"}
    answer = office.post({name: value.encode("utf-8", "replace") for name, value in fields.items()})
    assert answer.status_code == 200
    assert answer.text.startswith("CON Choix inconnu.\n")
    assert "1 Prendre un ticket" in answer.text


def test_arabic_digits_are_digits(office):
    phone = office.speaking()
    assert "1 Mairie" in phone.enter("١").text
    assert "1 Prendre un ticket" in phone.enter("٠").text


def test_a_star_that_is_typed_is_an_entry_and_does_not_skip(office):
    phone = office.speaking()
    assert phone.enter("*1").text.startswith("Choix inconnu.")
    assert "1 Mairie" in phone.enter("1").text


def test_the_same_callback_again_gets_the_same_reply(office):
    phone = office.speaking()
    for entry in ("1", "1", "1", "1"):
        once = phone.enter(entry)
        assert phone.repeat() == once
    assert len(tickets()) == 1


def test_two_equal_entries_in_a_row_are_two_entries(office):
    phone = office.speaking()
    assert phone.enter("1").text != phone.enter("1").text


def test_a_callback_that_comes_after_the_end_gets_the_end(office):
    phone = office.speaking()
    for entry in ("1", "1", "1", "1", "2"):
        last = phone.enter(entry)
    assert phone.enter("1") == last
    assert len(tickets()) == 1


def test_a_second_dial_for_the_same_service_shows_the_ticket_one_has(office):
    office.take_ticket()
    phone = office.phone()
    phone.dial()
    for entry in ("1", "1", "1"):
        screen = phone.enter(entry)
    assert "Vous avez déjà le ticket A001" in screen.text
    assert len(tickets()) == 1


def test_the_same_callback_on_two_workers_at_once_is_one_ticket(office):
    phone = office.speaking()
    for entry in ("1", "1", "1"):
        phone.enter(entry)
    fields = {**form(phone), "text": form(phone)["text"] + "*1"}
    replies: list[str] = []
    together = threading.Barrier(6)

    def send() -> None:
        together.wait()
        replies.append(office.post(fields).text)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(replies)) == 1, replies
    assert "Ticket A001" in replies[0]
    assert len(tickets()) == 1


def test_two_sessions_of_one_phone_at_once_are_one_ticket(office):
    phones = [office.speaking() for _ in range(4)]
    for phone in phones:
        for entry in ("1", "1", "1"):
            phone.enter(entry)
    together = threading.Barrier(len(phones))
    screens: list[str] = []

    def confirm(phone) -> None:
        together.wait()
        screens.append(phone.enter("1").text)

    threads = [threading.Thread(target=confirm, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [ticket.label for ticket in tickets()] == ["A001"]
    assert all("A001" in screen for screen in screens), screens


def test_a_reused_session_id_with_another_number_is_another_session(office):
    first = office.speaking("+221770000050")
    other = office.phone("+221770000051")
    other.session_id = first.session_id
    assert "Langue / Language" in other.repeat().text


def test_a_long_dial_plays_its_entries(office):
    office.speaking()
    assert "1 Etat civil" in office.phone().dial(shortcut="1*1").text


def test_a_long_dial_stops_at_the_first_screen_that_refuses(office):
    office.speaking()
    screen = office.phone().dial(shortcut="1*9*1")
    assert screen.text.startswith("Choix inconnu.")
    assert "1 Mairie" in screen.text


def test_a_long_dial_of_a_newcomer_waits_for_the_language(office):
    screen = office.phone().dial(shortcut="2*1")
    assert "Langue / Language" in screen.text
    assert not screen.text.startswith("Choix")


def test_a_long_dial_takes_no_ticket_by_itself(office):
    office.speaking()
    phone = office.phone()
    assert "1 Pour moi" in phone.dial(shortcut="1*1*1*1").text
    assert tickets() == []
    assert "Ticket A001" in phone.enter("1").text


def test_a_long_dial_s_page_is_as_short_as_a_first_page_must_be(office):
    office.speaking()
    for shortcut in ("3*1", "3*1*1", "3*1*5"):
        phone = office.phone()
        assert phone.dial(shortcut=shortcut).measure.units <= 140
        if "98 Suite" in phone.screen.text:
            assert phone.enter("98").text


def test_an_endless_dial_plays_a_dozen_entries(office):
    office.speaking()
    screen = office.phone().dial(shortcut="4*1*" * 400)
    assert screen.goes_on


def test_a_newcomer_s_session_lost_in_redis_takes_no_ticket_unasked(office):
    phone = office.phone()
    phone.dial()
    for entry in ("1", "1", "1"):
        phone.enter(entry)
    office.redis.flushall()
    assert phone.enter("1").goes_on
    assert tickets() == []


def test_a_session_id_used_again_is_another_session(office):
    phone = office.speaking()
    for entry in ("1", "1", "1", "1"):
        phone.enter(entry)
    office.redis.flushall()  # as when the session has long lapsed
    again = office.phone()
    again.session_id = phone.session_id
    again.repeat()
    for entry in ("1", "1", "2", "1"):
        screen = again.enter(entry)
    assert "Ticket B001" in screen.text
    assert {ticket.label for ticket in tickets()} == {"A001", "B001"}


def test_a_session_lost_in_redis_is_found_again_from_what_was_typed(office):
    office.speaking()
    phone = office.phone()
    phone.dial()
    phone.enter("1")
    office.redis.flushall()
    assert "1 Etat civil" in phone.enter("1").text


def test_redis_away_is_a_valid_end(open_office):
    office = open_office(SESSIONS_REDIS_URL="redis://127.0.0.1:1/0")
    answer = office.post(FORM)
    assert answer.status_code == 200
    assert answer.text.startswith("END Service indisponible")


def test_a_bug_in_an_action_is_a_valid_end_without_a_word_of_it(office, monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    office.speaking()
    monkeypatch.setattr(in_time, "perform", broken)
    answer = office.post({**FORM, "text": "1", "sessionId": "other"})
    assert answer.text.startswith("END Service indisponible")
    assert "secret detail" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_after_a_failed_action_the_citizen_can_dial_on(office, monkeypatch):
    phone = office.speaking()
    with monkeypatch.context() as patch:
        patch.setattr(in_time, "perform", lambda *_: 1 / 0)
        assert "indisponible" in phone.enter("1").text
    assert "1 Mairie" in phone.repeat().text


def test_no_phone_number_stands_in_the_clear_in_redis_or_the_database(office):
    office.take_ticket()
    keys = office.redis.keys("guichet:*")
    held = b"".join(key + everything(office.redis, key) for key in keys)
    assert len(keys) >= 2
    assert b"770000050" not in held
    with reading() as db:
        rows = db.connection().exec_driver_sql("SELECT phone, phone_hash FROM citizen").all()
        bodies = db.connection().exec_driver_sql("SELECT address, body FROM message").all()
    assert "770000050" not in str(rows + bodies)
    with reading() as db:
        citizen = find(db, "+221770000050")
    assert citizen is not None
    assert citizen.phone == "+221770000050"


def test_a_request_id_is_taken_up_and_given_back(office):
    answer = office.post(FORM, headers={"X-Request-ID": "gateway-12345"})
    assert answer.headers["X-Request-ID"] == "gateway-12345"


def test_my_ticket_is_offered_to_those_who_hold_one(office):
    assert "Mon ticket" not in office.speaking().screen.text
    office.take_ticket()
    phone = office.phone()
    screen = phone.dial()
    assert "6 Mon ticket" in screen.text
    assert "A001: 0, " in screen.text
    assert "Ticket A001" in phone.enter("6").text


def test_my_ticket_is_offered_also_when_redis_has_forgotten(office):
    office.take_ticket()
    office.redis.flushall()
    assert "6 Mon ticket" in office.phone().dial().text


def test_a_screen_that_needs_no_data_asks_no_database(office, monkeypatch):
    phone = office.speaking()
    monkeypatch.setattr("ussd.performing.reading", lambda: 1 / 0)
    monkeypatch.setattr("ussd.performing.writing", lambda: 1 / 0)
    phone.enter("5")
    assert "0 : retour" in phone.enter("5").text
    again = office.phone()
    assert "1 Prendre un ticket" in again.dial().text
