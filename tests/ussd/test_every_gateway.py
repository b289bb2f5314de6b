"""A ticket through every gateway, on a good line and on bad ones: one engine, the same pages."""

import threading

import pytest
from sqlmodel import select

from database import reading
from queues.models import Ticket
from ussd.gateways import all_gateways
from ussd.phone import Profile

PHONE = "+221770000050"
LINES = {"good": Profile(), "twice": Profile(times=2), "lossy": Profile(drops=2)}
MARKLESS = {  # a repeat after the reply can't be told from a second entry
    name for name, one in all_gateways().items() if "before the last one" in one.contract.repeats
}


def tickets() -> list[str]:
    with reading() as db:
        return [ticket.label for ticket in db.exec(select(Ticket))]


@pytest.mark.parametrize("name", all_gateways())
def test_a_ticket_is_taken_by_equal_entries_one_after_the_other(office, name):
    phone = office.phone(PHONE, provider=name)
    assert "Langue / Language" in phone.dial().text
    for _ in range(5):
        screen = phone.enter("1")
    assert "Ticket A001" in screen.text
    assert not phone.enter("2").goes_on
    assert tickets() == ["A001"]


@pytest.mark.parametrize("line", ["twice", "lossy"])
@pytest.mark.parametrize("name", sorted(set(all_gateways()) - MARKLESS))
def test_a_line_that_repeats_takes_one_step_and_one_ticket(office, name, line):
    phone = office.phone(PHONE, provider=name, profile=LINES[line])
    phone.dial()
    for _ in range(5):
        screen = phone.enter("1")
    assert "Ticket A001" in screen.text
    assert tickets() == ["A001"]


@pytest.mark.parametrize("name", all_gateways())
def test_callbacks_that_come_at_the_same_moment_are_one_step(office, name):
    phone = office.phone(PHONE, provider=name)
    phone.dial()
    for _ in range(4):
        phone.enter("1")
    request = phone.gateway.call(_typed(phone, "1"))
    together, screens = threading.Barrier(4), []

    def call() -> None:
        together.wait()
        screens.append(phone.gateway.screen(office.send(name, request)))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("A001" in screen.text for screen in screens), screens
    assert tickets() == ["A001"]


def _typed(phone, entry: str):
    phone.entries, phone._before = (*phone.entries, entry), phone._answer
    return phone._handset(phone._before)


@pytest.mark.parametrize("name", all_gateways())
def test_a_session_that_drops_is_taken_up_again(office, name):
    phone = office.phone(PHONE, provider=name)
    phone.dial()
    phone.enter("1")
    assert "1 Mairie" in phone.enter("1").text
    phone.hang_up()
    again = office.phone(PHONE, provider=name)
    assert "1 Continuer" in again.dial().text
    assert "1 Mairie" in again.enter("1").text
