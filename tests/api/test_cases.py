"""A registry feeds dossiers in: each says where it stands, as often as it likes, and nothing is
told twice, lost, or told of whose it is."""

import pytest
from sqlmodel import select

from cases.models import Case, CaseEvent
from citizens.audit import AuditEntry
from database import reading
from tests.api.programs import Program, add_kinds, another_agency, reference, token

ACT = {"type": "acte", "office": "mairie", "source_key": "N-1"}
ONE = f"/cases/{reference(1)}"


@pytest.fixture
def registry(office):
    add_kinds()
    return Program(office.app, token(agency="keur-exemple"))


def events(number: int = 1) -> list[CaseEvent]:
    with reading() as db:
        query = select(CaseEvent).join(Case).where(Case.reference == reference(number))
        return list(db.exec(query.order_by(CaseEvent.version)))


def kinds(number: int = 1) -> list[str]:
    return [one.kind for one in events(number)]


# -- bringing a dossier to what is said -----------------------------------------------------------


def test_a_new_dossier_begins_and_the_same_again_changes_nothing(registry):
    first = registry.put(ONE, ACT)
    assert (first.status_code, first.json["status"], first.json["version"]) == (201, "received", 1)
    again = registry.put(ONE, ACT)
    assert (again.status_code, again.json) == (200, first.json)
    assert kinds() == ["received"]


def test_a_dossier_goes_where_the_registry_says_and_each_move_is_an_event(registry):
    for status in ("received", "in_progress", "in_progress", "ready", "handed_over"):
        answer = registry.put(ONE, {**ACT, "status": status})
        assert answer.json["status"] == status
    assert [one.status for one in events()] == [
        *("received", "in_progress", "ready", "handed_over"),
    ]


def test_it_can_begin_anywhere(registry):
    ready = registry.put(ONE, {**ACT, "stage": "pret"})
    assert (ready.status_code, ready.json["status"], kinds()) == (201, "ready", ["received"])
    missing = {**ACT, "source_key": "N-2", "status": "documents_missing", "documents": ["photo"]}
    answer = registry.put(f"/cases/{reference(2)}", missing)
    assert (answer.json["missing"], kinds(2)) == (["photo"], ["received", "document_missing"])


