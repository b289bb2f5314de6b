"""A ticket that its holder gives up is no place in the queue any more; its number stays used."""

from datetime import UTC, datetime

from sqlmodel import select

from citizens.directory import find
from database import reading, writing
from queues import tickets
from queues.models import Ticket


def held(number: str) -> Ticket:
    with reading() as db:
        citizen = find(db, number)
        return db.exec(select(Ticket).where(Ticket.citizen_id == citizen.id)).first()


def test_it_counts_no_more_and_its_number_stays_used(office):
    office.take_ticket("+221770000061")
    first = held("+221770000061")
    with writing() as db:
        assert tickets.cancel(db, first, datetime.now(UTC))
    assert "Devant vous : 0" in office.take_ticket("+221770000062")
    assert (held("+221770000061").state, held("+221770000062").label) == ("cancelled", "A002")


def test_it_is_given_up_once(office):
    office.take_ticket("+221770000061")
    ticket = held("+221770000061")
    with writing() as db:
        assert tickets.cancel(db, ticket, datetime.now(UTC))
        assert not tickets.cancel(db, ticket, datetime.now(UTC))
