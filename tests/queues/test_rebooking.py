"""An appointment gets another time by its holder: the old one is free again, or nothing changed."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from citizens.directory import find_or_add
from database import reading, writing
from queues import checking, events, tickets
from queues.models import Ticket
from queues.moves import NotPossible
from queues.rebooking import rebook
from queues.tickets import Refused, Request
from sms.models import Message
from tests.queues import hall
from tests.queues.day import MORNING, at, service_id, state, take

AWA, MODOU = "+221770000050", "+221770000061"
NINE, TEN = at(24 * 60), at(25 * 60)  # tomorrow


@pytest.fixture
def booked(office):
    """Awa's appointment, one an hour."""
    hall.change(slot_places=1, slot_minutes=60)
    return take(AWA, slot=NINE)


def moving(ticket: Ticket, slot, minutes: float = 1) -> Ticket:
    with writing() as db:
        return rebook(db, db.get(Ticket, ticket.id), slot, at(minutes))


def test_the_new_time_is_taken_and_the_old_one_free(booked):
    moved = moving(booked, TEN)
    assert (state(booked), moved.callable_from, moved.label) == ("cancelled", TEN, "A002")
    assert moved.citizen_id == booked.citizen_id
    assert take(MODOU, 2, slot=NINE).callable_from == NINE
    with pytest.raises(Refused):
        take("+221770000062", 3, slot=TEN)
    with reading() as db:
        assert list(checking.problems(db)) == []
        said = [(one.kind, one.note) for one in events.history(db, booked.id)]
    assert said[-1] == ("cancelled", "another time")


def test_where_the_new_time_is_gone_nothing_has_happened(booked):
    take(MODOU, slot=TEN)
    with writing() as db:
        with pytest.raises(Refused):
            rebook(db, db.get(Ticket, booked.id), TEN, at(1))
        find_or_add(db, "+221770000069")  # what else happens in the transaction stays
    with reading() as db:
        kept = db.get(Ticket, booked.id)
        assert (kept.state, kept.callable_from, kept.steps) == ("waiting", NINE, 1)
        assert [one.kind for one in events.history(db, booked.id)] == ["joined"]
    assert take("+221770000062", 2, slot=at(26 * 60)).label == "A003"  # no number is lost


@pytest.mark.parametrize("minutes", [24 * 60, 25 * 60])
def test_whose_time_has_come_keeps_it(booked, minutes):
    with pytest.raises(NotPossible):
        moving(booked, at(48 * 60), minutes)


def test_a_ticket_for_now_has_no_time_to_change(office):
    ticket = take(AWA)
    with pytest.raises(NotPossible):
        moving(ticket, NINE)


def test_on_a_day_that_is_full_one_s_own_place_is_free_for_oneself(booked):
    hall.change(quota=1)
    day = NINE.date()
    with reading() as db:
        assert tickets.booking_times(db, booked.service_id, day, MORNING) == []
        assert TEN in tickets.booking_times(db, booked.service_id, day, MORNING, without=booked)
    assert moving(booked, TEN).callable_from == TEN


def test_of_many_who_want_the_last_place_one_gets_it(office):
    hall.change(slot_places=1, slot_minutes=60)
    service, together = service_id(), threading.Barrier(6)
    given: list[str] = []

    def book(number: str) -> None:
        together.wait()
        try:
            with writing() as db:
                citizen = find_or_add(db, number)
                request = Request(service, citizen_id=citizen.id, slot=NINE)
                given.append(tickets.take(db, request, MORNING).label)
        except Refused:
            return

    threads = [threading.Thread(target=book, args=(f"+22177333000{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 1
    with reading() as db:
        assert len(db.exec(select(Ticket).where(Ticket.callable_from == NINE)).all()) == 1


# -- by phone -------------------------------------------------------------------------------------


def told(number: str) -> list[tuple[str, str]]:
    with reading() as db:
        rows = db.exec(select(Message).order_by(Message.id))
        return [(one.kind, one.state) for one in rows if one.address == number]


def key_of(what: str, screen: str) -> str:
    [key] = [line.split()[0] for line in screen.splitlines() if line.endswith(what)]
    return key


def book_by_phone(office, number: str, *entries: str):
    """Tomorrow's first time."""
    hall.change(slot_places=1, slot_minutes=60)
    phone = office.speaking(number)
    for entry in ("1", "1", "1"):
        phone.enter(entry)
    phone.enter(key_of("Demain", phone.enter("3").text))
    for entry in ("1", *entries):
        screen = phone.enter(entry)
    return screen


def move_by_phone(office, number: str):
    """To tomorrow's second time, which is the first that is free."""
    office.speaking(number)
    phone = office.phone(number)
    phone.dial()
    assert "3 Autre heure" in phone.enter("6").text
    times = phone.enter(key_of("Demain", phone.enter("3").text)).text
    assert "1 01:00" in times  # the one it has is not offered
    return phone.enter("1")


def test_a_holder_moves_an_appointment_and_hears_of_it(office):
    book_by_phone(office, AWA, "1")
    last = move_by_phone(office, AWA)
    assert f"Nouvelle heure : le {hall.tomorrow():%d/%m} 01:00" in last.text
    assert not last.goes_on
    old, new = hall.tickets()
    assert (old.state, new.state, new.label) == ("cancelled", "waiting", "A002")
    assert new.callable_from - old.callable_from == timedelta(hours=1)
    # What had not left of the old time stays here.
    assert told(AWA) == [("ticket_booked", "expired"), ("ticket_booked", "queued")]


def test_who_booked_for_another_moves_it_and_both_hear_of_it(office):
    book_by_phone(office, AWA, "2", "1", MODOU)
    move_by_phone(office, AWA)
    assert told(AWA) == [("ticket_booked", "queued")]
    assert [one for one, _ in told(MODOU)] == ["ticket_booked_for_you", "ticket_booked_for_you"]
    assert [state_ for _, state_ in told(MODOU)] == ["expired", "queued"]
    assert hall.tickets()[1].taken_by_id is not None


def test_one_for_whom_another_booked_moves_it_alone(office):
    book_by_phone(office, AWA, "2", "1", MODOU)
    move_by_phone(office, MODOU)
    assert told(AWA) == []
    assert told(MODOU)[-1] == ("ticket_booked", "queued")
