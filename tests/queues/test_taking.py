"""Tickets as citizens take them by phone: for themselves, for others, for later, and why not."""

import re

from sqlmodel import select

from citizens.directory import find
from database import reading
from queues.models import Ticket
from sms.models import Message
from tests.queues import hall

AWA, MODOU = "+221770000050", "+221770000061"
TO_CONFIRM = ("1", "1", "1")


def told(number: str) -> list[str]:
    """What was posted to a number, in order."""
    with reading() as db:
        rows = db.exec(select(Message).order_by(Message.id))
        return [row.body for row in rows if row.address == number]


def at_confirm(office, number: str = AWA, *entries: str):
    phone = office.speaking(number)
    for entry in (*TO_CONFIRM, *entries):
        phone.enter(entry)
    return phone


def travel_of(number: str) -> int | None:
    with reading() as db:
        return find(db, number).travel_minutes


# -- the lists say how many wait ------------------------------------------------------------------


def test_the_lists_say_how_many_wait_and_how_long(office):
    hall.open_counter(minutes=10)
    for n in range(3):
        office.take_ticket(f"+22177000007{n}")
    phone = office.speaking()
    [wait] = re.findall(r"1 Mairie: 3, (\d+-\d+ min)", phone.enter("1").text)
    services = phone.enter("1").text
    assert f"1 Etat civil: 3, {wait}" in services
    assert "2 Retrait de papiers: 0, sans guichet" in services
    assert f"Devant vous : 3, {wait}" in phone.enter("1").text


def test_an_office_that_is_closed_says_so_in_the_list(office):
    hall.closed_today()
    phone = office.speaking()
    assert "1 Mairie: fermé" in phone.enter("1").text
    assert "1 Etat civil: fermé" in phone.enter("1").text


def test_the_waits_are_said_in_the_citizen_s_language(office):
    hall.open_counter(minutes=10)
    phone = office.speaking(language="2")
    assert re.search(r": 0, \d+-\d+ min", phone.enter("1").text)
    assert ": 0, no counter" in phone.enter("1").text
    assert re.search(r"Ahead of you: 0, \d+-\d+ min", phone.enter("1").text)


# -- for oneself ----------------------------------------------------------------------------------


def test_the_way_is_asked_once_and_remembered(office):
    assert "Votre trajet jusqu'au bureau ?" in office.take_ticket(AWA, travel="2")
    assert travel_of(AWA) == 30
    assert hall.ticket_of(AWA).travel_minutes == 30
    phone = office.speaking(AWA)
    for entry in ("1", "1", "2"):
        phone.enter(entry)
    last = phone.enter("1")
    assert "Ticket B001" in last.text
    assert "Un SMS vous est envoyé." in last.text
    assert not last.goes_on
    assert hall.ticket_of(AWA).travel_minutes == 30


def test_who_hangs_up_at_the_question_has_the_ticket_and_is_not_asked_to_go_on(office):
    assert "Ticket A001" in office.take_ticket(AWA)
    assert [body.split(",")[0] for body in told(AWA)] == ["Ticket A001"]
    assert "A001: 0, sans guichet" in office.phone(AWA).dial().text


def test_nobody_goes_back_from_a_ticket_into_its_question(office):
    phone = at_confirm(office)
    phone.enter("1")
    assert "1 Prendre un ticket" in phone.enter("0").text


def test_the_way_can_be_changed(office):
    office.take_ticket(AWA, travel="1")
    phone = office.speaking(AWA)
    for entry in ("5", "3"):
        phone.enter(entry)
    assert "C'est noté." in phone.enter("3").text
    assert (travel_of(AWA), hall.ticket_of(AWA).travel_minutes) == (60, 60)


def test_the_sms_says_the_wait_that_the_screen_said(office):
    hall.open_counter(minutes=10)
    office.take_ticket(MODOU)
    screen = office.take_ticket(AWA)
    [wait] = re.findall(r"Devant vous : (1, \d+-\d+ min)", screen)
    assert f"Devant vous : {wait}." in told(AWA)[0]


# -- for another ----------------------------------------------------------------------------------


def test_one_who_has_a_phone_hears_of_a_ticket_taken_for_them(office):
    phone = at_confirm(office, AWA, "2", "1")
    last = phone.enter("77 000 00 61")
    assert "Ticket A001 pour un autre" in last.text
    assert not last.goes_on
    [sms] = told(MODOU)
    assert sms.startswith("Ticket A001 pris pour vous par +22177-----50. Mairie, Etat civil.")
    assert "Pour refuser, composez *384*50#" in sms
    assert told(AWA) == []


def test_where_sms_can_be_answered_a_ticket_is_refused_by_one(office):
    at_confirm(office, AWA, "2", "1").enter("+254700000051")
    assert "Pour refuser, écrivez ANNULER A001" in told("+254700000051")[0]


