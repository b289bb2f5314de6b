"""An agent's day: who is called, in which order, and what can be taken back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from database import reading, writing
from queues import calling, tickets
from queues.models import Counter, Ticket, TicketEvent
from queues.moves import NotPossible, replay
from tests.queues.day import at, call, counters, doing, kinds, service_id, sit, state, take

AWA, MOUSSA, FATOU = "+221770000061", "+221770000062", "+221770000063"


def test_who_came_first_is_called_first(office):
    [counter] = counters(1)
    take(AWA, 0)
    take(MOUSSA, 1)
    assert call(counter, 2) == "A001"


def test_a_counter_calls_only_for_its_services(office):
    [counter] = counters(1, "B")
    take(AWA, 0, "A")
    assert call(counter, 1) is None
    take(MOUSSA, 2, "B")
    assert call(counter, 3) == "B001"


def test_nobody_is_called_to_a_counter_where_somebody_is(office):
    [counter] = counters(1)
    take(AWA)
    take(MOUSSA)
    call(counter)
    with pytest.raises(NotPossible):
        call(counter, 1)


def test_a_priority_class_counts_as_having_come_half_an_hour_earlier_and_no_more(office):
    """So nobody starves: who has waited longer than that goes first."""
    [counter] = counters(1)
    take(AWA, 0)
    take(MOUSSA, 20)
    take(FATOU, 40, priority="elderly", note="67 years")
    assert call(counter, 41) == "A001"
    doing(calling.start, counter, minutes=42)
    doing(calling.done, counter, minutes=43)
    assert call(counter, 44) == "A003"


def test_an_appointment_is_called_at_its_time_and_not_before(office, monkeypatch):
    [counter] = counters(1)
    monkeypatch.setattr(tickets, "booking_times", lambda *_: [at(60)])
    take(AWA, 0, slot=at(60))
    take(MOUSSA, 10)
    take(FATOU, 20)
    assert call(counter, 30) == "A002"
    doing(calling.no_show, counter, minutes=59)
    assert call(counter, 61) == "A001"


def test_recalled_twice_and_then_missed(office):
    [counter] = counters(1)
    ticket = take(AWA)
    call(counter)
    doing(calling.recall, counter, minutes=1)
    doing(calling.recall, counter, minutes=2)
    with pytest.raises(NotPossible):
        doing(calling.recall, counter, minutes=3)
    doing(calling.no_show, counter, minutes=4)
    assert kinds(ticket) == ["joined", "called", "recalled", "recalled", "no_show"]


def test_who_missed_the_call_comes_back_within_the_grace_period_and_is_next(office):
    [counter] = counters(1)
    ticket = take(AWA, 0)
    take(MOUSSA, 1)
    call(counter, 2)
    missed = doing(calling.no_show, counter, minutes=5)
    with writing() as db:
        tickets.come_back(db, missed, at(30))
    assert call(counter, 31) == ticket.label


def test_after_the_grace_period_one_takes_another_ticket(office):
    [counter] = counters(1)
    take(AWA, 0)
    call(counter, 2)
    missed = doing(calling.no_show, counter, minutes=5)
    with pytest.raises(NotPossible), writing() as db:
        tickets.come_back(db, missed, at(36))
    assert take(AWA, 40).label == "A002"


def test_held_frees_the_counter_and_is_gone_on_with_later(office):
    [counter] = counters(1)
    first = take(AWA, 0)
    take(MOUSSA, 1)
    call(counter, 2)
    doing(calling.start, counter, minutes=3)
    doing(calling.hold, counter, minutes=4, note="form to fill in")
    assert call(counter, 5) == "A002"
    with pytest.raises(NotPossible), writing() as db:
        calling.resume(db, first.id, counter, "staff:1", at(6))
    doing(calling.start, counter, minutes=7)
    doing(calling.done, counter, minutes=8)
    with writing() as db:
        calling.resume(db, first.id, counter, "staff:1", at(9))
    assert state(first) == "serving"


def test_who_was_held_may_be_gone_on_with_at_another_counter(office):
    one, two = counters(2)
    ticket = take(AWA, 0)
    call(one, 1)
    doing(calling.start, one, minutes=2)
    doing(calling.hold, one, minutes=3)
    with writing() as db:
        calling.resume(db, ticket.id, two, "staff:2", at(4))
    assert doing(calling.done, two, minutes=5, who="staff:2").counter_id == two


def test_handed_over_to_another_service_one_keeps_number_and_place(office):
    [papers] = counters(1, "A")
    [wedding] = counters(1, "C", first=2)
    first = take(AWA, 0, "A")
    take(MOUSSA, 1, "C")
    call(papers, 2)
    with writing() as db:
        leg = calling.transfer(db, first.id, "staff:1", at(5), service_id=service_id("C"))
    assert (leg.label, state(first)) == ("A001", "transferred")
    assert call(wedding, 6) == "A001"


def test_handed_over_to_one_counter_no_other_calls_them(office):
    one, two, three = counters(3)
    first = take(AWA, 0)
    call(one, 2)
    with writing() as db:
        calling.transfer(db, first.id, "staff:1", at(5), counter_id=two)
    assert call(three, 6) is None
    assert call(two, 7) == "A001"


def test_a_hand_over_is_taken_back_while_nobody_has_taken_it_up(office):
    one, two = counters(2)
    first = take(AWA, 0)
    call(one, 2)
    with writing() as db:
        leg = calling.transfer(db, first.id, "staff:1", at(5), counter_id=two)
    with writing() as db:
        calling.undo(db, first.id, "staff:1", at(6))
    assert (state(first), state(leg)) == ("called", "cancelled")


@pytest.mark.parametrize("deed", ["start", "done", "no_show", "hold", "recall"])
def test_the_last_step_is_taken_back(office, deed):
    [counter] = counters(1)
    ticket = take(AWA)
    call(counter)
    if deed in ("done", "hold"):
        doing(calling.start, counter)
    before = state(ticket)
    doing(getattr(calling, deed), counter, minutes=1)
    with writing() as db:
        calling.undo(db, ticket.id, "staff:1", at(2))
    assert state(ticket) == before
    assert replay(kinds(ticket)) == before


def test_a_step_of_somebody_else_s_or_of_long_ago_is_not_taken_back(office):
    [counter] = counters(1)
    ticket = take(AWA)
    call(counter)
    with pytest.raises(NotPossible), writing() as db:
        calling.undo(db, ticket.id, "staff:2", at(1))
    with pytest.raises(NotPossible), writing() as db:
        calling.undo(db, ticket.id, "staff:1", at(16))


def test_a_step_is_not_taken_back_to_a_counter_where_somebody_is(office):
    [counter] = counters(1)
    ticket = take(AWA, 0)
    take(MOUSSA, 0)
    call(counter, 1)
    doing(calling.no_show, counter, minutes=2)
    call(counter, 3)
    with pytest.raises(NotPossible), writing() as db:
        calling.undo(db, ticket.id, "staff:1", at(4))
    assert state(ticket) == "no_show"


def test_a_counter_has_one_person_and_a_person_one_counter(office):
    one, two = counters(2)
    sit(one, 7)
    with pytest.raises(NotPossible):
        sit(one, 8)
    sit(two, 7)
    with reading() as db:
        assert [db.get(Counter, id).staff_id for id in (one, two)] == [None, 7]


def test_a_counter_is_not_left_while_somebody_is_at_it(office):
    [counter] = counters(1)
    sit(counter, 7)
    take(AWA)
    call(counter)
    with pytest.raises(NotPossible), writing() as db:
        calling.close_counter(db, 7)


def test_late_goes_back_three_places_once(office):
    [counter] = counters(1)
    late = take(AWA, 0)
    for number in range(4):
        take(f"+22177000007{number}", number + 1)
    with writing() as db:
        moved = tickets.move_back(db, late, at(6))
    with pytest.raises(NotPossible), writing() as db:
        tickets.move_back(db, moved, at(7))
    order = []
    for minute in range(8, 13):
        order.append(call(counter, minute))
        doing(calling.no_show, counter, minutes=minute)
    assert order == ["A002", "A003", "A004", "A001", "A005"]


CALLER = """
import sys
import database
from queues import calling
from settings import current
import moment
database.use(current())
counter = int(sys.argv[1])
sys.stdin.readline()
while True:
    with database.writing() as db:
        ticket = calling.call_next(db, counter, "staff:%d" % counter, moment.now())
        if ticket is None:
            break
        calling.start(db, counter, "staff:%d" % counter, moment.now())
        calling.done(db, counter, "staff:%d" % counter, moment.now())
        print(ticket.label, flush=True)
"""


def test_four_processes_call_600_people_and_nobody_twice(office):
    four = counters(4)
    service = service_id()
    with writing() as db:
        for _ in range(600):
            tickets.take(db, tickets.Request(service), at(0))
    agents = [
        subprocess.Popen(
            [sys.executable, "-c", CALLER, str(counter)],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "DATABASE_SECONDS": "30"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for counter in four
    ]
    for agent in agents:
        agent.stdin.write("go\n")
        agent.stdin.flush()
    called = [agent.communicate(timeout=120)[0].split() for agent in agents]
    everyone = [label for labels in called for label in labels]
    assert sorted(everyone) == [f"A{number:03d}" for number in range(1, 601)]
    assert sum(1 for labels in called if labels) > 1
    with reading() as db:
        assert set(db.exec(select(Ticket.state))) == {"done"}
        events = db.exec(select(TicketEvent.ticket_id).where(TicketEvent.kind == "called")).all()
    assert len(events) == len(set(events)) == 600
