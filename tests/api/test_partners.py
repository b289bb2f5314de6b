"""A partner's site asks: what it shows is what a phone would be told, and nothing of a person."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

import moment
from database import writing
from queues import calling, tickets
from queues.models import Office, Pace, Service
from queues.places import model_written
from queues.waiting import Model
from tests.queues.day import MORNING, at, call, counters, doing, service_id, sit, take

AWA, MOUSSA = "+221770000061", "+221770000062"
PROBLEM = "application/problem+json"


@pytest.fixture
def clock(office, monkeypatch):
    """Sets what time it is, in minutes after nine on a Monday."""

    def set_to(minutes: float) -> None:
        monkeypatch.setattr(moment, "now", lambda: at(minutes))

    set_to(0)
    return set_to


@pytest.fixture
def ask(office, clock):
    def get(path: str, method: str = "GET", **headers: str):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return office.app.test_client().open(f"/api/v1{path}", method=method, headers=names)

    return get


def wait(ask, prefix: str = "A", office: str = "mairie") -> dict:
    services = ask(f"/offices/{office}/waits").json["services"]
    return next(one for one in services if one["prefix"] == prefix)


def known(served: int = 100, minutes: float = 10.0) -> None:
    """Enough were served at the town hall to speak of minutes."""
    services = [service_id(prefix) for prefix in "ABCD"]
    model = Model(minutes=dict.fromkeys(services, minutes), served=dict.fromkeys(services, served))
    with writing() as db:
        place = db.exec(select(Office).where(Office.code == "mairie")).one()
        pace = db.get(Pace, place.id) or Pace(office_id=place.id, model="", fitted_at=MORNING)
        pace.model = model_written(model)
        db.add(pace)


def hall(count: int = 1, prefixes: str = "AB") -> list[int]:
    made = counters(count, prefixes)
    for number, counter in enumerate(made, start=1):
        sit(counter, number)
    return made


# -- offices --------------------------------------------------------------------------------------


def test_the_list_says_what_one_needs_to_come(ask):
    offices = {one["code"]: one for one in ask("/offices").json["offices"]}
    prefecture = offices["prefecture"]
    assert (prefecture["name"], prefecture["time_zone"]) == ("Préfecture", "Africa/Dakar")
    assert (prefecture["open"], prefecture["closes"]) == (True, "2026-11-23T17:00:00Z")
    assert prefecture["services"][0] == {
        "prefix": "A",
        "name": "Carte d'identité",
        "documents": "ancienne carte, ou extrait de moins de 3 mois",
        "appointments": True,
    }


def test_one_office_says_no_less_than_the_list(ask):
    for listed in ask("/offices").json["offices"]:
        assert listed.items() <= ask(f"/offices/{listed['code']}").json.items()


def test_a_closed_office_says_when_it_opens(ask, clock):
    clock(4.5 * 60)  # half past one: lunch
    office = ask("/offices/prefecture").json
    assert (office["open"], office["opens_next"], office["closes"]) == (
        *(False, "2026-11-23T14:00:00Z", None),
    )
    waits = ask("/offices/prefecture/waits").json
    assert waits["opens_next"] == "2026-11-23T14:00:00Z"
    assert {(one["minutes"], one["reason"]) for one in waits["services"]} == {(None, "closed")}


def test_times_are_the_office_s_own(ask):
    with writing() as db:
        db.exec(select(Office).where(Office.code == "prefecture")).one().zone = "Africa/Lagos"
    waits = ask("/offices/prefecture/waits").json
    assert waits["as_of"] == "2026-11-23T10:00:00+01:00"


# -- waits ----------------------------------------------------------------------------------------


def test_with_counters_open_a_range_and_who_waits(ask):
    hall(2)
    known()
    for number in range(6):
        take(f"+22177111110{number}")
    first = wait(ask)
    assert (first["waiting"], first["counters_open"], first["free"]) == (6, 2, False)
    assert 0 < first["minutes"]["low"] < first["minutes"]["high"]
    assert first["reason"] is None


def test_a_counter_that_has_nobody_is_free(ask):
    hall()
    known()
    assert wait(ask)["free"]
    take(AWA)
    assert not wait(ask)["free"]


def test_before_enough_were_served_no_minutes_are_said(ask):
    hall()
    known(served=3)
    assert (wait(ask)["minutes"], wait(ask)["reason"]) == (None, "too_few_served")


def test_a_service_that_no_counter_serves_says_so(ask):
    hall(4, "A")
    known()
    assert (wait(ask, "C")["reason"], wait(ask, "C")["counters_open"]) == ("no_counter", 0)


def test_where_no_ticket_is_left_no_minutes_are_promised(ask):
    hall()
    known()
    take(AWA)
    with writing() as db:
        db.get(Service, service_id()).quota = 1
    assert (wait(ask)["minutes"], wait(ask)["reason"]) == (None, "full")
    assert wait(ask, "B")["minutes"] is not None
    with pytest.raises(tickets.Refused):  # a phone is told the same
        take(MOUSSA)


def test_when_it_is_too_late_for_a_turn_no_minutes_are_promised(ask, clock):
    clock(8 * 60 - 1)  # a minute before the prefecture closes
    for counter in counters(3, "AB", "prefecture"):
        sit(counter, counter, at(8 * 60 - 1))
    assert wait(ask, "A", "prefecture")["reason"] == "too_late"


# -- the board ------------------------------------------------------------------------------------


def test_who_is_called_again_comes_first_with_the_time_of_that(ask, clock):
    one, two = hall(2)
    take(AWA)
    take(MOUSSA)
    call(one, 1)
    call(two, 2)
    doing(calling.recall, one, minutes=3)
    clock(4)
    calls = ask("/offices/mairie/board").json["calls"]
    assert [(one["label"], one["called_at"][11:16]) for one in calls] == [
        *(("A001", "09:03"), ("A002", "09:02")),
    ]


def test_nothing_of_a_person_is_told(ask, clock):
    [counter] = hall()
    take(AWA)
    take(MOUSSA)
    call(counter, 1)
    clock(2)
    for path in ("/offices", "/offices/mairie", "/offices/mairie/waits", "/offices/mairie/board"):
        answer = ask(path)
        assert answer.status_code == 200
        for told in ("+221", "770000061", "citizen", "staff", "priority"):
            assert told not in answer.text


# -- how it is asked ------------------------------------------------------------------------------


def test_head_says_what_get_would_without_a_body(ask):
    got, head = ask("/offices"), ask("/offices", "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]


def test_without_its_database_it_says_when_to_ask_again(ask, monkeypatch):
    def away(now):
        raise OperationalError("SELECT secret", {}, Exception("no route"))

    monkeypatch.setattr("api.offices.overview", away)
    answer = ask("/offices")
    assert (answer.status_code, answer.content_type) == (503, PROBLEM)
    assert answer.headers["Retry-After"] == "5"
    assert "secret" not in answer.text
