"""An action runs once per step of a session, whoever asks and however often."""

import threading

import pytest
from sqlmodel import select

from citizens.directory import find_or_add
from citizens.models import Citizen
from database import reading
from locales.values import number
from menus.actions import ACTIONS, Outcome, action
from menus.engine import Call, Session
from ussd.models import Performed
from ussd.performing import Caller, perform

CALLER = Caller("+221770000099", "*384*50#", "a session")
runs: list[str] = []

if "test.count" not in ACTIONS:

    @action("test.count", outcomes={"counted": {"count": number(999)}})
    def count(context) -> Outcome:
        runs.append(context.phone)
        find_or_add(context.db, f"+2217712340{len(runs):02d}")
        return Outcome("counted", {"count": len(runs)})

    @action("test.count_each", outcomes={"counted": {"count": number(999)}}, repeatable=True)
    def count_each(context) -> Outcome:
        runs.append(context.phone)
        return Outcome("counted", {"count": len(runs)})

    @action("test.undeclared", outcomes={"declared": {}})
    def undeclared(context) -> Outcome:
        find_or_add(context.db, "+221771239999")
        return Outcome("something else")


@pytest.fixture(autouse=True)
def _none_yet():
    runs.clear()


def call(step: int = 1, name: str = "test.count") -> Call:
    return Call(Session("tree", "fr", screen="do", step=step), Outcome, name, {})


def citizens() -> int:
    with reading() as db:
        return len(db.exec(select(Citizen)).all())


def test_the_same_step_again_gives_the_same_outcome_and_does_nothing(office):
    before = citizens()
    first = perform(call(), CALLER)
    again = perform(call(), CALLER)
    assert first == again == Outcome("counted", {"count": 1})
    assert citizens() == before + 1


def test_what_may_as_well_run_twice_does_and_nothing_is_noted(office):
    outcomes = [perform(call(name="test.count_each"), CALLER) for _ in range(2)]
    assert outcomes == [Outcome("counted", {"count": count}) for count in (1, 2)]
    with reading() as db:
        assert db.exec(select(Performed)).all() == []


def test_another_step_or_session_is_another_run(office):
    perform(call(step=1), CALLER)
    perform(call(step=2), CALLER)
    other = Caller(CALLER.phone, "*384*50#", "another session")
    assert perform(call(step=1), other) == Outcome("counted", {"count": 3})


def test_eight_at_once_are_one_run(office):
    together = threading.Barrier(8)
    outcomes = []

    def go() -> None:
        together.wait()
        outcomes.append(perform(call(), CALLER))

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Outcome("counted", {"count": 1})] * 8


def test_an_outcome_that_was_not_declared_is_a_bug_and_leaves_nothing(office):
    before = citizens()
    with pytest.raises(LookupError, match="something else"):
        perform(call(name="test.undeclared"), CALLER)
    assert citizens() == before
