"""From where a dossier stands to where another system says it does."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases import history
from cases.history import Change, NotPossible
from cases.kinds.reading import read
from cases.standings import Row, Wrong, course
from cases.statuses import STATUSES
from tests.api.programs import KINDS

[KIND] = read(KINDS, "kinds.yaml").case_types
DAY = date(2026, 11, 24)
PAPERS = ("extrait", "photo", "livret")


def go(before, **said):
    return course(KIND, before, Row("acte", "mairie", **said), DAY, ())


def led(**said):
    """Where a new dossier stands of which a system says so."""
    return go(None, **said)[-1].stands


rows = some.builds(
    dict,
    status=some.sampled_from(STATUSES),
    documents=some.lists(some.sampled_from(PAPERS), max_size=3, unique=True).map(tuple),
    due=some.none() | some.dates(DAY, DAY + timedelta(days=60)),
    reason=some.sampled_from(["", "illisible", "incomplet"]),
)


def fitting(said: dict) -> dict:
    """Only what may be said of such a status."""
    kept = {"documents_missing": ("documents", "due"), "refused": ("reason",)}
    return {
        name: one
        for name, one in said.items()
        if name == "status" or name in kept.get(said["status"], ())
    }


@given(some.lists(rows.map(fitting), min_size=1, max_size=8))
def test_what_was_said_is_so_and_said_again_changes_nothing(told):
    stands = None
    for said in told:
        try:
            steps = go(stands, **said)
        except Wrong:
            continue
        stands = steps[-1].stands if steps else stands
        assert stands.status == said["status"]
        if said.get("documents"):
            assert set(stands.missing) == set(said["documents"])
        if said.get("due"):
            assert stands.due == said["due"]
        if said.get("reason"):
            assert stands.reason == said["reason"]
        assert go(stands, **said) == []


@given(some.lists(rows.map(fitting), min_size=1, max_size=8))
def test_the_events_lead_where_the_steps_say(told):
    stands, changes = None, []
    for said in told:
        try:
            steps = go(stands, **said)
        except Wrong:
            continue
        changes += [step.change for step in steps]
        stands = steps[-1].stands if steps else stands
    if stands is not None:
        assert history.replay(KIND, [(change, DAY) for change in changes], ()) == stands


@pytest.mark.parametrize(
    ("begins", "said", "events"),
    [
        ({}, {}, []),
        ({}, {"status": "received"}, []),
        ({}, {"stage": "etude"}, ["moved"]),
        ({"status": "ready"}, {"status": "handed_over"}, ["moved"]),
        (
            {"status": "documents_missing", "documents": ("extrait", "photo")},
            {"status": "documents_missing", "documents": ("livret",)},
            ["document_missing", "document_received"],
        ),
        (
            {"status": "documents_missing", "documents": ("photo",)},
            {"status": "in_progress"},
            ["moved"],
        ),
        (
            {"status": "refused", "reason": "illisible"},
            {"status": "refused", "reason": "incomplet"},
            ["moved"],
        ),
    ],
)
def test_the_fewest_events_lead_there(begins, said, events):
    assert [step.change.kind for step in go(led(**begins), **said)] == events


@pytest.mark.parametrize(
    ("begins", "said", "field", "why"),
    [
        ({}, {"stage": "lost"}, "stage", "no such stage"),
        ({}, {"stage": "pret", "status": "received"}, "status", "pret is ready"),
        ({}, {"documents": ("photo",)}, "documents", "only where"),
        ({}, {"due": DAY}, "due", "only where"),
        ({}, {"status": "documents_missing"}, "status", "say which"),
        ({}, {"status": "refused"}, "status", "say the reason"),
        ({"status": "handed_over"}, {"status": "ready"}, "status", "nothing more"),
    ],
)
def test_what_cannot_be_says_why(begins, said, field, why):
    with pytest.raises(Wrong) as wrong:
        go(led(**begins), **said)
    assert (wrong.value.field, why in wrong.value.why) == (field, True)


def test_a_stage_that_others_alone_may_bring_it_to():
    stages = tuple(
        one.model_copy(update={"by": ("manager",)}) if one.code == "decide" else one
        for one in KIND.stages
    )
    kind = KIND.model_copy(update={"stages": stages})
    row = Row("acte", "mairie", status="decided")
    with pytest.raises(Wrong, match="only manager"):
        course(kind, led(), row, DAY, (), by=("system",))
    assert len(course(kind, led(), row, DAY, (), by=("manager",))) == 1
    assert len(course(kind, led(), row, DAY, ())) == 1
    asked = led(status="decided")
    missing = history.after(asked, Change("document_missing", documents=("photo",)), kind, DAY, ())
    back = history.after(missing, Change("document_received"), kind, DAY, ())
    assert back.stage == "decide"  # it goes back there by itself
    with pytest.raises(NotPossible):
        history.after(back, Change("document_received"), kind, DAY, ())