def test_a_ticket_that_another_took_is_seen_and_refused_and_the_other_hears_of_it(office):
    at_confirm(office, AWA, "2", "1").enter("770000061")
    phone = office.speaking(MODOU)
    phone.dial()
    assert "Ticket A001, Mairie" in phone.enter("6").text
    assert "Renoncer au ticket A001 ?" in phone.enter("2").text
    assert "Ticket A001 annulé." in phone.enter("1").text
    assert [one.state for one in hall.tickets()] == ["cancelled"]
    assert told(AWA)[-1].startswith("Ticket A001, Mairie : la personne l'a refusé.")
    assert "Mon ticket" not in office.speaking(MODOU).dial().text
    assert "Mon ticket" not in office.speaking(AWA).dial().text


def test_the_other_hears_that_a_ticket_is_wanted_no_more(office):
    at_confirm(office, AWA, "2", "1").enter("770000061")
    phone = office.speaking(AWA)
    phone.dial()
    for entry in ("6", "2", "1"):
        phone.enter(entry)
    assert told(MODOU)[-1].startswith("Ticket A001 annulé.")


def test_that_somebody_has_a_ticket_is_all_that_is_told(office):
    office.take_ticket(MODOU)
    screen = at_confirm(office, AWA, "2", "1").enter("770000061")
    assert "Cette personne a déjà un ticket pour ce service." in screen.text
    assert "A001" not in screen.text
    assert "0 Retour" in screen.text


def test_one_s_own_number_is_told_from_another_s(office):
    phone = at_confirm(office, AWA, "2", "1")
    assert "C'est votre numéro." in phone.enter("770000050").text
    assert "Ticket A001" in phone.enter("1").text
    assert hall.tickets()[0].taken_by_id is None


def test_one_without_a_phone_is_told_through_who_takes_the_ticket(office):
    last = at_confirm(office, AWA, "2").enter("2")
    assert "Ticket A001 pour un autre" in last.text
    [ticket] = hall.tickets()
    assert (ticket.citizen_id, ticket.taken_by_id is not None) == (None, True)
    assert told(AWA)[0].startswith("Ticket A001, Mairie, Etat civil.")
    assert "A001: 0, sans guichet" in office.phone(AWA).dial().text


def test_a_phone_takes_so_many_for_others_and_no_more(office):
    for _ in range(5):
        at_confirm(office, AWA, "2", "2")
    assert "Trop de tickets pris pour d'autres." in at_confirm(office, AWA, "2").enter("2").text
    for n in range(5):
        at_confirm(office, AWA, "2", "1").enter(f"77000008{n}0")
    screen = at_confirm(office, AWA, "2", "1").enter("770000890")
    assert "Trop de tickets pris pour d'autres." in screen.text
    assert told("+221770000890") == []


def test_who_has_a_ticket_takes_another_for_somebody_else(office):
    office.take_ticket(AWA)
    phone = office.speaking(AWA)
    phone.dial()
    for entry in TO_CONFIRM:
        screen = phone.enter(entry)
    assert "Vous avez déjà le ticket A001" in screen.text
    phone.enter("2")
    assert "Ticket A002 pour un autre" in phone.enter("2").text
    phone = office.phone(AWA)
    assert "A002: 1, " in phone.dial().text
    tickets = phone.enter("6").text
    assert "1 A002 Etat civil: 1, sans guichet" in tickets
    assert "2 A001 Etat civil: 0, sans guichet" in tickets


# -- for later ------------------------------------------------------------------------------------


def test_an_appointment_is_a_day_and_a_time(office):
    hall.change(slot_places=1, slot_minutes=60)
    phone = at_confirm(office)
    days = phone.enter("3").text
    assert "Quel jour ?" in days
    assert "Demain" in days
    [key] = [line.split()[0] for line in days.splitlines() if line.endswith("Demain")]
    assert "1 00:00" in phone.enter(key).text
    assert "Rendez-vous pour qui ?" in phone.enter("2").text
    last = phone.enter("1")
    day = hall.tomorrow()
    assert f"Rendez-vous le {day:%d/%m} 01:00" in last.text
    assert "Ticket A001" in last.text
    assert not last.goes_on
    assert told(AWA)[0].startswith(f"Rendez-vous le {day:%d/%m} 01:00, Mairie, Etat civil.")
    [ticket] = hall.tickets()
    assert (ticket.appointment, ticket.day) == (True, day.date())
    now = office.phone(AWA)
    assert f"A001: le {day:%d/%m} 01:00" in now.dial().text
    assert f"Rendez-vous le {day:%d/%m} 01:00\nTicket A001" in now.enter("6").text


def test_a_time_that_another_was_quicker_to_take_is_gone(office):
    hall.change(slot_places=1, slot_minutes=60)
    phones = [at_confirm(office, number, "3", "2", "1") for number in (AWA, MODOU)]
    assert "Rendez-vous le " in phones[0].enter("1").text
    screen = phones[1].enter("1")
    assert "Cette heure n'est plus libre. Prochaine fois : " in screen.text
    assert "1 Autre heure" in screen.text
    assert "Quel jour ?" in phones[1].enter("1").text


def test_where_nothing_can_be_booked_a_ticket_for_now_is_offered(office):
    screen = at_confirm(office).enter("3")
    assert "Mairie, Etat civil : pas de rendez-vous. Un ticket ?" in screen.text
    assert "1 Pour moi" in screen.text


