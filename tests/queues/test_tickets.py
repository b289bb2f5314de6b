"""Ticket numbers: no gap, no double, one live ticket per person, service and day."""

import threading
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from citizens.directory import find_or_add
from database import reading, writing
from queues import tickets
from queues.models import Office, Opening, Service, Ticket, TicketCounter, TicketEvent
from queues.overview import overview

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


def service_id(prefix: str = "A", office: str = "mairie") -> int:
    with reading() as db:
        query = select(Service).join(Office).where(Office.code == office, Service.prefix == prefix)
        return db.exec(query).one().id


def issue(number: str, service: int, now: datetime = MONDAY) -> Ticket:
    with writing() as db:
        citizen = find_or_add(db, number)
        return tickets.take(db, tickets.Request(service, citizen_id=citizen.id), now)


def test_numbers_run_on_per_service_and_day(office):
    births, papers = service_id("A"), service_id("B")
    given = [issue(f"+2217711100{n:02d}", births).label for n in range(3)]
    assert given == ["A001", "A002", "A003"]
    assert issue("+221771110050", papers).label == "B001"
    tuesday = datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert issue("+221771110051", births, tuesday).label == "A001"


def test_the_day_is_the_office_s_own(open_office):
    open_office(TIMEZONE="Pacific/Auckland")  # at 10:00 UTC on Monday it is 23:00 there
    assert issue("+221771110001", service_id()).day.isoformat() == "2026-11-23"
    late = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert issue("+221771110002", service_id(), late).day.isoformat() == "2026-11-24"


def test_numbers_above_999_keep_their_digits(office):
    with writing() as db:
        db.add(TicketCounter(service_id=service_id(), day=MONDAY.date(), last=999))
    assert issue("+221771110001", service_id()).label == "A1000"


def test_a_ticket_begins_its_history(office):
    ticket = issue("+221771110001", service_id())
    with reading() as db:
        [event] = db.exec(select(TicketEvent))
    assert (event.ticket_id, event.kind, event.at) == (ticket.id, "joined", MONDAY)


def test_forty_people_at_once_get_forty_numbers(office):
    service = service_id()
    together = threading.Barrier(8)
    problems: list[Exception] = []

    def take(worker: int) -> None:
        together.wait()
        for n in range(5):
            try:
                issue(f"+22177222{worker:02d}{n:02d}", service)
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=take, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with reading() as db:
        numbers = sorted(db.exec(select(Ticket.number)))
    assert numbers == list(range(1, 41))


def test_a_ticket_that_is_not_given_takes_no_number(office):
    service = service_id()
    with pytest.raises(ZeroDivisionError), writing() as db:
        citizen = find_or_add(db, "+221771110001")
        tickets.take(db, tickets.Request(service, citizen_id=citizen.id), MONDAY)
        raise ZeroDivisionError
    assert issue("+221771110002", service).label == "A001"


def test_who_holds_a_ticket_takes_no_other_number(office):
    service = service_id()
    held = issue("+221771110001", service)
    for now in (MONDAY, MONDAY.replace(hour=23)):  # also when there would be none: it has closed
        with pytest.raises(tickets.AlreadyHeld) as refused:
            issue("+221771110001", service, now)
        assert str(refused.value) == held.label
    with writing() as db, pytest.raises(tickets.AlreadyHeld):
        citizen = find_or_add(db, "+221771110001")
        tickets.take(db, tickets.Request(service, citizen_id=citizen.id), MONDAY)
    assert issue("+221771110002", service).label == "A002"


def test_people_ahead_are_those_who_came_before_and_still_wait(office):
    service = service_id()
    first, second, third = (issue(f"+22177111000{n}", service) for n in range(3))
    with writing() as db:
        gone = db.get(Ticket, first.id)
        gone.state = "done"
    assert tickets.ahead(third, MONDAY) == 1
    assert tickets.ahead(second, MONDAY) == 0
    assert overview(MONDAY).of_service(service).waiting(service) == 2


def close_town_hall() -> None:
    with writing() as db:
        town_hall = db.exec(select(Office).where(Office.code == "mairie")).one()
        for opening in db.exec(select(Opening).where(Opening.office_id == town_hall.id)):
            db.delete(opening)


def test_an_office_that_is_closed_gives_no_ticket_and_says_so(office):
    close_town_hall()
    assert "Mairie : ferme. Appelez la mairie." in office.take_ticket().replace("é", "e")
    with reading() as db:
        assert db.exec(select(Ticket)).all() == []


def test_an_office_that_closes_between_two_screens_gives_no_ticket(office):
    phone = office.speaking()
    for entry in ("1", "1", "1"):
        phone.enter(entry)
    close_town_hall()
    assert "fermé" in phone.enter("1").text
    with reading() as db:
        assert db.exec(select(Ticket)).all() == []


def test_an_office_that_is_closed_says_when_it_opens(office, monkeypatch):
    with writing() as db:
        town_hall = db.exec(select(Office).where(Office.code == "mairie")).one()
        now = datetime.now(UTC)
        for opening in db.exec(select(Opening).where(Opening.office_id == town_hall.id)):
            if opening.weekday == now.weekday():
                opening.closes = 0  # closed today, open tomorrow from midnight
    assert "Ouvre le" in office.take_ticket()
