"""Events in the database: each comes once, in order, and the dossier stands where they lead."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from cases import events, opening
from cases.events import Sender
from cases.history import Change, NotPossible
from cases.kinds.shape import KindsFile
from cases.kinds.store import InUse, kinds, write
from cases.models import Case, CaseEvent
from database import reading, writing
from demo import office as demo_office
from queues.models import Office

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
REGISTER, CLERK = Sender("token:1", "registre"), Sender("staff:awa", "console")


def new(**more) -> int:
    with writing() as db:
        office = db.exec(select(Office).where(Office.code == "mairie")).one()
        wanted = opening.New("etat-civil", office.id, **more)
        return opening.open_case(db, wanted, CLERK, NOW).case.id


def add(case_id: int, change: Change, sender: Sender = CLERK, at: datetime | None = None):
    with writing() as db:
        return events.add(db, case_id, change, sender, NOW, at)


def standing(case_id: int) -> Case:
    with reading() as db:
        return db.get_one(Case, case_id)


def history(case_id: int) -> list[CaseEvent]:
    with reading() as db:
        return events.of(db, case_id)


def test_a_new_dossier_has_a_reference_of_its_own_and_one_event(office):
    one, other = standing(new()), standing(new())
    assert one.reference != other.reference
    assert (one.status, one.version) == ("received", 1)
    assert [event.kind for event in history(one.id)] == ["received"]


def test_each_event_moves_it_and_is_kept(office):
    case_id = new()
    add(case_id, Change("document_missing", documents=("cni",)))
    add(case_id, Change("note", note="a appelé au sujet de la CNI"))
    add(case_id, Change("document_received", documents=("cni",)))
    assert [(one.version, one.kind, one.status) for one in history(case_id)] == [
        (1, "received", "received"),
        (2, "document_missing", "documents_missing"),
        (3, "note", "documents_missing"),
        (4, "document_received", "received"),
    ]
    assert standing(case_id).version == 4


def test_the_same_transaction_of_a_sender_comes_once(office):
    case_id = new()
    sender = Sender("token:1", "registre", "t-1")
    assert add(case_id, Change("ready"), sender) is not None
    assert add(case_id, Change("ready"), sender) is None
    assert add(case_id, Change("handed_over"), Sender("token:2", "autre", "t-1")) is not None
    assert [one.kind for one in history(case_id)] == ["received", "ready", "handed_over"]


def test_what_is_not_possible_leaves_no_trace(office):
    case_id = new()
    with pytest.raises(NotPossible):
        add(case_id, Change("reopened"))
    assert standing(case_id).version == 1
    assert len(history(case_id)) == 1


def test_a_dossier_that_is_not_there_is_said_to_be_so(office):
    with pytest.raises(LookupError):
        add(987654, Change("ready"))


def test_two_systems_at_once_both_events_are_kept_in_order(office):
    case_id = new()
    together = threading.Barrier(8)
    problems: list[Exception] = []

    def tell(number: int) -> None:
        together.wait()
        try:
            sender = Sender(f"token:{number % 2}", f"system-{number % 2}", f"t-{number}")
            add(case_id, Change("note", note=str(number)), sender)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=tell, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    told = history(case_id)
    assert [one.version for one in told] == list(range(1, 10))
    assert sorted(one.note for one in told if one.note) == [str(number) for number in range(8)]
    assert standing(case_id).version == 9


def test_a_dossier_s_row_says_what_its_events_lead_to(office):
    with reading() as db:
        cases = db.exec(select(Case)).all()
        assert cases
        for case in cases:
            assert events.replayed(db, case) == events.standing(case)


def test_those_who_follow_are_told_what_is_news(office):
    seen: list[tuple[str, bool]] = []

    def note(_db, happened) -> None:
        seen.append((happened.event.kind, happened.is_news))

    events._followers["ready"].append(note)
    events._followers["note"].append(note)
    try:
        case_id = new()
        add(case_id, Change("note"))
        add(case_id, Change("ready"))
    finally:
        events._followers["ready"].remove(note)
        events._followers["note"].remove(note)
    assert seen == [("note", False), ("ready", True)]


def test_the_day_is_the_office_s_own_and_its_holidays_are_known(office):
    """Christmas 2026 is a Friday: two working days from the 24th end on the 29th, in Senegal."""
    with writing() as db:
        place = db.exec(select(Office).where(Office.code == "mairie-annexe")).one()
        wanted = opening.New("etat-civil", place.id, stage="recherche")
        at = datetime(2026, 12, 24, 23, 30, tzinfo=UTC)
        case = opening.open_case(db, wanted, CLERK, at, at - timedelta(hours=12)).case
    assert str(case.since) == "2026-12-24"
    assert str(case.expected) == "2026-12-29"


def test_a_type_that_is_not_there_names_those_that_are(office):
    with (
        pytest.raises(LookupError, match="no case type acte: there are etat-civil"),
        writing() as db,
    ):
        opening.open_case(db, opening.New("acte", 1), CLERK, NOW)


def test_a_stage_with_dossiers_in_it_can_not_go(office):
    with reading() as db:
        kind = next(one for one in kinds(db).types.values() if one.code == "etat-civil")
    shorter = kind.model_copy(
        update={"stages": tuple(one for one in kind.stages if one.code != "pret")}
    )
    with pytest.raises(InUse, match="stand in its stage pret"), writing() as db:
        write(db, KindsFile(case_types=(shorter,)))


def test_a_change_to_a_type_is_seen_at_once(office):
    with writing() as db:
        kind = next(one for one in kinds(db).types.values() if one.code == "fiscal")
        named = kind.model_copy(update={"name": "Impôts"})
        assert write(db, KindsFile(case_types=(named,))) == ["case type fiscal: changed"]
    with reading() as db:
        known = kinds(db)
        assert known.types[known.ids["fiscal"]].name == "Impôts"
    with writing() as db:
        assert write(db, KindsFile(case_types=(named,))) == []


def test_the_demo_s_dossiers_stand_as_its_file_says(office):
    for one in demo_office.facts()["dossiers"]:
        with reading() as db:
            case = db.exec(select(Case).where(Case.reference == one["reference"])).one()
            assert case.status == one["status"]