# -- why there is none ----------------------------------------------------------------------------


def test_a_closed_office_says_when_it_opens_and_what_can_be_booked(office):
    hall.closed_today()
    hall.change(slot_places=1)
    phone = office.speaking()
    for entry in TO_CONFIRM:
        screen = phone.enter(entry)
    assert f"Mairie : fermé. Ouvre le {hall.tomorrow():%d/%m} 00:00." in screen.text
    assert "1 Demain" in phone.enter("1").text


def test_a_service_without_any_quota_is_on_no_phone_and_promises_no_other_day(office):
    phone = at_confirm(office)
    hall.change(quota=0, slot_places=1)
    assert "Etat civil : plus de ticket." in phone.enter("1").text
    phone = office.speaking(MODOU)
    for entry in TO_CONFIRM[:2]:
        screen = phone.enter(entry)
    assert "1 Retrait de papiers" in screen.text


def test_a_service_that_is_full_says_the_next_time(office):
    hall.change(quota=1)
    office.take_ticket(MODOU)
    phone = office.speaking(AWA)
    for entry in TO_CONFIRM:
        screen = phone.enter(entry)
    assert f"complet. Prochaine fois : {hall.tomorrow():%d/%m} 00:00" in screen.text
    assert "pas de rendez-vous. Ouvre le" in phone.enter("1").text


def test_what_becomes_full_between_two_screens_is_told(office):
    hall.change(quota=1)
    phone = at_confirm(office, AWA)
    office.take_ticket(MODOU)
    assert "complet. Prochaine fois" in phone.enter("1").text


def test_a_queue_that_today_is_too_short_for_says_the_next_time(office, monkeypatch):
    monkeypatch.setattr("queues.tickets._ends_too_late", lambda *_: True)
    phone = office.speaking(AWA)
    for entry in TO_CONFIRM:
        screen = phone.enter(entry)
    assert "trop tard aujourd'hui. Prochaine fois : " in screen.text
    assert "1 Plus tard" in screen.text


def test_an_office_that_nobody_knows_the_hours_of_is_a_case_for_the_town_hall(office):
    hall.never_open()
    phone = office.speaking(AWA)
    for entry in TO_CONFIRM:
        screen = phone.enter(entry)
    assert "Mairie : fermé. Appelez la mairie." in screen.text
    assert "00 Accueil" in screen.text


# -- what is done with a ticket -------------------------------------------------------------------


def test_who_is_late_lets_others_go_first_once(office):
    for number in (AWA, MODOU, "+221770000062"):
        office.take_ticket(number)
    phone = office.phone(AWA)
    phone.dial()
    phone.enter("6")
    assert "quelques personnes passent avant vous" in phone.enter("1").text
    phone = office.phone(AWA)
    assert "A001: 2, sans guichet" in phone.dial().text
    phone.enter("6")
    assert "déjà laissé passer votre tour" in phone.enter("1").text


def test_who_is_called_is_told_where_to_go(office):
    office.take_ticket(AWA)
    counter = hall.open_counter(number=7)
    phone = office.phone(AWA)
    phone.dial()
    phone.enter("6")
    hall.call(counter)
    assert "Ticket A001 : guichet 7, allez-y." in phone.enter("1").text  # too late to be late
    assert "A001: guichet 7, venez" in office.phone(AWA).dial().text


def test_who_missed_the_call_comes_back_within_the_grace_period(office):
    office.take_ticket(AWA)
    counter = hall.open_counter()
    hall.call(counter)
    hall.at_counter("no_show", counter)
    phone = office.phone(AWA)
    assert "A001: appelé, revenez" in phone.dial().text
    assert "Venez d'ici 30 min." in phone.enter("6").text
    assert "vous serez appelé bientot" in phone.enter("1").text
    assert hall.ticket_of(AWA).state == "waiting"


def test_who_comes_back_too_late_is_offered_another_ticket(office):
    office.take_ticket(AWA)
    counter = hall.open_counter()
    hall.call(counter)
    hall.at_counter("no_show", counter)
    phone = office.phone(AWA)
    phone.dial()
    phone.enter("6")
    hall.later(hall.ticket_of(AWA), 31)
    assert "Trop tard pour ce ticket." in phone.enter("1").text
    assert "Quel bureau ?" in phone.enter("1").text


def test_at_the_counter_there_is_nothing_more_to_do(office):
    office.take_ticket(AWA)
    counter = hall.open_counter()
    hall.call(counter)
    hall.at_counter("start", counter)
    phone = office.phone(AWA)
    assert "A001: au guichet" in phone.dial().text
    assert "vous etes au guichet." in phone.enter("6").text
    hall.at_counter("hold", counter)
    assert "mis de coté" in office.phone(AWA).dial().text


def test_a_ticket_is_kept_if_one_says_no(office):
    office.take_ticket(AWA)
    phone = office.phone(AWA)
    phone.dial()
    for entry in ("6", "2"):
        phone.enter(entry)
    assert "1 Prendre un ticket" in phone.enter("2").text
    assert isinstance(hall.ticket_of(AWA), Ticket)
    assert hall.ticket_of(AWA).state == "waiting"
