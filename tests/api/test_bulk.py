"""Thousands of dossiers at once: each row has its own result, and none is half-written."""

import pytest
from sqlmodel import func, select

from cases import events, upserting
from cases.models import Case, CaseEvent, CaseName
from cases.names import find
from citizens.models import Citizen
from database import reading
from tests.api.programs import Program, add_kinds, reference, token


def row(number: int, **more: object) -> dict:
    return {
        "type": "acte",
        "office": "mairie",
        "reference": reference(number),
        "source_key": f"N-{number}",
        **more,
    }


@pytest.fixture
def registry(office):
    add_kinds()
    return Program(office.app, token(agency="keur-exemple"))


def bulk(registry, rows: list, **more: object):
    return registry.post("/cases/bulk", {"rows": rows, **more})


def outcomes(answer) -> list[str]:
    return [one["outcome"] for one in answer.json["rows"]]


def count(model) -> int:
    with reading() as db:
        return db.exec(select(func.count()).select_from(model)).one()


def test_each_row_has_its_own_result(registry):
    bulk(registry, [row(1), row(2)])
    answer = bulk(
        registry,
        [
            row(1),
            row(2, status="ready"),
            row(3, phone="+221770000061", name="Awa Exemple"),
            row(4, type="nothing"),
            row(5, status="refused"),
            {"type": "acte", "office": "mairie"},
            row(6, birth_year="1990"),
            row(7, reference="0000000002"),
        ],
    )
    assert outcomes(answer) == [
        *("same", "changed", "created"),
        *("wrong", "wrong", "wrong", "wrong", "wrong"),
    ]
    assert [one["errors"][0]["pointer"] for one in answer.json["rows"][3:]] == [
        *("/type", "/status", "/source_key", "/birth_year", "/reference"),
    ]
    assert [answer.json[one] for one in ("created", "changed", "same", "wrong")] == [1, 1, 1, 5]
    for number, status in ((1, "received"), (2, "ready"), (3, "received")):
        assert registry.get(f"/cases/{reference(number)}").json["status"] == status
    for number in (4, 5, 6, 7):
        assert registry.get(f"/cases/{reference(number)}").status_code == 404


def test_all_or_nothing_writes_nothing_where_one_is_wrong(registry):
    before = count(Case), count(CaseEvent), count(Citizen)
    rows = [row(1), row(2, phone="+221770000099"), row(3, office="nowhere")]
    answer = bulk(registry, rows, all_or_nothing=True)
    assert (answer.status_code, answer.json["errors"]) == (
        422,
        [{"pointer": "/rows/2/office", "detail": "no office nowhere"}],
    )
    assert (count(Case), count(CaseEvent), count(Citizen)) == before
    assert outcomes(bulk(registry, rows[:2], all_or_nothing=True)) == ["created", "created"]


def test_a_dossier_that_comes_twice_goes_both_ways_in_order(registry):
    rows = [row(1, status="in_progress"), row(1, status="ready"), row(1, status="ready")]
    assert outcomes(bulk(registry, rows)) == ["created", "changed", "same"]
    listed = registry.get(f"/cases/{reference(1)}/events").json["events"]
    assert [(one["version"], one["status"]) for one in listed] == [(1, "in_progress"), (2, "ready")]


def test_who_follows_sees_each_event_where_the_dossier_stood_then(registry, monkeypatch):
    seen = []

    def note(db, happened):
        before = happened.before.status if happened.before else None
        seen.append((happened.event.kind, before, happened.case.status, happened.is_news))

    for kind in ("received", "moved", "corrected"):
        monkeypatch.setitem(events._followers, kind, [note])
    bulk(registry, [row(1), row(1, status="ready", birth_year=1990)])
    assert seen == [
        ("received", None, "received", True),
        ("corrected", "received", "received", False),
        ("moved", "received", "ready", True),
    ]


def test_five_thousand_rows_are_taken_and_again_change_nothing(registry):
    rows = [
        row(number, phone=f"+22177{number:07d}", name=f"Awa Exemple {number}", birth_year=1990)
        for number in range(5000)
    ]
    assert bulk(registry, rows).json["created"] == 5000
    counted = count(Case), count(CaseEvent), count(CaseName)
    assert bulk(registry, rows).json["same"] == 5000
    assert (count(Case), count(CaseEvent), count(CaseName)) == counted
    moved = [{**one, "status": "ready"} for one in rows]
    assert bulk(registry, moved).json["changed"] == 5000
    with reading() as db:
        assert len(find(db, "awa exemple 4999", 10)) == 1
    too_many = bulk(registry, [*rows, row(5001)])
    assert (too_many.status_code, too_many.json["errors"][0]["pointer"]) == (422, "/rows")


def test_rows_that_others_have_just_added_are_found(registry, monkeypatch):
    """Between our looking and our writing, another adds the same dossier: we begin again."""
    rows, beaten = [row(1, status="ready"), row(2)], []
    locked = upserting._locked

    def late(db, *asked):
        if not beaten:
            beaten.append(True)
            return []  # as it was before the other's commit
        return locked(db, *asked)

    bulk(registry, rows[:1])
    monkeypatch.setattr(upserting, "_locked", late)
    assert outcomes(bulk(registry, rows)) == ["same", "created"]
