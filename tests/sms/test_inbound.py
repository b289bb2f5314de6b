"""What citizens write by SMS, and what they hear."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from cases.references import with_check
from citizens.directory import find
from database import reading, writing
from database.sealing import fingerprint
from demo import office as demo_office
from queues.models import Ticket, TicketEvent
from sms import consent, inbound
from sms.models import BadNumber, Inbound
from tests.sms.conversation import CODE, Citizen


@pytest.fixture
def awa(connected, africastalking) -> Citizen:
    return Citizen(connected, africastalking)


@pytest.fixture
def moussa(connected, africastalking) -> Citizen:
    """Who holds one dossier, in a country without two-way SMS."""
    return Citizen(connected, africastalking, "+221770000003")


def kept() -> list[Inbound]:
    with reading() as db:
        return list(db.exec(select(Inbound).order_by(Inbound.id)))


def an_hour_passes() -> None:
    with writing() as db:
        for one in db.exec(select(Inbound)):
            one.handled_at = one.handled_at and one.handled_at - timedelta(minutes=61)


# -- tickets --------------------------------------------------------------------------------------


def test_the_place_in_the_queue_is_told(awa, connected):
    connected.take_ticket("+221770000061")
    label = awa.takes_ticket()
    assert awa.writes("ticket") == [
        f"Ticket {label}, Mairie, Etat civil. Devant vous : 1. Pour y renoncer, écrivez ANNULER"
    ]


def test_without_a_ticket_one_hears_how_to_take_one(awa):
    assert awa.writes("Ticket") == [
        "Vous n'avez pas de ticket aujourd'hui. Pour en prendre un, écrivez par exemple TICKET "
        f"MAIRIE A, ou composez {CODE}"
    ]


def test_a_ticket_given_up_lets_those_behind_move_up(awa, connected, africastalking):
    label = awa.takes_ticket()
    behind = Citizen(connected, africastalking, "+254700000051")
    behind.takes_ticket()
    assert "Devant vous : 1" in behind.writes("TICKET")[0]
    assert awa.writes("ANNULER") == [
        f"Ticket {label} annulé. Pour en prendre un autre, composez {CODE}"
    ]
    an_hour_passes()
    assert "Devant vous : 0" in behind.writes("TICKET")[0]
    with reading() as db:
        kinds = db.exec(select(TicketEvent.kind).order_by(TicketEvent.id)).all()
    assert kinds == ["joined", "joined", "cancelled"]


def test_who_gave_up_a_ticket_may_take_another_and_the_menu_knows(awa, connected):
    first = awa.takes_ticket()
    assert "Mon ticket" in connected.speaking(awa.number).dial().text
    awa.writes("ANNULER")
    assert "Mon ticket" not in connected.speaking(awa.number).dial().text
    assert awa.takes_ticket() != first


def test_who_holds_several_tickets_says_which(awa, connected):
    first = awa.takes_ticket()
    phone = connected.speaking(awa.number)
    for entry in ("1", "1", "2", "1"):  # another service of the town hall
        phone.enter(entry)
    awa.hears()
    assert awa.writes("ANNULER") == [
        "Quel ticket ? Ecrivez par exemple ANNULER B001, ou dites-le au guichet."
    ]
    assert awa.writes("annuler a 1") == [
        f"Ticket {first} annulé. Pour en prendre un autre, composez {CODE}"
    ]
    assert awa.writes("TICKET")[0].startswith("Ticket B001, ")
    with reading() as db:
        states = dict(db.exec(select(Ticket.label, Ticket.state)).all())
    assert states == {"A001": "cancelled", "B001": "waiting"}


def test_a_ticket_that_is_not_one_s_own_is_not_given_up(awa, connected):
    connected.take_ticket("+221770000061")
    awa.takes_ticket()
    assert awa.writes("ANNULER A001")[0].startswith("Quel ticket ?")
    with reading() as db:
        assert set(db.exec(select(Ticket.state))) == {"waiting"}


# -- dossiers -------------------------------------------------------------------------------------


def dossier(number: str) -> demo_office.Dossier:
    [found] = [one for _, one in demo_office._dossiers() if one.phone == number]
    return found


def test_the_holder_of_one_dossier_needs_no_number(moussa):
    [reply] = moussa.writes("STATUT")
    tail = dossier(moussa.number).reference[-4:]
    assert reply.startswith(f"Dossier {tail} recu, Mairie. ")
    assert reply.endswith(f". Pour suivre, composez {CODE}")


def test_a_dossier_is_found_by_its_number_in_any_grouping(moussa):
    number = dossier(moussa.number).reference
    [reply] = moussa.writes(f"statut {number[:2]} {number[2:5]}-{number[5:]}")
    assert reply.startswith(f"Dossier {number[-4:]} recu")


def test_on_another_phone_a_dossier_that_exists_and_one_that_does_not_sound_the_same(awa):
    [there] = awa.writes(f"STATUT {dossier('+221770000003').reference}")
    an_hour_passes()
    with writing() as db:  # the same words again within five minutes would not be sent again
        db.exec(update(inbound.outbox.Message).values(sent_at=datetime(2020, 1, 1, tzinfo=UTC)))
    [not_there] = awa.writes(f"STATUT {with_check('99999999')}")
    assert there == not_there
    assert there == (
        f"Rien par SMS pour ce numéro sur ce téléphone. Composez {CODE} avec votre recu."
    )


@pytest.mark.parametrize("text", ["STATUT", "STATUT 12", "STATUT 1234567890"])
def test_without_a_right_number_one_is_asked_for_it(awa, text):
    assert awa.writes(text) == [
        f"Ecrivez STATUT et les 10 chiffres du numéro sur votre recu. Ou composez {CODE}"
    ]


def test_who_holds_two_dossiers_is_asked_for_the_number(connected, africastalking):
    holder = Citizen(connected, africastalking, "+221770000001")
    assert holder.writes("status")[0].startswith("Ecrivez STATUT et les 10 chiffres")


# -- language, help, what is not understood -------------------------------------------------------


def test_help_says_what_can_be_sent(awa):
    [reply] = awa.writes("aide svp")
    assert "STATUT" in reply
    assert reply.endswith(f"Ou composez {CODE}")


def test_a_stranger_is_answered_in_the_language_of_the_word(awa):
    assert awa.writes("HELP")[0].startswith("Send TICKET")


def test_the_language_is_chosen_and_everything_follows(awa, connected):
    assert awa.writes("LANGUE SW") == ["Sawa: SMS zako na menyu zitakuwa kwa Kiswahili."]
    assert awa.writes("TICKET")[0].startswith("Huna tiketi leo.")
    assert "1 Chukua tiketi" in connected.phone(awa.number).dial().text


def test_a_language_chosen_by_sms_reaches_a_menu_that_was_just_dialled(awa, connected):
    assert "1 Prendre un ticket" in connected.speaking(awa.number).enter("00").text
    awa.writes("LANGUAGE EN")
    assert "1 Take a ticket" in connected.phone(awa.number).dial().text


def test_an_unknown_language_is_asked_for_again(awa):
    assert awa.writes("LANGUE klingon")[0].startswith("Ecrivez LANGUE et votre choix")
    with reading() as db:
        assert find(db, awa.number) is None


def test_what_is_not_understood_is_helped_once_an_hour(awa):
    assert awa.writes("bonjour") == [
        "SMS non compris. Ecrivez AIDE pour savoir quoi écrire, STOP pour arreter, "
        f"ou composez {CODE}"
    ]
    assert awa.writes("il y a quelqu'un ?") == []
    an_hour_passes()
    with writing() as db:
        db.exec(update(inbound.outbox.Message).values(sent_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert len(awa.writes("bonjour ?")) == 1
    assert {one.keyword for one in kept()} == {"UNKNOWN"}


def test_one_who_only_asks_is_not_made_a_citizen(awa):
    for text in ("bonjour", "AIDE", "TICKET", "STATUT", "STOP", "EMAIL STOP"):
        awa.writes(text)
    with reading() as db:
        assert find(db, awa.number) is None


# -- no talk between machines ---------------------------------------------------------------------


def test_replies_to_one_number_are_few_an_hour_and_effects_are_not(awa, caplog):
    asked = ["AIDE", "TICKET", "STATUT", "LANGUE", "LANGUE EN", "LANGUE FR", "LANGUE WO", "EMAIL"]
    heard = [len(awa.writes(text)) for text in asked]
    assert heard == [1, 1, 1, 1, 1, 1, 0, 0]
    with reading() as db:
        assert find(db, awa.number).language == "wo"  # heeded, without a word
    assert "+25470•••••50" in caplog.text
    assert awa.number not in caplog.text
    an_hour_passes()
    assert len(awa.writes("AIDE")) == 1


@pytest.mark.parametrize("sender", ["21512", "GUICHET", "MTN Info", "", "+21512"])
def test_machines_are_not_answered(connected, africastalking, sender):
    machine = Citizen(connected, africastalking, sender)
    machine.sends("AIDE")
    connected.work()
    assert africastalking.sent == []
    assert kept()[0].handled_at is not None


def test_our_own_sender_is_not_answered(open_office, africastalking):
    ours = "+254700000099"
    office = open_office(
        AT_API_KEY=africastalking.api_key, AT_BASE_URL=africastalking.url, AT_SENDER_ID=ours
    )
    assert Citizen(office, africastalking, ours).writes("AIDE") == []


def test_one_who_writes_to_oneself_is_not_answered(awa):
    assert awa.writes("AIDE", to=awa.number) == []


# -- once, and in order ---------------------------------------------------------------------------


def test_the_same_sms_twice_is_one(awa):
    assert len(awa.writes("AIDE", id="ATX-1")) == 1
    assert awa.writes("AIDE", id="ATX-1") == []
    assert len(kept()) == 1


def test_without_an_id_the_same_fields_are_the_same_sms(awa):
    awa.sends("LANGUE EN", id="")
    awa.sends("LANGUE EN", id="")
    awa.sends("LANGUE EN", id="", date="2017-05-03 06:05:00")
    assert len(kept()) == 2


def test_what_one_number_writes_is_heeded_in_order(awa):
    for text in ("LANGUE EN", "LANGUE SW", "STOP", "START", "LANGUE PT"):
        awa.sends(text)
    awa.hears()
    with reading() as db:
        assert find(db, awa.number).language == "pt"
        assert consent.unwanted(db, awa.number) == set()
    assert [one.keyword for one in kept()] == ["LANGUE", "LANGUE", "STOP", "START", "LANGUE"]


def test_several_workers_at_once_heed_each_sms_once(awa, connected, africastalking):
    numbers = [f"+2547000001{number:02d}" for number in range(12)]
    for number in numbers:
        for text in ("LANGUE SW", "LANGUE EN"):
            Citizen(connected, africastalking, number).sends(text)
    threads = [threading.Thread(target=inbound.handle) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inbound.handle()
    connected.work()
    assert len({one.reply_key for one in kept()}) == 24
    with reading() as db:
        assert {find(db, number).language for number in numbers} == {"en"}


def test_an_sms_that_breaks_its_handler_holds_up_nobody(awa, monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(inbound.reply_to.__globals__["_answers"], "TICKET", broken)
    awa.sends("TICKET")
    assert len(awa.writes("AIDE")) == 1
    assert [one.keyword for one in kept()] == ["failed", "AIDE"]
    assert any(record.levelno == logging.ERROR for record in caplog.records)


def test_a_lost_job_is_made_up_for_by_the_clock(awa, connected):
    awa.sends("AIDE")
    connected.redis.flushall()
    connected.work()
    assert kept()[0].handled_at is None
    inbound.handle()
    assert len(awa.hears()) == 1


def test_a_number_that_writes_can_be_reached(awa):
    with writing() as db:
        consent.mark_number(db, fingerprint(awa.number), "InvalidPhoneNumber", "africastalking")
    assert len(awa.writes("AIDE")) == 1
    with reading() as db:
        assert db.exec(select(BadNumber)).all() == []


def test_no_number_and_no_word_is_logged(awa, caplog):
    caplog.set_level(logging.DEBUG)
    awa.writes("bonjour monsieur")
    awa.writes("EMAIL awa@example.org")
    for secret in (awa.number, awa.number[1:], "monsieur", "awa@example", "/demo/"):
        assert secret not in caplog.text
