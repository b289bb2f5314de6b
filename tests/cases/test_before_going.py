"""Before one goes: papers, the exact price, delay, which office; what is unsure is not shown."""

import pytest
from sqlmodel import select

from cases.kinds.shape import Paper, Procedure
from cases.models import ProcedureRow
from database import reading, writing
from sms import consent
from tests.cases.agency import AWA, said, sent

MAIRIE, PREFECTURE = "1", "2"
WHERE, BY_SMS = "1", "2"


def change(code: str, **more: object) -> None:
    with writing() as db:
        row = db.exec(select(ProcedureRow).where(ProcedureRow.code == code)).one()
        known = Procedure.model_validate_json(row.definition).model_dump()
        row.definition = Procedure.model_validate({**known, **more}).model_dump_json()
        row.revision += 1


def asks(office, bureau: str = MAIRIE, which: str = "1"):
    phone = office.speaking(AWA)
    for entry in ("3", bureau):
        phone.enter(entry)
    text = phone.enter(which).text
    if "98 Suite" in text:
        text += phone.enter("98").text
    return phone, text


def by_sms(office, **of: str) -> str:
    phone, _ = asks(office, **of)
    phone.enter("1")
    assert "Un SMS vous est envoyé." in phone.enter(BY_SMS).text
    return said(AWA)[-1]


def test_papers_price_and_delay_without_a_dossier(office):
    _, text = asks(office)
    assert "Apportez : volet 1, livret, ancien extrait ou no et année" in text
    assert "Prix : 300 FCFA, rien d'autre" in text
    assert "Délai : le jour meme" in text


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("birth", "au lieu de naissance"),
        ("residence", "au lieu où vous habitez"),
        ("event", "au lieu de l'événement"),
        ("any", "au bureau de votre choix"),
    ],
)
def test_which_office_is_competent_is_said_with_those_that_there_are(office, place, words):
    change("extrait", place=place)
    phone, _ = asks(office)
    phone.enter("1")
    text = phone.enter(WHERE).text
    assert f"Bureau : {words}." in text
    assert "Ici : Mairie, Mairie annexe" in text


@pytest.mark.parametrize(
    ("unsure", "hidden"),
    [("fee", "300"), ("papers", "volet"), ("delay", "jour"), ("place", "naissance.")],
)
def test_what_is_unsure_is_not_shown_nor_sent(office, unsure, hidden):
    change("extrait", unsure=unsure)
    phone, text = asks(office)
    phone.enter("1")
    where = phone.enter(WHERE).text
    assert "demandez au bureau" in text + where
    assert hidden not in text
    assert hidden not in where
    assert hidden not in by_sms(office)


def test_what_is_sent_has_all_papers_where_they_fit_and_says_not_of_what(office):
    assert by_sms(office) == (
        "Apportez volet 1 ou livret de famille ou ancien extrait ou numéro et année. 300 FCFA, "
        "rien d'autre. Délai : le jour meme."
    )
    message = sent(AWA)[-1]
    assert (message.topic, message.segments) == (None, 1)


LONG = tuple(f"papier numéro {n} de la liste" for n in range(6))


def test_where_all_papers_do_not_fit_the_short_list_is_sent(office):
    change("extrait", papers=(Paper(one_of=LONG),))
    assert by_sms(office).startswith("Apportez volet 1, livret, ancien extrait ou n")


def test_a_delay_that_finds_no_room_is_left_out_and_never_cut(office):
    change("extrait", delay="de quinze à trente jours ouvrables", papers=())
    body = by_sms(office)
    assert "jours" not in body
    assert body.endswith("300 FCFA, rien d'autre.")


def test_fresh_papers_and_copies_are_said(office):
    assert by_sms(office, which="5") == (
        "Apportez 2 x extrait de naissance (moins de 3 mois); CNI des époux et témoins. Rien à "
        "payer. Délai : rendez-vous, un mois avant."
    )


def test_a_price_from_to_and_nothing_to_pay(office):
    phone = office.speaking(AWA)
    for entry in ("3", MAIRIE, "98"):
        phone.enter(entry)
    phone.enter("8")
    phone.enter("1")
    phone.enter(BY_SMS)
    assert "2000-6000 FCFA, rien d'autre" in said(AWA)[-1]
    assert "Rien à payer" in by_sms(office, which="3")


def test_it_is_sent_also_to_one_who_wants_no_sms(connected, africastalking):
    with writing() as db:
        for topic in ("tickets", "dossiers", "surveys"):
            consent.switch(db, AWA, topic, "ussd")
    by_sms(connected)
    connected.work()
    assert sent(AWA)[-1].state not in ("opted_out", "queued")


def test_where_nothing_is_known_one_is_not_stuck(office):
    with writing() as db:
        for row in db.exec(select(ProcedureRow)):
            db.delete(row)
    phone = office.speaking(AWA)
    text = phone.enter("3").text
    for way_on in ("1 Autre bureau", "2 Prendre un ticket", "3 Aide"):
        assert way_on in text
    assert "Quel bureau ?" in phone.enter("2").text
    with reading() as db:
        assert db.exec(select(ProcedureRow)).all() == []
