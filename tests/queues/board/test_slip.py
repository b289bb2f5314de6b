"""A paper slip, for who has no phone at hand."""

import re

import pytest
from sqlmodel import select

from database import writing
from queues.board.slip import slip_page
from queues.models import Office, Service
from tests.queues.day import at, call, counters, service_id, sit, take

AWA, MOUSSA = "+221770000061", "+221770000062"


@pytest.fixture
def slip(office):
    def page(ticket, minutes: float = 1) -> str | None:
        number = ticket if isinstance(ticket, int) else ticket.id
        with office.app.test_request_context():
            found = slip_page(number, at(minutes))
            return None if found is None else found.replace("\u00a0", " ")

    return page


def test_it_says_number_place_time_and_how_many_are_ahead(slip):
    take(AWA, 0)
    page = slip(take(None, 0.5))
    assert 'label">A002<' in page
    assert "Mairie" in page
    assert "Etat civil" in page
    assert "23/11/2026, 9 h 00" in page
    assert "Devant vous : 1" in page


def test_it_says_what_to_bring_and_how_to_follow_by_phone(slip):
    with writing() as db:
        db.get(Service, service_id()).documents = "volet 1, livret"
    page = slip(take(None))
    assert "À apporter : volet 1, livret" in page
    assert "composez *384*50#" in page


def test_it_speaks_the_office_s_first_two_languages(slip):
    with writing() as db:
        db.exec(select(Office).where(Office.code == "mairie")).one().languages = "fr,wo,en"
    page = slip(take(None))
    assert 'lang="wo"' in page
    assert 'lang="en"' not in page


def test_who_is_called_is_told_of_no_wait(slip):
    [counter] = counters(1)
    sit(counter, 1)
    ticket = take(None)
    call(counter, 1)
    assert "Devant vous" not in slip(ticket, 2)


def test_it_names_no_person_and_takes_nothing_from_elsewhere(slip):
    page = slip(take(AWA))
    assert AWA[4:] not in re.sub(r"\D", "", page)
    assert not re.search(r"<style|style=|<script(?! src)|https?://|<img", page)


def test_there_is_none_for_a_ticket_that_is_not_there(slip):
    assert slip(999_999) is None
