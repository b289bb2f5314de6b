"""What is told by SMS while one waits: each once, and nothing to one who was called meanwhile."""

import json

import pytest
from sqlmodel import select

import moment
from database import reading, writing
from insights.models import Survey
from queues import calling, closing, notices, refitting, tickets
from queues.models import Office, Opening, Pace, Ticket
from queues.places import model_written
from queues.waiting import Model
from sms.models import Message
from tests.queues.day import at, call, counters, doing, service_id, sit, state, take, told

AWA = "+221770000061"


@pytest.fixture
def hall(office, monkeypatch):
    """The town hall with one counter open, ten minutes a person, served often enough to know."""
    [counter] = counters(1, "A")
    sit(counter, 7)
    model = Model(minutes={service_id(): 10.0}, served={service_id(): 100})
    with writing() as db:
        place = db.exec(select(Office).where(Office.code == "mairie")).one()
        db.add(Pace(office_id=place.id, model=model_written(model), fitted_at=at(0)))
    clock = [0.0]
    monkeypatch.setattr(moment, "now", lambda: at(clock[0]))

    def look(minutes: float) -> None:
        clock[0] = minutes
        notices.look_ahead()

    look.counter = counter
    return look


def crowd(count: int) -> None:
    """People without a phone."""
    for _ in range(count):
        take(None, 0)


def serve(counter: int, minutes: float) -> None:
    call(counter, minutes)
    doing(calling.start, counter, minutes=minutes)
    doing(calling.done, counter, minutes=minutes)


def test_come_now_is_said_when_what_remains_is_within_the_way_to_the_office_and_once(hall):
    crowd(9)
    ticket = take(AWA, 0, travel_minutes=30)
    hall(1)
    assert told(ticket) == []
    for served in range(6):
        serve(hall.counter, 2 + served)
    hall(10)
    hall(11)
    assert told(ticket) == ["ticket_near"]
    with reading() as db:
        body = db.exec(select(Message.body)).one()
    assert body.startswith(f"Venez maintenant. Ticket {ticket.label}, Mairie. Devant vous : 3, ")


def test_before_anybody_knows_how_long_it_takes_one_is_told_by_the_place(hall):
    with writing() as db:
        for pace in db.exec(select(Pace)):
            db.delete(pace)
    crowd(9)
    ticket = take(AWA, 0, travel_minutes=30)
    hall(1)
    assert told(ticket) == []
    for served in range(6):
        serve(hall.counter, 2 + served)
    hall(10)
    assert told(ticket) == ["ticket_near_place"]


def test_an_appointment_of_this_afternoon_is_ahead_of_nobody_this_morning(hall, monkeypatch):
    monkeypatch.setattr(tickets, "booking_times", lambda *_: [at(120)])
    take("+221770000062", 0, slot=at(120))
    ticket = take(AWA, 1)
    assert (ticket.ahead, tickets.ahead(ticket, at(1))) == (0, 0)


def test_who_lives_further_away_is_told_earlier(hall):
    crowd(7)
    near, far = take(AWA, 0, travel_minutes=15), take("+221770000062", 0, travel_minutes=60)
    hall(1)
    assert (told(near), told(far)) == ([], [])  # the far one was told by the confirmation itself
    assert far.told & 1


def test_you_are_next_is_said_to_the_first_and_come_now_not_again(hall):
    crowd(9)
    ticket = take(AWA, 0, travel_minutes=15)
    for served in range(9):
        serve(hall.counter, 1 + served)
    hall(11)
    hall(12)
    assert told(ticket) == ["ticket_next"]


def test_nothing_is_said_of_a_turn_that_is_near_to_one_who_was_called(hall):
    crowd(1)
    ticket = take(AWA, 0)
    with reading() as db:
        seen = db.get(Ticket, ticket.id)
    serve(hall.counter, 1)
    call(hall.counter, 2)
    live = notices.overview.overview(at(2)).office(seen.office_id)
    with writing() as db:
        notices._tell_once(db, seen, "ticket_next", live, at(2))
    assert told(ticket) == ["ticket_called"]


def test_come_now_that_has_not_left_stays_when_one_is_called(hall):
    crowd(9)
    ticket = take(AWA, 0, travel_minutes=30)
    for served in range(9):
        serve(hall.counter, 2 + served)
    hall(12)
    call(hall.counter, 13)
    with reading() as db:
        states = dict(db.exec(select(Message.kind, Message.state)).all())
    assert states == {"ticket_next": "expired", "ticket_called": "queued"}
    assert state(ticket) == "called"


def test_where_no_counter_is_open_nothing_is_promised(hall):
    with writing() as db:
        calling.close_counter(db, 7)
    ticket = take(AWA, 0)
    hall(1)
    assert told(ticket) == []


def test_called_and_missed_are_told_with_the_counter_s_number(hall):
    ticket = take(AWA, 0)
    call(hall.counter, 1)
    doing(calling.no_show, hall.counter, minutes=4)
    assert told(ticket) == ["ticket_called", "ticket_missed"]


