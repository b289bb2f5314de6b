"""A session that dropped is taken up where it stood, without what was secret in it."""

import pytest
from sqlmodel import select

from cases.models import Case
from database import reading, writing
from demo import office as demo_office
from menus import versions
from menus.library import shipped
from queues.models import Ticket

OFFER = "Reprendre où vous étiez ?\n1 Continuer\n2 Recommencer"


def dossier(status: str) -> dict:
    return next(one for one in demo_office.facts()["dossiers"] if one["status"] == status)


def again(office, number: str = "+221770000050", **more):
    phone = office.phone(number, **more)
    phone.dial()
    return phone


def test_one_who_comes_back_goes_on_at_the_same_step(office):
    phone = office.speaking()
    for entry in ("1", "1"):
        screen = phone.enter(entry)
    assert "Quel service ?" in screen.text
    back = again(office)
    assert OFFER in back.screen.text
    assert back.enter("1").text == screen.text
    assert "Devant vous : 0" in back.enter("1").text
    assert "Ticket A001" in back.enter("1").text


def test_one_who_would_rather_begin_anew_does(office):
    for entry in ("2", "0", "00"):
        office.speaking().enter("1")
        back = again(office)
        assert OFFER in back.screen.text
        assert "1 Prendre un ticket" in back.enter(entry).text
        assert "1 Mairie" in back.enter("1").text


def test_a_wrong_answer_is_asked_again(office):
    office.speaking().enter("1")
    back = again(office)
    screen = back.enter("7")
    assert "Choix inconnu." in screen.text
    assert "1 Continuer" in screen.text
    assert "1 Mairie" in back.enter("1").text


def test_where_nothing_would_be_lost_nothing_is_asked(office):
    office.speaking()  # at home
    assert "1 Prendre un ticket" in again(office).screen.text
    back = again(office)
    back.enter("5")
    back.enter("5")  # at the help
    assert "1 Prendre un ticket" in again(office).screen.text
    office.take_ticket()  # at its end
    assert "1 Prendre un ticket" in again(office).screen.text


def test_a_newcomer_who_dropped_at_the_language_is_asked_for_it(office):
    office.phone().dial()
    assert "Langue / Language" in again(office).screen.text


def test_who_drops_at_the_question_and_comes_back_is_asked_once_more(office):
    office.speaking().enter("1")
    again(office)
    back = again(office)
    assert OFFER in back.screen.text
    assert "1 Mairie" in back.enter("1").text


def test_a_long_dial_knows_where_it_goes(office):
    office.speaking().enter("1")
    assert "Numéro du dossier" in office.phone().dial(shortcut="2").text


def test_a_pin_has_to_be_typed_again(office):
    one = dossier("in_progress")
    phone = office.speaking()
    for entry in ("2", one["reference"], str(one["birth_year"])):
        screen = phone.enter(entry)
    assert "Code PIN" in screen.text
    assert one["reference"][-4:] in phone.enter(one["pin"]).text
    phone.enter("0")
    back = again(office)
    if OFFER in back.screen.text:
        back.enter("1")
    assert one["reference"][-4:] not in back.screen.text


def test_a_secret_is_never_part_of_what_is_kept(office):
    one = dossier("in_progress")
    phone = office.speaking()
    for entry in ("2", one["reference"], str(one["birth_year"]), one["pin"]):
        phone.enter(entry)
    kept = b"".join(office.redis.get(key) or b"" for key in office.redis.keys("*:ussd:*"))
    assert one["pin"].encode() not in kept


def test_where_another_menu_is_live_by_now_that_one_is_shown(office):
    office.speaking().enter("1")
    [file] = shipped().values()
    made = versions.written(file.replace("go: help}", "go: help}  # as before"))
    with writing() as db:
        versions.save_draft(db, made, "Awa")
        versions.publish(db, versions.vet(db, "keur-exemple", "Awa"), "Awa", "a note")
    office.library.refresh()
    assert "1 Prendre un ticket" in again(office).screen.text


def test_after_the_time_to_resume_nothing_is_asked(open_office):
    office = open_office(SESSION_SECONDS="20", RESUME_SECONDS="0")
    office.speaking().enter("1")
    for key in office.redis.keys("*:ussd:*"):
        assert 0 < office.redis.ttl(key) <= 20
        office.redis.pexpire(key, 0)
    assert "1 Prendre un ticket" in again(office).screen.text


@pytest.mark.parametrize("language", [str(number) for number in range(1, 9)])
def test_the_question_fits_a_first_screen_in_every_language(office, language):
    office.speaking(language=language).enter("1")
    screen = again(office).screen
    assert "98" not in screen.text
    assert screen.measure.units <= (140 if screen.measure.encoding == "GSM-7" else 61)


def test_nobody_is_offered_another_s_session(office):
    office.speaking("+221770000050").enter("1")
    office.speaking("+221770000051")
    assert OFFER not in again(office, "+221770000051").screen.text


def test_a_resumed_session_takes_one_ticket(office):
    phone = office.speaking()
    for entry in ("1", "1", "1"):
        phone.enter(entry)
    for _ in range(2):
        back = again(office)
        back.enter("1")
        back.enter("1")
        back.repeat()
    with reading() as db:
        assert len(db.exec(select(Ticket)).all()) == 1
        assert db.exec(select(Case)).first() is not None
