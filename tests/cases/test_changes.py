"""Who follows the dossiers that change misses none, also of those whose commit comes late."""

import threading

import pytest
from sqlmodel import Session, select

import database
from cases import changes
from cases.events import Sender, add
from cases.history import Change
from cases.models import Case, CaseEvent
from cases.upserting import Row, upsert
from database import reading, writing
from tests.api.programs import add_kinds, reference
from tests.queues.day import MORNING

SENDER = Sender("operator")


def put(db: Session, number: int, status: str = "received") -> Case:
    row = Row("acte", "mairie", reference=reference(number), status=status)
    return upsert(db, row, SENDER, MORNING).case


def follow(after: int, most: int = 100) -> tuple[list[str], int]:
    """References of those that changed, and where to go on."""
    with reading() as db:
        page = changes.page(db, after, most)
        return [case.reference for case in page.cases], page.upto


@pytest.fixture
def end(office):
    """After all that the demo has."""
    add_kinds()
    return follow(0, 500)[1]


def test_dossiers_come_in_the_order_of_their_changes_each_once(end):
    with writing() as db:
        put(db, 1)
        put(db, 2)
    with writing() as db:
        put(db, 1, "ready")
    assert follow(end)[0] == [reference(2), reference(1)]


def test_one_that_moves_while_somebody_reads_comes_again(end):
    with writing() as db:
        for number in (1, 2, 3):
            put(db, number)
    first, upto = follow(end, most=1)
    with writing() as db:
        put(db, 1, "ready")
        put(db, 3, "ready")
    assert (first, follow(upto)[0]) == ([reference(1)], [reference(2), reference(1), reference(3)])


@pytest.fixture
def two_writers(end):
    """PostgreSQL alone has two at a time."""
    if database.engine().dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    return end


def test_who_commits_late_is_not_passed_over(two_writers):
    with writing() as late:
        put(late, 1)
        with writing() as early:
            put(early, 2)  # its ids are higher, and it is there first
        listed, upto = follow(two_writers)
        assert listed == []
    assert follow(upto)[0] == [reference(1), reference(2)]


def test_one_who_gives_up_holds_up_nobody(two_writers):
    class GivesUp(Exception):
        pass

    with pytest.raises(GivesUp), writing() as late:
        put(late, 1)
        with writing() as early:
            put(early, 2)
        raise GivesUp
    assert follow(two_writers)[0] == [reference(2)]


def test_a_savepoint_that_is_rolled_back_does_not_take_the_flag_down(two_writers):
    with writing() as late:
        savepoint = late.begin_nested()
        put(late, 1)
        savepoint.rollback()
        put(late, 2)
        with writing() as early:
            put(early, 3)
        assert follow(two_writers)[0] == []
    assert follow(two_writers)[0] == [reference(2), reference(3)]


def test_many_writers_and_a_reader_who_misses_nothing(two_writers):
    """Whatever the order of their commits, the last event of each dossier is heard of."""
    done, heard = threading.Event(), {}

    def write(first: int) -> None:
        for number in range(first, first + 10):
            with writing() as db:
                case = put(db, number)
                add(db, case.id, Change("ready"), SENDER, MORNING)

    def read() -> None:
        upto = two_writers
        while True:
            last = done.is_set()
            with reading() as db:
                page = changes.page(db, upto, 7)
            heard.update((case.reference, case.version) for case in page.cases)
            upto = page.upto
            if last and not page.more:
                return

    writers = [threading.Thread(target=write, args=(first,)) for first in range(1, 50, 10)]
    reader = threading.Thread(target=read)
    reader.start()
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    done.set()
    reader.join()
    assert heard == {reference(number): 2 for number in range(1, 51)}


def test_events_come_in_order_with_their_dossiers(end):
    with writing() as db:
        put(db, 1)
        put(db, 1, "ready")
    with reading() as db:
        told = changes.events_after(db, end, 10, None)
        last = db.exec(select(CaseEvent.id).order_by(CaseEvent.id.desc())).first()
    assert [(event.kind, case.reference) for event, case in told] == [
        ("received", reference(1)),
        ("moved", reference(1)),
    ]
    assert told[-1][0].id == last
