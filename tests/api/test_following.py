"""A program follows what changes: page by page, now and later."""

from datetime import timedelta

import pytest

import moment
from tests.api.programs import Program, add_kinds, reference, token
from tests.queues.day import MORNING

ACT = {"type": "acte", "office": "mairie"}


@pytest.fixture
def registry(office):
    add_kinds()
    return Program(office.app, token(agency="keur-exemple"))


def put(registry, *numbers: int, **said: object) -> None:
    for number in numbers:
        answer = registry.put(f"/cases/{reference(number)}", {**ACT, **said})
        assert answer.status_code in (200, 201)


def listed(answer) -> list[str]:
    return [one["reference"] for one in answer.json["cases"]]


@pytest.fixture
def end(registry):
    """The cursor after all that the demo has."""
    return registry.get("/cases?limit=500").json["cursor"]


def test_pages_follow_each_other_and_the_last_says_so(registry, end):
    put(registry, 1, 2, 3)
    first = registry.get(f"/cases?cursor={end}&limit=2")
    assert (listed(first), first.json["more"]) == ([reference(1), reference(2)], True)
    second = registry.get(f"/cases?cursor={first.json['cursor']}&limit=2")
    assert (listed(second), second.json["more"]) == ([reference(3)], False)
    third = registry.get(f"/cases?cursor={second.json['cursor']}")
    assert (listed(third), third.json["cursor"]) == ([], second.json["cursor"])


def test_what_changes_later_comes_then(registry, end):
    put(registry, 1, 2)
    cursor = registry.get(f"/cases?cursor={end}").json["cursor"]
    put(registry, 1, status="ready")
    put(registry, 2)  # says the same: nothing changed
    assert listed(registry.get(f"/cases?cursor={cursor}")) == [reference(1)]


def test_only_what_changed_since_a_moment(registry, monkeypatch):
    for minutes in (0, 10, 20):
        now = MORNING + timedelta(days=365, minutes=minutes)
        monkeypatch.setattr(moment, "now", lambda now=now: now)
        put(registry, minutes + 1)
    since = (MORNING + timedelta(days=365, minutes=10)).isoformat().replace("+00:00", "Z")
    assert listed(registry.get(f"/cases?changed_since={since}")) == [reference(11), reference(21)]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ("cursor=nonsense", "?cursor"),
        ("cursor=djEuLTE", "?cursor"),
        ("limit=0", "?limit"),
        ("limit=501", "?limit"),
        ("limit=1&limit=2", "?limit"),
        ("changed_since=yesterday", "?changed_since"),
        ("changed_since=2026-11-24T09:00:00", "?changed_since"),
        ("changed_since=0001-01-01T00:00:00%2B14:00", "?changed_since"),
        ("chnaged_since=2026-11-24T09:00:00Z", "?chnaged_since"),
    ],
)
def test_what_cannot_be_asked_is_named(registry, asked, pointer):
    answer = registry.get(f"/cases?{asked}")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_an_answer_is_nobody_else_s_to_keep(registry):
    put(registry, 1)
    path = f"/cases/{reference(1)}"
    answer = registry.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    again = registry.get(path, If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
