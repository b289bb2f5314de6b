"""What can be done with a dossier: nothing is offered that its type does not allow."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases import history
from cases.history import Change, NotPossible, Standing
from cases.kinds import reading
from cases.kinds.shape import CaseType
from cases.statuses import CLOSED, STATUSES
from console.cases import offers
from console.cases.forms import arrival
from console.cases.told import told
from demo import office as demo_office
from staff.models import ADMINISTRATOR, AGENT, LADDER, MANAGER, grants

TODAY = date(2026, 11, 24)
KINDS = {
    one.code: one
    for one in reading.read(
        demo_office.FILE.read_text(encoding="utf-8"),
        "demo",
        beside=(*demo_office._BESIDE, *demo_office._OFFICES),
    ).case_types
}


def may(role):
    return lambda least: grants(role, least)


def stands(kind: str, stage: str, **more) -> Standing:
    return Standing(stage, KINDS[kind].stage(stage).status, TODAY, **more)


def offered(kind, standing, role=AGENT):
    return [
        deed
        for deed, one in offers.offers(KINDS[kind], standing, may(role)).items()
        if not one.barred
    ]


@pytest.mark.parametrize(
    ("kind", "stage", "deeds"),
    [
        ("etat-civil", "recu", "move ready ask appointment note correct"),
        ("etat-civil", "complement", "brought move ask appointment note correct"),
        ("etat-civil", "decide", "ready appointment note correct"),
        ("etat-civil", "pret", "hand-over appointment note correct"),
        ("etat-civil", "remis", "reopen note correct"),
        ("carte-identite", "depot", "move ready hand-over ask appointment note correct"),
        ("carte-identite", "pret", "hand-over move ask appointment note correct"),
    ],
)
def test_an_agent_is_offered_what_the_stage_leads_to(kind, stage, deeds):
    assert offered(kind, stands(kind, stage)) == deeds.split()


def test_refusing_is_for_who_the_type_says():
    standing = stands("etat-civil", "recu")
    assert offers.offers(KINDS["etat-civil"], standing, may(AGENT))["refuse"].barred
    for role in (MANAGER, ADMINISTRATOR):
        assert "refuse" in offered("etat-civil", standing, role)


def test_a_stage_for_programs_alone_is_for_no_person():
    kind = KINDS["fiscal"].model_copy(
        update={
            "stages": tuple(
                one.model_copy(update={"by": ("system",)}) if one.code == "pret" else one
                for one in KINDS["fiscal"].stages
            )
        }
    )
    standing = Standing("depot", "received", TODAY)
    assert offers.offers(kind, standing, may(ADMINISTRATOR))["ready"].barred


STANDINGS = some.sampled_from(
    [
        (kind, stage, late)
        for kind in KINDS.values()
        for stage in kind.stages
        for late in (False, True)
    ]
)


@given(STANDINGS, some.sampled_from(LADDER))
def test_what_is_offered_is_possible_and_what_is_told_is_where_it_leads(at, role):
    kind, stage, late = at
    missing = ("cni",) if stage.status == "documents_missing" else ()
    now = Standing(stage.code, stage.status, TODAY, missing=missing, late=late)
    for deed, offer in offers.offers(kind, now, may(role)).items():
        for change in changes(kind, deed, offer):
            after = history.after(now, change, kind, TODAY, ())
            said = told(kind, now, change, TODAY, ())
            assert said.is_news is history.is_told(now, after, change.kind)
            if offer.stages:
                assert after.stage in {one.code for one in offer.stages}


def changes(kind: CaseType, deed: str, offer: offers.Offer):
    match deed:
        case offers.MOVE | offers.READY_NOW | offers.HAND_OVER | offers.REFUSE:
            return [arrival(kind, one, Change("", reason="x")) for one in offer.stages]
        case offers.REOPEN:
            return [Change("reopened", one.code) for one in offer.stages]
        case offers.BROUGHT:
            return [Change("document_received")]
        case offers.ASK:
            return [Change("document_missing", documents=("cni",))]
        case offers.APPOINTMENT:
            return [Change("appointment", appointment=datetime(2026, 12, 1, 9))]  # noqa: DTZ001
    return [Change("note" if deed == offers.NOTE else "corrected", note="x")]


@given(STANDINGS)
def test_what_is_closed_is_only_reopened(at):
    kind, stage, _ = at
    if stage.status in CLOSED:
        now = Standing(stage.code, stage.status, TODAY)
        assert not set(offers.offers(kind, now, may(ADMINISTRATOR))) - {"reopen", "note", "correct"}
        with pytest.raises(NotPossible):
            history.after(now, Change("ready"), kind, TODAY, ())


@pytest.mark.parametrize("status", STATUSES)
def test_late_is_what_the_office_keeps_too_long(status):
    yesterday = date(2026, 11, 23)
    now = Standing("any", status, TODAY, expected=yesterday)
    assert offers.is_late(now, TODAY) is (status in ("received", "in_progress", "decided"))
    assert not offers.is_late(now, yesterday)
    assert offers.is_overdue(now, TODAY) is (status == "documents_missing")


def test_who_has_until_a_day_is_late_the_day_after():
    now = Standing("any", "documents_missing", TODAY, due=TODAY)
    assert not offers.is_overdue(now, TODAY)
    assert offers.is_overdue(now, date(2026, 11, 25))
