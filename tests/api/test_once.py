"""A request with an idempotency key is done once, however often it is sent."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import func, select

import moment
from api import cases as api_cases
from api import once
from api.models import ApiAnswer
from cases.models import Case
from database import reading
from tests.api.programs import Program, add_kinds, token
from tests.queues.day import MORNING

ACT = {"type": "acte", "office": "mairie"}


@pytest.fixture
def clock(monkeypatch):
    """Sets how many minutes after nine it is."""

    def set_to(minutes: float) -> None:
        monkeypatch.setattr(moment, "now", lambda: MORNING + timedelta(minutes=minutes))

    set_to(0)
    return set_to


@pytest.fixture
def registry(office, clock):
    add_kinds()
    return Program(office.app, token())


def open_one(registry, key: str, **more: object):
    return registry.post("/cases", {**ACT, **more}, Idempotency_Key=key)


def count() -> int:
    with reading() as db:
        return db.exec(select(func.count()).select_from(Case)).one()


def test_the_same_request_gets_the_same_answer_and_one_dossier(registry):
    before = count()
    first, again = open_one(registry, "a"), open_one(registry, "a")
    assert (first.status_code, first.data) == (again.status_code, again.data) == (201, first.data)
    assert open_one(registry, "b").json["reference"] != first.json["reference"]
    assert count() == before + 2


def test_another_request_may_not_have_a_key_that_was_used(registry):
    open_one(registry, "a")
    for other in (
        open_one(registry, "a", birth_year=1990),
        registry.post("/cases/bulk", {"rows": []}, Idempotency_Key="a"),
    ):
        assert (other.status_code, "Another request" in other.json["detail"]) == (422, True)


def test_a_key_is_a_program_s_own(office, registry):
    other = Program(office.app, token())
    first, second = open_one(registry, "a"), open_one(other, "a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["reference"] != second.json["reference"]


@pytest.mark.parametrize("key", ["", " ", "é", "x" * 256, "a b"])
def test_what_can_be_no_key_is_refused(registry, key):
    before = count()
    assert open_one(registry, key).status_code == 422
    assert count() == before


def test_a_request_that_was_refused_may_be_put_right(registry):
    assert open_one(registry, "a", type="nothing").status_code == 422
    assert open_one(registry, "a").status_code == 201


def test_the_same_request_while_it_is_being_done_is_told_to_wait(registry, monkeypatch):
    begun, go_on, answers = threading.Event(), threading.Event(), []
    opened = api_cases._row

    def slowly(given):
        begun.set()
        go_on.wait()
        return opened(given)

    monkeypatch.setattr(api_cases, "_row", slowly)
    rows = {"rows": [{**ACT, "source_key": "N-1"}]}

    def send():
        answers.append(registry.post("/cases/bulk", rows, Idempotency_Key="a"))

    first = threading.Thread(target=send)
    first.start()
    begun.wait()
    second = registry.post("/cases/bulk", rows, Idempotency_Key="a")
    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    go_on.set()
    first.join()
    assert answers[0].json["created"] == 1
    third = registry.post("/cases/bulk", rows, Idempotency_Key="a")
    assert third.json == answers[0].json


def test_one_whose_process_died_is_done_when_it_is_sent_again(registry, clock, monkeypatch):
    def dies(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(once.Claim, "drop", lambda self: None)
        patch.setattr(api_cases, "upsert", dies)
        with pytest.raises(SystemExit):
            open_one(registry, "a")
    clock(1)
    assert open_one(registry, "a").status_code == 409
    clock(3)
    assert open_one(registry, "a").status_code == 201


def test_one_who_was_taken_for_dead_writes_nothing_after_all(registry, clock, monkeypatch):
    """It was merely slow: the deed and its answer are undone together."""
    before, answers = count(), []
    upsert = api_cases.upsert

    def overtaken(*given):
        done = upsert(*given)
        if not answers:
            answers.append(None)
            db = given[0]
            db.execute(
                ApiAnswer.__table__.update().values(at=MORNING + timedelta(minutes=5))
            )  # another took over
        return done

    monkeypatch.setattr(api_cases, "upsert", overtaken)
    assert open_one(registry, "a").status_code == 409
    assert count() == before


def test_answers_are_kept_for_a_day(registry, clock):
    first = open_one(registry, "a")
    clock(24 * 60 - 1)
    once.forget()
    assert open_one(registry, "a").json == first.json
    clock(24 * 60 + 1)
    once.forget()
    with reading() as db:
        assert db.exec(select(ApiAnswer)).all() == []
    assert open_one(registry, "a").json["reference"] != first.json["reference"]
