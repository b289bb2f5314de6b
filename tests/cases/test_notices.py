"""What holders of dossiers are told by SMS: once for what changes together, and nothing false."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

import moment
from cases import notices
from cases.models import Case
from cases.notices import OLD, WAITS
from database import reading, writing
from sms import consent
from tests.cases.agency import (
    AWA,
    MODOU,
    at,
    day,
    history_of,
    move,
    now_of,
    opened,
    said,
    sent,
)


@pytest.fixture
def clock(office, monkeypatch):
    """The product's clock: it stands where a test puts it."""
    stands = [at()]
    monkeypatch.setattr(moment, "now", lambda: stands[0])

    def to(minutes: float = 0, days: float = 0) -> None:
        stands[0] = at(minutes, days)

    with writing() as db:  # the demo's own dossiers have been told long ago
        for case in db.exec(select(Case)):
            case.tell_at, case.told, case.since = None, case.version, day(-90)
            case.expected = None
    return to


def tell(clock, minutes: float) -> list[str]:
    clock(minutes)
    notices.tell_news()
    return said()


def test_a_dossier_that_came_in_is_told_after_some_minutes_and_once(clock):
    case = opened()
    assert tell(clock, 2) == []
    told = tell(clock, 4)
    assert told == [
        f"Dossier {case.reference[-4:]} recu, Mairie. La suite par SMS, avant le 24/11/2026. Pour "
        "suivre, composez *384*50#"
    ]
    assert tell(clock, 5) == told
    assert [one.key for one in sent()] == [f"case:{case.id}:1"]
    assert (now_of(case).told, now_of(case).tell_at) == (1, None)


SAYS = {
    "received": ({}, "recu, Mairie. "),
    "moved": (
        {"stage": "recherche"},
        "en cours, Mairie. Rien à faire. La suite par SMS, avant le 25/11/2026.",
    ),
    "document_missing": (
        {"documents": ("cni", "temoins"), "due": day(9)},
        " : il manque CNI, 2 témoins. A apporter avant le 02/12/2026, Mairie. Liste : *384*50#",
    ),
    "ready": (
        {},
        "pret. Mairie, lundi 00:00-24:00. Apportez recu, CNI et 300 FCFA, rien d'autre. *384*50#",
    ),
    "refused": (
        {"reason": "dossier incomplet"},
        "refusé, Mairie : dossier incomplet. Recours : au procureur, dans les 2 mois. *384*50#",
    ),
    "appointment": (
        {"appointment": at(days=1)},
        " : rendez-vous le 24/11 09:00, Mairie. Apportez recu et CNI.",
    ),
}


@pytest.mark.parametrize("kind", SAYS)
def test_each_status_says_where_when_and_what_to_do(clock, kind):
    change, words = SAYS[kind]
    case = opened()
    if kind != "received":
        tell(clock, 4)
        move(case, kind, 10, **change)
    body = tell(clock, 14)[-1]
    assert body.startswith(f"Dossier {case.reference[-4:]}")
    assert words in body
    assert sent()[-1].segments == 1
    assert sent()[-1].topic == "dossiers"


def test_decided_and_handed_over(clock):
    case = opened(kind="carte-identite", office="prefecture")
    tail = case.reference[-4:]
    tell(clock, 4)
    move(case, "ready", 5)
    assert tell(clock, 9)[-1] == (
        f"Dossier {tail} pret. Préfecture, lundi 08:00-13:00 14:00-17:00. Apportez recu et CNI. "
        "Pour suivre, composez *384*50#"
    )
    move(case, "handed_over", 20)
    assert tell(clock, 24)[-1].startswith(f"Dossier {tail} remis, Préfecture. Il est clos.")
    other = opened(kind="permis-construire", minutes=30)
    move(other, "decided", 30)
    assert " décidé, Mairie. Un SMS vous dira quand venir." in tell(clock, 34)[-1]


@pytest.mark.parametrize(
    ("kind", "change", "hidden", "words"),
    [
        ("document_missing", {"documents": ("extrait",)}, "extrait", "il manque 1 papier."),
        ("document_missing", {"documents": ("acte de vente",)}, "vente", "il manque 1 papier."),
        ("document_missing", {"documents": ("cni", "volet")}, "volet", "il manque 2 papiers."),
        ("refused", {"reason": "plans non conformes"}, "plans", "Motif : composez *384*50#"),
    ],
)
def test_an_sms_does_not_tell_the_matter(clock, kind, change, hidden, words):
    case = opened()
    move(case, kind, 1, **change)
    [body] = tell(clock, 5)
    assert hidden not in body
    assert words in body


def test_all_that_changes_within_minutes_is_one_sms_that_says_where_it_stands_now(clock):
    case = opened()
    move(case, "moved", 1, stage="recherche")
    move(case, "ready", 2)
    [body] = tell(clock, 4)
    assert "pret" in body
    assert [one.key for one in sent()] == [f"case:{case.id}:3"]


def test_what_was_undone_meanwhile_is_not_told(clock):
    case = opened()
    told = tell(clock, 4)
    move(case, "document_missing", 10, documents=("cni",))
    move(case, "document_received", 11)
    assert tell(clock, 20) == told
    assert now_of(case).told == 3


def test_what_is_no_news_is_not_told(clock):
    case = opened(kind="tribunal", office="tribunal")
    told = tell(clock, 4)
    move(case, "note", 5, note="vu au guichet")
    move(case, "corrected", 6)
    assert tell(clock, 20) == told


def test_old_news_are_none(clock):
    long_ago = at() - OLD - timedelta(hours=1)
    case = opened(happened=long_ago)
    move(case, "ready", 1, happened=long_ago)
    assert tell(clock, 10) == []
    assert now_of(case).told == 2
    move(case, "handed_over", 11)
    assert ["remis" in body for body in tell(clock, 20)] == [True]