def put_aside(hall, minutes: float = 1) -> Ticket:
    ticket = take(AWA, 0)
    call(hall.counter, minutes)
    doing(calling.start, hall.counter, minutes=minutes)
    doing(calling.hold, hall.counter, minutes=minutes)
    return ticket


def of_being_put_aside() -> list[tuple[str, str]]:
    with reading() as db:
        query = select(Message.state, Message.body).where(Message.kind == "ticket_held")
        return list(db.exec(query.order_by(Message.id)).all())


def test_who_is_put_aside_hears_what_that_means(hall):
    ticket = put_aside(hall)
    assert told(ticket) == ["ticket_called", "ticket_held"]
    [(state_, body)] = of_being_put_aside()
    assert state_ == "queued"
    assert body.startswith(
        "Ticket A001 : mis de coté. Revenez au guichet avec ce qui manque. Mairie, Etat civil"
    )


def test_who_is_back_before_it_has_left_hears_nothing_and_the_next_time_again(hall):
    ticket = put_aside(hall)
    doing(calling.resume, ticket.id, hall.counter, minutes=2)
    doing(calling.hold, hall.counter, minutes=3)
    assert [state_ for state_, _ in of_being_put_aside()] == ["expired", "queued"]


def test_put_aside_by_mistake_is_not_told(hall):
    ticket = put_aside(hall)
    doing(calling.undo, ticket.id, minutes=2)
    assert [state_ for state_, _ in of_being_put_aside()] == ["expired"]


def test_a_slip_of_paper_is_told_nothing(hall):
    take(None, 0)
    call(hall.counter, 1)
    with reading() as db:
        assert db.exec(select(Message)).all() == []


def test_who_took_it_for_another_is_told_where_the_other_has_no_phone(hall):
    with writing() as db:
        taker = notices.Citizen(phone="+221770000064", phone_hash="taker")
        db.add(taker)
        db.flush()
        taker_id = taker.id
    ticket = take(None, 0, taken_by_id=taker_id)
    call(hall.counter, 1)
    with reading() as db:
        assert db.exec(select(Message.address)).one() == "+221770000064"
    assert told(ticket) == ["ticket_called"]


def test_after_the_visit_one_is_asked_how_it_went(hall):
    ticket = take("+254711000061", 0)  # where SMS can be answered
    serve(hall.counter, 1)
    with reading() as db:
        survey = db.exec(select(Survey)).one()
    assert survey.subject == f"ticket:{ticket.id}"


def close_the_hall(opens: int, closes: int) -> None:
    with writing() as db:
        place = db.exec(select(Office).where(Office.code == "mairie")).one()
        for opening in db.exec(select(Opening).where(Opening.office_id == place.id)):
            opening.opens, opening.closes = opens, closes


def test_when_the_office_has_closed_who_waits_is_told_and_the_ticket_is_over(hall, monkeypatch):
    close_the_hall(8 * 60, 11 * 60)
    waits = take(AWA, 0)
    monkeypatch.setattr(moment, "now", lambda: at(119))
    closing.close_day()
    assert state(waits) == "waiting"
    monkeypatch.setattr(moment, "now", lambda: at(121))
    closing.close_day()
    assert state(waits) == "waiting"  # somebody is still at a counter
    with writing() as db:
        calling.close_counter(db, 7)
    closing.close_day()
    assert (state(waits), told(waits)) == ("expired", ["ticket_expired"])


def test_counters_go_on_two_hours_and_no_more_and_are_left_then(hall, monkeypatch):
    close_the_hall(8 * 60, 11 * 60)
    waits = take(AWA, 0)
    monkeypatch.setattr(moment, "now", lambda: at(241))
    closing.close_day()
    assert state(waits) == "expired"
    monkeypatch.setattr(moment, "now", lambda: at(361))
    closing.close_day()
    with reading() as db:
        assert calling.counter_of(db, 7) is None


def test_around_the_clock_a_ticket_lasts_a_day(hall, monkeypatch):
    ticket = take(AWA, 0)
    monkeypatch.setattr(moment, "now", lambda: at(24 * 60 - 1))
    closing.close_day()
    assert state(ticket) == "waiting"
    monkeypatch.setattr(moment, "now", lambda: at(24 * 60 + 1))
    closing.close_day()
    assert state(ticket) == "expired"


def test_the_night_learns_how_long_people_were_at_the_counter(office, monkeypatch):
    [counter] = counters(1, "A")
    sit(counter, 7)
    for number in range(40):
        take(None, number * 6)
        call(counter, number * 6)
        doing(calling.start, counter, minutes=number * 6)
        doing(calling.done, counter, minutes=number * 6 + 5)
    monkeypatch.setattr(moment, "now", lambda: at(300))
    refitting.refit_due()
    with reading() as db:
        place = db.exec(select(Office).where(Office.code == "mairie")).one()
        model = json.loads(db.get(Pace, place.id).model)
    service = str(service_id())
    assert model["served"] == {service: 40}
    assert 4.5 < model["minutes"][service] < 6.5
