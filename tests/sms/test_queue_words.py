"""TICKET, RETARD, LA and ANNULER by SMS, as citizens of countries with two-way SMS write them."""

import re

import pytest

from tests.queues import hall
from tests.sms.conversation import CODE, Citizen


@pytest.fixture
def awa(connected, africastalking) -> Citizen:
    return Citizen(connected, africastalking)


@pytest.fixture
def moussa(connected, africastalking) -> Citizen:
    return Citizen(connected, africastalking, "+254700000051")


@pytest.mark.parametrize(
    "text", ["TICKET MAIRIE A", "ticket mairie, service a", "Ticket: mairie-A!"]
)
def test_a_ticket_is_taken_by_its_office_and_the_letter_of_its_service(awa, text):
    [reply] = awa.writes(text)
    assert reply.startswith("Ticket A001, Mairie, Etat civil. Devant vous : 0.")
    assert hall.ticket_of(awa.number).state == "waiting"


def test_an_office_is_known_by_its_name_without_accents_and_signs(awa):
    [reply] = awa.writes("TICKET tribunal d instance B")
    assert "Tribunal d'instance" in reply


def test_the_one_who_has_a_ticket_hears_how_it_stands(awa):
    label = awa.takes_ticket()
    assert awa.writes("TICKET MAIRIE A")[0].startswith(f"Ticket {label}, Mairie, Etat civil.")
    assert len(hall.tickets()) == 1


def test_the_range_is_told_where_it_is_known(awa, moussa):
    hall.open_counter(minutes=10)
    moussa.takes_ticket()
    awa.takes_ticket()
    reply = awa.writes("TICKET")[0]
    assert re.search(r"Devant vous : 1, \d+-\d+ min\. Pour y renoncer", reply)


def test_who_names_no_service_hears_its_letters(awa):
    [reply] = awa.writes("TICKET MAIRIE")
    assert reply == (
        "Mairie, quel service ? Ecrivez par exemple TICKET MAIRIE A. Les lettres : A, B, C, D. "
        f"Ou composez {CODE}"
    )
    assert hall.tickets() == []


def test_who_names_no_office_that_there_is_hears_how_to_write_one(awa):
    [reply] = awa.writes("TICKET hopital A")
    assert reply.startswith("Quel bureau ? Ecrivez par exemple TICKET MAIRIE A : le bureau")


def test_an_office_that_gives_none_says_the_next_time(awa):
    hall.closed_today()
    [reply] = awa.writes("TICKET MAIRIE A")
    when = f"{hall.tomorrow():%d/%m} 00:00"
    assert f"pas de ticket maintenant. Prochaine fois : {when}." in reply


def test_an_office_without_hours_is_a_case_for_the_town_hall(awa):
    hall.never_open()
    assert "Appelez la mairie" in awa.writes("TICKET MAIRIE A")[0]


@pytest.mark.parametrize("text", ["RETARD", "Je suis en retard", "retard a 1", "I'm late"])
def test_who_is_late_lets_others_go_first_once(awa, moussa, text):
    label = awa.takes_ticket()
    moussa.takes_ticket()
    assert awa.writes(text) == [
        f"C'est noté, ticket {label} : quelques personnes passent avant vous. Un SMS vous dira "
        "quand venir."
    ]
    assert "Devant vous : 1" in awa.writes("TICKET")[0]
    assert "vous avez déjà laissé passer votre tour une fois" in awa.writes(text)[0]


def test_who_is_called_already_hears_where_to_go(awa):
    label = awa.takes_ticket()
    hall.call(hall.open_counter(number=7))
    awa.hears()
    assert awa.writes("RETARD") == [f"Ticket {label} : c'est à vous. Guichet 7, Mairie."]


@pytest.mark.parametrize("text", ["LA", "Je suis là", "je suis la.", "I am here"])
def test_who_missed_the_call_comes_back(awa, text):
    label = awa.takes_ticket()
    counter = hall.open_counter()
    hall.call(counter)
    hall.at_counter("no_show", counter)
    awa.hears()
    assert "puis écrivez LA" in awa.writes("TICKET")[0]
    assert awa.writes(text) == [
        f"C'est noté, ticket {label} : vous serez appelé bientot. Restez au bureau."
    ]
    assert hall.ticket_of(awa.number).state == "waiting"


def test_who_comes_back_too_late_has_no_ticket(awa):
    awa.takes_ticket()
    counter = hall.open_counter()
    hall.call(counter)
    hall.at_counter("no_show", counter)
    hall.later(hall.ticket_of(awa.number), 31)
    awa.hears()
    assert awa.writes("LA")[0].startswith("Vous n'avez pas de ticket aujourd'hui.")


def test_a_ticket_that_another_took_is_refused(awa, moussa, connected):
    phone = connected.speaking(awa.number)
    for entry in ("1", "1", "1", "2", "1"):
        phone.enter(entry)
    phone.enter(moussa.number)
    [sms] = moussa.hears()
    assert "pris pour vous par +25470-----50" in sms
    assert moussa.writes("ANNULER A001")[0].startswith("Ticket A001 annulé.")
    assert awa.hears()[-1].startswith("Ticket A001, Mairie : la personne l'a refusé.")
    assert [one.state for one in hall.tickets()] == ["cancelled"]


def test_of_several_tickets_one_says_which_is_late(awa, connected):
    awa.takes_ticket()
    phone = connected.speaking(awa.number)
    phone.dial()
    for entry in ("1", "1", "2", "1"):
        phone.enter(entry)
    awa.hears()
    assert awa.writes("RETARD")[0].startswith("Quel ticket ? Ecrivez par exemple RETARD B001")


def test_an_appointment_is_told_by_its_time(awa, connected):
    hall.change(slot_places=1, slot_minutes=60)
    phone = connected.speaking(awa.number)
    for entry in ("1", "1", "1", "3"):
        days = phone.enter(entry).text
    [key] = [line.split()[0] for line in days.splitlines() if line.endswith("Demain")]
    phone.enter(key)
    phone.enter("2")
    phone.enter("1")
    awa.hears()
    when = f"{hall.tomorrow():%d/%m} 01:00"
    assert awa.writes("TICKET")[0].startswith(f"Rendez-vous le {when}, Mairie, Etat civil.")