def test_a_dossier_without_a_phone_is_told_to_nobody(clock):
    case = opened(phone=None)
    move(case, "ready", 1)
    clock(10)
    notices.tell_news()
    assert now_of(case).told == 2


def test_three_dossiers_of_one_phone_are_one_sms(clock):
    cases = [opened() for _ in range(3)]
    other = opened(phone=MODOU)
    [body] = tell(clock, 5)
    tails = ", ".join(case.reference[-4:] for case in cases)
    assert body == f"Du nouveau pour vos dossiers {tails}. Pour les voir, composez *384*50#"
    assert sent()[0].key == f"case:{cases[0].id}:1"
    assert len(said(MODOU)) == 1
    assert other.reference[-4:] in said(MODOU)[0]
    assert {now_of(case).told for case in cases} == {1}


def test_two_dossiers_of_one_phone_are_told_each(clock):
    opened()
    opened()
    assert len(tell(clock, 5)) == 2


def test_who_wants_no_sms_on_dossiers_gets_none(connected, africastalking, monkeypatch):
    monkeypatch.setattr(moment, "now", at)
    opened()
    with writing() as db:
        consent.switch(db, AWA, "dossiers", "ussd")
    monkeypatch.setattr(moment, "now", lambda: at(5))
    notices.tell_news()
    connected.work()
    assert [one.state for one in sent()] == ["opted_out"]


def test_two_workers_at_once_tell_each_once(clock):
    cases = [opened(phone=f"+2217700005{number:02d}") for number in range(8)]
    clock(5)
    workers = [threading.Thread(target=notices.tell_news) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for number in range(8):
        assert len(said(f"+2217700005{number:02d}")) == 1
    assert {now_of(case).told for case in cases} == {1}


def test_a_job_that_is_told_to_stop_leaves_the_rest(clock, monkeypatch):
    opened()
    opened(phone=MODOU)
    clock(5)
    monkeypatch.setattr(notices.work, "stopping", lambda: bool(said() or said(MODOU)))
    notices.tell_news()
    assert len(said()) + len(said(MODOU)) == 1


def test_one_that_cannot_be_told_does_not_hold_up_the_others(clock, monkeypatch):
    broken, _ = opened(), opened(phone=MODOU)
    whole = notices._seen

    def seen(db, case, now):
        if case.id == broken.id:
            raise KeyError("a stage that is no more")
        return whole(db, case, now)

    monkeypatch.setattr(notices, "_seen", seen)
    assert tell(clock, 5) == []
    assert len(said(MODOU)) == 1
    assert now_of(broken).tell_at == at() + WAITS


def test_a_paper_that_waits_is_reminded_after_a_week_and_after_a_month(clock):
    case = opened()
    move(case, "ready", 1)
    tell(clock, 5)
    for days, times in ((6, 0), (7, 1), (8, 1), (29, 1), (30, 2), (31, 2), (90, 2)):
        clock(days=days)
        notices.remind()
        assert now_of(case).reminded == times, days
    assert history_of(case).count("reminded") == 2
    assert said()[-1] == (
        f"Dossier {case.reference[-4:]} pret depuis le 23/11/2026, à retirer. Mairie, mercredi "
        "00:00-24:00. Apportez recu et CNI. *384*50#"
    )
    notices.tell_news()
    assert len(said()) == 3


def test_who_has_collected_is_not_reminded_and_who_is_ready_again_anew(clock):
    case = opened()
    move(case, "ready", 1)
    clock(days=7)
    notices.remind()
    move(case, "handed_over", 7 * 24 * 60 + 1)
    clock(days=40)
    notices.remind()
    assert history_of(case).count("reminded") == 1
    move(case, "reopened", 40 * 24 * 60 + 1)
    move(case, "ready", 40 * 24 * 60 + 2)
    assert now_of(case).reminded == 0
    clock(days=48)
    notices.remind()
    assert history_of(case).count("reminded") == 2


def test_a_paper_that_waited_for_longer_when_we_heard_of_it_is_reminded_once_or_not_at_all(clock):
    recent, old = opened(happened=at(days=-40)), opened(happened=at(days=-400))
    move(recent, "ready", 1, happened=at(days=-35))
    move(old, "ready", 1, happened=at(days=-390))
    notices.remind()
    notices.remind()
    assert (now_of(recent).reminded, now_of(old).reminded) == (2, 0)
    assert history_of(recent).count("reminded") == 1


def test_a_stage_that_takes_too_long_is_noted_once_and_told_to_nobody(clock):
    case = opened()
    told = tell(clock, 4)
    clock(days=1)
    notices.note_late()
    assert not now_of(case).late  # by the end of that day
    for days in (2, 3):
        clock(days=days)
        notices.note_late()
        notices.tell_news()
    assert now_of(case).late
    assert history_of(case) == ["received", "breached"]
    assert said() == told
    move(case, "moved", 3 * 24 * 60, stage="recherche")
    clock(days=9)
    notices.note_late()
    assert history_of(case).count("breached") == 2


def test_a_stage_that_takes_too_long_passes_the_dossier_on_where_its_type_says_so(clock):
    case = opened(kind="plainte")
    clock(days=5)
    notices.note_late()
    assert (now_of(case).stage, now_of(case).late) == ("responsable", False)


def test_what_waits_for_its_papers_is_late_but_a_closed_one_is_not(clock):
    waits, closed = opened(), opened()
    move(waits, "document_missing", 1, documents=("cni",))
    move(closed, "refused", 1, reason="hors délai")
    clock(days=60)
    notices.note_late()
    with reading() as db:
        late = set(db.exec(select(Case.id).where(Case.late)))
    assert late == {waits.id}