def test_papers_that_are_missing_and_those_that_have_come(registry):
    asked = {**ACT, "status": "documents_missing", "due": "2027-01-15"}
    for documents, missing in (
        (["photo"], ["photo"]),
        (["extrait", "photo"], ["photo", "extrait"]),
        (["extrait"], ["extrait"]),
        ([], ["extrait"]),
    ):
        answer = registry.put(ONE, {**asked, "documents": documents})
        assert (answer.status_code // 100, answer.json["missing"]) == (2, missing)
        assert answer.json["due"] == "2027-01-15"
    assert kinds() == ["received", "document_missing", "document_missing", "document_received"]
    registry.put(ONE, {**ACT, "status": "in_progress"})
    assert registry.get(ONE).json["missing"] == []


def test_a_refusal_says_why(registry):
    registry.put(ONE, ACT)
    without = registry.put(ONE, {**ACT, "status": "refused"})
    assert (without.status_code, without.content_type) == (409, "application/problem+json")
    assert without.json["errors"][0]["pointer"] == "/status"
    refused = registry.put(ONE, {**ACT, "status": "refused", "reason": "acte illisible"})
    assert (refused.json["reason"], refused.json["appeal"]) == ("acte illisible", "au tribunal")
    assert registry.put(ONE, {**ACT, "status": "refused"}).json["version"] == 2


def test_what_is_closed_is_opened_again_only_by_an_event(registry):
    registry.put(ONE, {**ACT, "status": "handed_over"})
    answer = registry.put(ONE, {**ACT, "status": "in_progress"})
    assert (answer.status_code, answer.json["detail"]) == (
        *(409, "status: remis leads to nothing more, not to etude"),
    )
    opened = {"kind": "reopened", "stage": "etude", "transaction_id": "1"}
    assert registry.post(f"{ONE}/events", opened).status_code == 201
    assert registry.get(ONE).json["status"] == "in_progress"


def test_a_phone_an_office_a_year_are_corrected_without_a_move(registry):
    registry.put(ONE, {**ACT, "phone": "+221770000061", "birth_year": 1990, "name": "Awa Exemple"})
    told = {**ACT, "phone": "+221770000062", "office": "prefecture", "birth_year": 1991}
    answer = registry.put(ONE, told)
    assert (answer.json["phone"], answer.json["office"]) == ("+22177•••••62", "prefecture")
    assert kinds() == ["received", "corrected"]
    assert registry.put(ONE, told).json["version"] == 2


def test_what_is_personal_does_not_come_back(registry):
    registry.put(ONE, {**ACT, "phone": "+221770000061", "birth_year": 1959, "name": "Awa Exemple"})
    for path in (ONE, f"{ONE}/events", "/cases?limit=500"):
        answer = registry.get(path)
        assert answer.status_code == 200
        assert reference(1) in answer.text
        for secret in ("770000061", "1959", "Awa", "pin"):
            assert secret not in answer.text


def test_each_reading_is_noted(registry):
    registry.put(ONE, ACT)
    registry.get(ONE)
    with reading() as db:
        [note] = db.exec(select(AuditEntry).where(AuditEntry.did == "case.read"))
    assert (note.who.partition(":")[0], note.about) == ("token", reference(1))


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"type": "nothing"}, 422, "/type"),
        ({"office": "nowhere"}, 422, "/office"),
        ({"stage": "nowhere"}, 422, "/stage"),
        ({"stage": "pret", "status": "received"}, 422, "/status"),
        ({"status": "lost"}, 422, "/status"),
        ({"documents": ["photo"]}, 422, "/documents"),
        ({"reason": "parce que"}, 422, "/reason"),
        ({"status": "documents_missing"}, 409, "/status"),
        ({"phone": "770000001"}, 422, "/phone"),
        ({"birth_year": 2099}, 422, "/birth_year"),
        ({"birth_year": "1990"}, 422, "/birth_year"),
        ({"at": "2126-11-24T09:00:00Z"}, 422, "/at"),
        ({"at": 1790000000}, 422, "/at"),
        ({"due": "demain", "status": "documents_missing"}, 422, "/due"),
        ({"name": "Awa\u0000"}, 422, "/name"),
        ({"nom": "Awa"}, 422, "/nom"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(registry, changes, status, pointer):
    answer = registry.put(ONE, {**ACT, **changes})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (status, pointer)
    assert registry.get(ONE).status_code == 404


def test_a_reference_with_a_wrong_check_is_none(registry):
    wrong = f"/cases/{reference(1)[:-1]}{(int(reference(1)[-1]) + 1) % 10}"
    answer = registry.put(wrong, ACT)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/reference")
    assert registry.get(wrong).status_code == 404
    assert registry.put("/cases/12", ACT).status_code == 404


def test_a_stage_that_is_for_staff_is_not_for_a_program(registry):
    body = {"type": "carte-identite", "office": "prefecture"}
    registry.put(ONE, body)
    answer = registry.put(ONE, {**body, "status": "documents_missing", "documents": ["extrait"]})
    assert (answer.status_code, "agent, manager" in answer.json["detail"]) == (409, True)
    told = {"kind": "document_missing", "documents": ["extrait"], "transaction_id": "1"}
    assert registry.post(f"{ONE}/events", told).status_code == 409
    assert kinds() == ["received"]


# -- without a reference --------------------------------------------------------------------------


def test_a_reference_is_drawn_once_for_each_key_of_the_registry(registry):
    first = registry.post("/cases", ACT)
    again = registry.post("/cases", {**ACT, "status": "ready"})
    other = registry.post("/cases", {**ACT, "source_key": "N-2"})
    assert [one.status_code for one in (first, again, other)] == [201, 200, 201]
    assert first.json["reference"] == again.json["reference"] != other.json["reference"]


def test_a_key_stays_with_its_dossier(registry):
    registry.put(ONE, ACT)
    assert registry.put(f"/cases/{reference(2)}", ACT).status_code == 409
    assert registry.put(ONE, {**ACT, "source_key": "N-2"}).status_code == 409
    two = {**ACT, "source_key": "N-2"}
    assert registry.put(f"/cases/{reference(2)}", two).status_code == 201
    assert registry.put(ONE, two).status_code == 409


# -- events ---------------------------------------------------------------------------------------


def test_an_event_happens_once_and_with_its_own_time(registry):
    registry.put(ONE, ACT)
    told = {"kind": "ready", "transaction_id": "t-1", "at": "2026-11-20T10:00:00+01:00"}
    first, again = (registry.post(f"{ONE}/events", told) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert (first.json["at"], first.json["version"]) == ("2026-11-20T09:00:00Z", 2)
    listed = registry.get(f"{ONE}/events").json
    assert [(one["kind"], one["who"], one["transaction_id"]) for one in listed["events"]] == [
        ("received", "token", None),
        ("ready", "token", "t-1"),
    ]
    other = registry.post(f"{ONE}/events", {"kind": "decided", "transaction_id": "t-1"})
    assert other.status_code == 409


def test_who_names_a_version_is_told_that_it_moved_on(registry):
    registry.put(ONE, ACT)
    told = {"kind": "decided", "transaction_id": "1", "version": 1}
    assert registry.post(f"{ONE}/events", told).status_code == 201
    assert registry.post(f"{ONE}/events", told).status_code == 200  # the same again
    late = registry.post(f"{ONE}/events", {**told, "kind": "ready", "transaction_id": "2"})
    assert (late.status_code, late.json["detail"]) == (409, "It has version 2 now.")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"kind": "received"}, 422),
        ({"kind": "erased"}, 422),
        ({"kind": "document_received"}, 409),
        ({"kind": "moved"}, 409),
        ({"kind": "moved", "stage": "nowhere"}, 409),
        ({"kind": "note", "at": "1999-01-01T00:00:00Z"}, 422),
        ({"kind": "document_missing", "documents": ["x" * 41]}, 422),
    ],
)
def test_an_event_that_cannot_be_is_refused(registry, told, status):
    registry.put(ONE, ACT)
    assert registry.post(f"{ONE}/events", {**told, "transaction_id": "1"}).status_code == status
    assert kinds() == ["received"]


