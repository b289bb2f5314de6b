"""The checker finds what is wrong, and nothing where all is right."""

import pytest
from sqlmodel import select

from database import reading, writing
from queues import calling, checking
from queues.models import TicketEvent
from sms.models import Message
from tests.queues.day import at, call, counters, doing, take


def found(over: bool = False) -> list[str]:
    with reading() as db:
        return list(checking.problems(db, over=over))


@pytest.fixture
def served(office):
    [counter] = counters(1)
    ticket = take("+221770000061")
    call(counter)
    doing(calling.start, counter, minutes=1)
    doing(calling.done, counter, minutes=2)
    return ticket


def test_a_day_that_holds_together(served):
    assert found(over=True) == []


def test_a_ticket_that_is_not_over(served):
    take("+221770000062")
    assert found() == []
    assert found(over=True) == ["ticket 2 (A002): it is waiting when the day is over"]


def test_an_event_that_is_missing(served):
    with writing() as db:
        db.delete(db.exec(select(TicketEvent).where(TicketEvent.kind == "started")).one())
    assert "ticket 1 (A001): its events are not 1 to 4" in found()
    assert "ticket 1 (A001): done of a ticket that is called" in found()


def test_a_call_that_was_not_told(served):
    with writing() as db:
        db.delete(db.exec(select(Message).where(Message.kind == "ticket_called")).one())
    assert found() == ["ticket 1 (A001): called was not told"]


def test_two_people_at_one_counter(served):
    other = take("+221770000062")
    with writing() as db:
        first = db.exec(select(TicketEvent).where(TicketEvent.kind == "called")).one()
        db.add(
            TicketEvent(
                **{"ticket_id": other.id, "step": 2, "kind": "called", "state": "called"},
                **{"counter_id": first.counter_id, "at": first.at},
            )
        )
    assert "counter 1: ticket 2 while 1 was there" in found()


def test_a_step_that_was_taken_back_frees_the_counter(office):
    [counter] = counters(1)
    first = take("+221770000061")
    call(counter)
    doing(calling.start, counter, minutes=1)
    doing(calling.hold, counter, minutes=2)
    with writing() as db:
        calling.resume(db, first.id, counter, "staff:1", at(3))
    with writing() as db:
        calling.undo(db, first.id, "staff:1", at(4))
    take("+221770000062")
    call(counter, 5)
    assert found() == []
