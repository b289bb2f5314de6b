"""Where a dossier stands after what happened to it. No store, no clock."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.history import KINDS, Change, NotPossible, Standing, after, is_told, opened, replay
from cases.kinds.shape import CaseType
from cases.statuses import CLOSED, STATUSES
from cases.workdays import closed_days

MONDAY = date(2026, 11, 23)
NONE = closed_days("")

ACT = CaseType.model_validate(
    {
        "code": "acte",
        "name": "Acte",
        "appeal": "au procureur",
        "documents": [{"code": "cni", "name": "CNI"}, {"code": "volet", "name": "volet 1"}],
        "stages": [
            {"code": "recu", "status": "received", "name": "Reçu", "days": 1},
            {"code": "manque", "status": "documents_missing", "name": "A compléter", "days": 10},
            {"code": "recherche", "status": "in_progress", "name": "Recherche", "days": 2},
            {
                "code": "chef",
                "status": "in_progress",
                "name": "Chez le chef",
                "to": "decide refuse",
            },
            {"code": "decide", "status": "decided", "name": "Signé"},
            {"code": "pret", "status": "ready", "name": "A retirer"},
            {"code": "remis", "status": "handed_over", "name": "Remis"},
            {"code": "refuse", "status": "refused", "name": "Refusé"},
        ],
    }
)


def told(*changes: Change, kind: CaseType = ACT, since: date = MONDAY) -> Standing:
    """The standing after these, a day apart."""
    standing = opened(kind, since, NONE)
    for days, change in enumerate(changes, 1):
        standing = after(standing, change, kind, since + timedelta(days=days), NONE)
    return standing


def moved(stage: str) -> Change:
    return Change("moved", stage=stage)


def missing(*documents: str, due: date | None = None) -> Change:
    return Change("document_missing", documents=documents, due=due)


def brought(*documents: str) -> Change:
    return Change("document_received", documents=documents)


def test_a_new_dossier_is_received_and_expected_to_move_on_the_next_working_day():
    assert told() == Standing("recu", "received", MONDAY, expected=date(2026, 11, 24))


def test_from_received_to_handed_over():
    steps = [moved("recherche"), Change("decided"), Change("ready"), Change("handed_over")]
    statuses = [told(*steps[: n + 1]).status for n in range(len(steps))]
    assert statuses == ["in_progress", "decided", "ready", "handed_over"]


def test_what_is_missing_is_gathered_and_when_all_is_there_it_goes_on_where_it_was():
    due = date(2026, 12, 10)
    asked = told(moved("recherche"), missing("cni", due=due), missing("volet"))
    assert (asked.status, asked.missing, asked.due) == ("documents_missing", ("cni", "volet"), due)
    half = after(asked, brought("cni"), ACT, MONDAY, NONE)
    assert (half.status, half.missing) == ("documents_missing", ("volet",))
    whole = after(half, brought("volet"), ACT, MONDAY, NONE)
    assert (whole.stage, whole.missing, whole.due) == ("recherche", (), None)


def test_all_papers_may_come_at_once():
    assert told(missing("cni", "volet"), brought()).stage == "recu"


def test_a_refusal_says_why_and_where_to_appeal():
    refused = told(Change("refused", reason="acte introuvable"))
    assert (refused.status, refused.reason, refused.appeal) == (
        "refused",
        "acte introuvable",
        "au procureur",
    )


def test_a_stage_that_is_late_is_noted_once():
    late = told(Change("breached"))
    assert late.late
    assert late.stage == "recu"
    with pytest.raises(NotPossible, match="noted already"):
        after(late, Change("breached"), ACT, MONDAY, NONE)
    assert not after(late, moved("recherche"), ACT, MONDAY, NONE).late


def test_a_stage_may_hand_a_late_one_on():
    kind = ACT.model_copy(
        update={
            "stages": (ACT.stages[0].model_copy(update={"escalate": "chef"}), *ACT.stages[1:]),
        }
    )
    assert told(Change("breached"), kind=kind).stage == "chef"


def test_an_appointment_goes_when_the_dossier_is_closed():
    from datetime import UTC, datetime

    at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    booked = told(Change("ready"), Change("appointment", appointment=at))
    assert booked.appointment == at
    assert after(booked, Change("handed_over"), ACT, MONDAY, NONE).appointment is None


@pytest.mark.parametrize(
    ("before", "change", "why"),
    [
        ([], Change("moved"), "to which stage"),
        ([], moved("ailleurs"), "no such stage of acte: recu"),
        ([], Change("document_missing"), "which documents"),
        ([], brought("cni"), "nothing is missing"),
        ([missing("cni")], brought("volet"), "not among what is missing: cni"),
        ([], Change("refused"), "say the reason"),
        ([], Change("reopened"), "not closed"),
        ([moved("chef")], moved("pret"), "chef leads to decide, refuse"),
        ([Change("ready")], Change("ready"), "ready already"),
        ([Change("handed_over")], Change("ready"), "reopen it first"),
        ([Change("handed_over")], missing("cni"), "reopen it first"),
        ([Change("handed_over")], Change("reopened", stage="refuse"), "closed as well"),
        ([], Change("lost"), "knows no such event"),
    ],
)
def test_what_can_not_be_says_why(before, change, why):
    with pytest.raises(NotPossible, match=why):
        told(*before, change)


@pytest.mark.parametrize(
    ("change", "news"),
    [
        (Change("ready"), True),
        (missing("cni"), True),
        (moved("recherche"), True),
        (Change("note", note="a appelé"), False),
        (Change("breached"), False),
        (Change("corrected"), False),
    ],
)
def test_a_citizen_is_told_of_what_they_can_read_and_of_nothing_else(change, news):
    before = told()
    assert is_told(before, after(before, change, ACT, MONDAY, NONE), change.kind) is news


def test_a_move_between_stages_of_one_status_is_no_news():
    before = told(moved("recherche"))
    assert not is_told(before, after(before, moved("chef"), ACT, MONDAY, NONE), "moved")


changes = st.builds(
    Change,
    kind=st.sampled_from(KINDS),
    stage=st.none() | st.sampled_from([one.code for one in ACT.stages]),
    documents=st.lists(st.sampled_from(["cni", "volet"]), unique=True).map(tuple),
    reason=st.sampled_from(["", "incomplet"]),
)


@given(st.lists(changes, max_size=12))
def test_whatever_happens_it_stands_at_a_stage_of_its_type_and_says_all_that_its_status_needs(
    asked,
):
    standing, kept = opened(ACT, MONDAY, NONE), [(Change("received"), MONDAY)]
    for change in asked:
        try:
            standing = after(standing, change, ACT, MONDAY, NONE)
        except NotPossible:
            continue
        kept.append((change, MONDAY))
        assert standing.status == ACT.stage(standing.stage).status
        assert standing.status in STATUSES
        assert bool(standing.missing) == (standing.status == "documents_missing")
        assert bool(standing.reason) == (standing.status == "refused")
        assert standing.appointment is None or standing.status not in CLOSED
    assert replay(ACT, kept, NONE) == standing


def test_a_dossier_without_events_is_none():
    with pytest.raises(ValueError, match="one event at least"):
        replay(ACT, [], NONE)