def test_more_papers_than_there_is_room_for_are_refused(registry):
    registry.put(ONE, ACT)
    papers = [f"{number} {'x' * 36}" for number in range(16)]
    asked = {"kind": "document_missing", "documents": papers[:8], "transaction_id": "1"}
    assert registry.post(f"{ONE}/events", asked).status_code == 201
    more = {**asked, "documents": papers[8:], "transaction_id": "2"}
    assert registry.post(f"{ONE}/events", more).status_code == 422
    assert len(registry.get(ONE).json["missing"]) == 8


# -- whose dossiers -------------------------------------------------------------------------------


def test_another_agency_s_dossiers_are_not_there(office, registry):
    another_agency()
    elsewhere = Program(office.app, token(agency="ailleurs"))
    everywhere = Program(office.app, token())
    registry.put(ONE, ACT)
    theirs = {**ACT, "office": "poste"}
    for answer in (
        elsewhere.get(ONE),
        elsewhere.get(f"{ONE}/events"),
        elsewhere.put(ONE, theirs),
        elsewhere.post(f"{ONE}/events", {"kind": "ready", "transaction_id": "1"}),
    ):
        assert answer.status_code == 404
    assert elsewhere.put(f"/cases/{reference(2)}", ACT).status_code == 422  # an office not theirs
    assert elsewhere.get("/cases").json["cases"] == []
    made = elsewhere.post("/cases", theirs)  # with a key that another agency has, too
    assert made.status_code == 201
    [row] = elsewhere.post("/cases/bulk", {"rows": [{**theirs, "reference": reference(1)}]}).json[
        "rows"
    ]
    assert (row["outcome"], row["errors"][0]["detail"]) == ("wrong", "no such dossier")
    assert everywhere.get(ONE).status_code == 200
    assert everywhere.get(f"/cases/{made.json['reference']}").status_code == 200
    assert everywhere.put(ONE, theirs).status_code == 409  # it stays with its agency
