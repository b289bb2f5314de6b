"""An appointment to collect a ready paper: a ticket of the office's queue, noted on the dossier."""

import pytest
from sqlmodel import select

import moment
from cases import notices
from cases.models import Case
from database import reading, writing
from queues import tickets
from queues.models import Service, Ticket
from tests.cases.agency import AWA, at, day, history_of, move, now_of, opened, said

BOOK = "5"


@pytest.fixture
def clock(office, monkeypatch):
    stands = [at()]
    monkeypatch.setattr(moment, "now", lambda: stands[0])
    with writing() as db:
        for case in db.exec(select(Case)):
            case.tell_at, case.told, case.since = None, case.version, day(-90)

    def to(minutes: float = 0, days: float = 0) -> None:
        stands[0] = at(minutes, days)

    return to


def ready(**more: object) -> Case:
    case = opened(**more)
    move(case, "ready", 0)
    return case


def choices(office):
    phone = office.speaking(AWA)
    for entry in ("2", "1", "1"):
        screen = phone.enter(entry)
    return phone, screen.text


def book(office) -> str:
    """The first time of the second day that is offered."""
    phone, text = choices(office)
    assert f"{BOOK} Rendez-vous retrait" in text
    assert "Retrait : quel jour ?" in phone.enter(BOOK).text
    phone.enter("2")
    return phone.enter("1").text


def test_it_is_booked_in_the_queue_of_its_office_and_stands_on_the_dossier(office, clock):
    case = ready()
    text = book(office)
    assert "Rendez-vous le 24/11 00:00" in text
    assert "Ticket B001" in text
    with reading() as db:
        [ticket] = db.exec(select(Ticket)).all()
        assert db.get_one(Service, ticket.service_id).prefix == "B"
    assert now_of(case).appointment_at == ticket.callable_from
    assert history_of(case)[-1] == "appointment"
    phone = office.speaking(AWA)
    phone.enter("2")
    text = phone.enter("1").text
    assert f"{case.reference[-4:]} : rendez-vous le 24/11 00:00, Mairie." in text
    assert "300 FCFA, rien d'autre" in text


def test_who_has_just_booked_is_not_told_of_it_a_second_time(office, clock):
    case = ready()
    clock(5)
    notices.tell_news()
    book(office)
    clock(20)
    notices.tell_news()
    assert [body.split(".")[0] for body in said(AWA)] == [
        f"Dossier {case.reference[-4:]} pret",
        "Rendez-vous le 24/11 00:00, Mairie, Retrait de papiers",
    ]


def test_a_ticket_that_is_given_up_is_no_appointment_on_the_dossier(office, clock):
    case = ready()
    book(office)
    with writing() as db:
        tickets.cancel(db, db.exec(select(Ticket)).one(), at(10))
    assert now_of(case).appointment_at is None
    assert history_of(case)[-2:] == ["appointment", "appointment"]
    _, text = choices(office)
    assert "5 Rendez-vous retrait" in text


def test_a_second_appointment_is_the_first_one(office, clock):
    ready()
    book(office)
    case = ready()
    with writing() as db:
        db.get_one(Case, case.id).reminded = 0
    phone = office.speaking(AWA)
    listed = phone.enter("2").text
    key = next(line[0] for line in listed.splitlines() if case.reference[-4:] in line)
    for entry in (key, "1", BOOK, "2"):
        phone.enter(entry)
    assert "le ticket B001" in phone.enter("1").text


def test_where_nothing_is_booked_one_comes_without(office, clock):
    ready(kind="permis-construire")
    phone, _ = choices(office)
    assert "Mairie : pas besoin de rendez-vous." in phone.enter(BOOK).text


def test_what_is_not_ready_any_more_is_not_booked(office, clock):
    case = ready()
    phone, _ = choices(office)
    phone.enter(BOOK)
    phone.enter("2")
    move(case, "handed_over", 1)
    assert "une fois le dossier ouvert" in phone.enter("1").text
    with reading() as db:
        assert db.exec(select(Ticket)).all() == []
