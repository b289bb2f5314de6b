"""What partners read: offices, waits and the last calls, and how errors are told."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import redis

import moment
from api import pace
from database import writing
from queues import calling
from queues.models import Pace
from queues.places import model_written
from queues.waiting import Model
from tests.queues.day import MORNING, at, call, counters, doing, service_id, sit, take

NIGHT = MORNING.replace(hour=22)


@pytest.fixture
def clock(office, monkeypatch):
    """What time it is, in minutes after nine on a Monday."""
    set_to = [0.0]
    monkeypatch.setattr(moment, "now", lambda: at(set_to[0]))
    return set_to


@pytest.fixture
def get(office, clock):
    client = office.app.test_client()
    return lambda path, **more: client.get(f"/api/v1{path}", **more)


def test_all_offices_in_order(get):
    offices = get("/offices").json["offices"]
    assert [one["code"] for one in offices] == [
        *("mairie", "prefecture", "tribunal", "fiscal", "mairie-annexe"),
    ]
    assert offices[1] == {
        "code": "prefecture",
        "name": "Préfecture",
        "agency": "Commune de Keur Exemple",
        "address": "Avenue de l'Exemple",
        "phone": "",
        "time_zone": "Africa/Dakar",
        "open": True,
        "opens_next": None,
        "closes": "2026-11-23T17:00:00Z",
        "services": get("/offices/prefecture").json["services"],
    }
    assert (offices[0]["open"], offices[0]["closes"]) == (True, None)


def test_one_office_with_its_services_hours_and_special_days(get):
    office = get("/offices/fiscal").json
    assert office["services"][0] == {
        "prefix": "A",
        "name": "Quittances",
        "documents": "CNI",
        "appointments": False,
    }
    assert office["week"][0] == {"day": "mon", "hours": [{"opens": "08:00", "closes": "15:00"}]}
    assert office["week"][6] == {"day": "sun", "hours": []}
    days = {one["day"]: one["hours"] for one in office["special_days"]}
    assert days["2026-12-31"] == [{"opens": "08:00", "closes": "12:00"}]
    assert days["2026-12-25"] == []


def test_waits_are_a_range_once_enough_is_known(get):
    [counter] = counters(1, "A")
    sit(counter, 7)
    model = Model(minutes={service_id(): 10.0}, served={service_id(): 100})
    with writing() as db:
        db.add(Pace(office_id=1, model=model_written(model), fitted_at=MORNING))
    for _ in range(3):
        take(None)
    waits = get("/offices/mairie/waits").json
    births, papers = waits["services"][:2]
    assert (waits["open"], waits["counters_open"], waits["as_of"]) == (
        *(True, 1, "2026-11-23T09:00:00Z"),
    )
    assert (births["waiting"], births["ahead"], births["counters_open"]) == (3, 3, 1)
    assert 0 < births["minutes"]["low"] < births["minutes"]["high"]
    assert births["reason"] is None
    assert (papers["minutes"], papers["reason"], papers["counters_open"]) == (
        *(None, "no_counter", 0),
    )


def test_why_no_minutes_are_said(get, clock):
    [counter] = counters(1, "A")
    sit(counter, 7)
    assert get("/offices/mairie/waits").json["services"][0]["reason"] == "too_few_served"
    clock[0] = (NIGHT - MORNING) / timedelta(minutes=1)
    waits = get("/offices/prefecture/waits").json
    assert (waits["open"], waits["closes"]) == (False, None)
    assert waits["opens_next"] == "2026-11-24T08:00:00Z"
    assert {one["reason"] for one in waits["services"]} == {"closed"}


def test_the_board_has_the_last_four_calls_and_nobody_s_name(get, clock):
    [counter] = counters(1, "A")
    sit(counter, 7)
    for number in range(6):
        take(f"+22177000006{number}")
    for minutes in range(1, 6):
        call(counter, minutes)
        doing(calling.start, counter, minutes=minutes)
        doing(calling.done, counter, minutes=minutes)
    clock[0] = 6
    answer = get("/offices/mairie/board")
    assert [one["label"] for one in answer.json["calls"]] == ["A005", "A004", "A003", "A002"]
    assert answer.json["calls"][0] == {
        "label": "A005",
        "counter": 1,
        "service": "Etat civil",
        "called_at": "2026-11-23T09:05:00Z",
    }
    assert answer.json["waiting"][0] == {"prefix": "A", "name": "Etat civil", "waiting": 1}
    assert "+221" not in answer.text


def test_one_who_was_called_by_mistake_is_on_no_board(get, clock):
    [counter] = counters(1, "A")
    sit(counter, 7)
    ticket = take("+221770000061")
    call(counter, 1)
    with writing() as db:
        calling.undo(db, ticket.id, "staff:1", at(2))
    clock[0] = 3
    assert get("/offices/mairie/board").json["calls"] == []


def test_an_answer_that_says_the_same_is_not_sent_again(get, clock):
    first = get("/offices/mairie/waits")
    assert first.headers["Cache-Control"] == "public, max-age=5"
    clock[0] = 0.5  # `as_of` is another, and nothing else
    again = get("/offices/mairie/waits", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    take(None)
    assert (
        get("/offices/mairie/waits", headers={"If-None-Match": first.headers["ETag"]}).json[
            "services"
        ][0]["waiting"]
        == 1
    )


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/api/v1/offices/nowhere", 404, "Not Found"),
        ("GET", "/api/v1/offices/NO%00", 404, "Not Found"),
        ("GET", "/api/v1/nothing", 404, "Not Found"),
        ("GET", "/api/v1/offices/", 404, "Not Found"),
        ("GET", "/api", 404, "Not Found"),
        ("POST", "/api/v2/offices", 404, "Not Found"),
        ("POST", "/api/v1/offices", 405, "Method Not Allowed"),
        ("DELETE", "/api/v1/offices/mairie", 405, "Method Not Allowed"),
        ("POST", "/api/v1/openapi.json", 405, "Method Not Allowed"),
    ],
)
def test_errors_are_problems(office, method, path, status, title):
    answer = office.app.test_client().open(path, method=method)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (answer.json["title"], answer.json["status"]) == (title, status)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    if status == 405:
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_mistake_of_ours_is_a_problem_without_its_cause(office, monkeypatch):
    monkeypatch.setattr("api.offices.overview", lambda now: 1 / 0)
    answer = office.app.test_client().get("/api/v1/offices")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "zero" not in answer.text


def test_a_page_of_another_origin_may_ask(office):
    answer = office.app.test_client().options("/api/v1/offices")
    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD"


def test_an_address_asks_so_often_a_minute_and_others_go_on(open_office, monkeypatch):
    monkeypatch.setattr(pace.time, "time", lambda: 1_795_503_645.0)  # 45 s into a minute
    client = open_office(API_PER_ADDRESS="2").app.test_client()

    def ask(address: str):
        return client.get("/api/v1/offices", environ_overrides={"REMOTE_ADDR": address})

    assert [ask("192.0.2.1").status_code for _ in range(3)] == [200, 200, 429]
    refused = ask("192.0.2.1")
    assert refused.content_type == "application/problem+json"
    assert refused.headers["Retry-After"] == "15"
    assert ask("192.0.2.2").status_code == 200


def test_nobody_is_held_up_while_redis_is_away(office, monkeypatch):
    asked = []

    def away():
        asked.append(1)
        raise redis.ConnectionError

    monkeypatch.setattr(pace, "_away_until", 0.0)
    monkeypatch.setattr(pace, "work", SimpleNamespace(connection=away))
    for _ in range(3):
        assert office.app.test_client().get("/api/v1/offices").status_code == 200
    assert len(asked) == 1
