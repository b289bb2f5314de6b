"""Finding dossiers: by reference, by phone, by name; and what waits for somebody."""

import logging
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select

import moment
from cases.history import Change
from database import writing
from staff.models import Staff
from tests.console.cases.counter import (
    CASES,
    Counter,
    add,
    demo,
    dossier,
    id_of,
    listed,
    move,
    noted,
    shown,
)
from tests.queues.day import MORNING

READY, RECEIVED = demo("ready"), demo("received")


@pytest.fixture
def awa(office):
    return Counter(office)


@pytest.mark.parametrize("by", ["", " ", "-"])
def test_a_reference_leads_to_its_dossier_in_any_grouping(awa, by):
    answer = awa.search(by.join((READY[:3], READY[3:6], READY[6:])))
    assert (answer.status_code, answer.location) == (303, f"{CASES}/{READY}")


def test_a_phone_finds_its_dossiers_of_this_office_and_the_person(awa):
    page = unescape(awa.search("77 000 00 01").text)
    assert listed(page) == [shown(READY)]  # and not the one at the préfecture
    assert "+221 77 ••• •• 01" in page
    assert "770000001" not in page
    assert f'href="/console/citizens/{dossier(READY).citizen_id}"' in page
    assert awa.found("+221770000001") == [shown(READY)]
    assert [did for _, did, _ in noted()] == ["dossier.find"]


def test_an_administrator_finds_those_of_all_offices(office):
    assert len(Counter(office, "admin").found("770000001")) == 2


def test_a_person_who_has_nothing_to_do_with_this_office_is_not_found(awa):
    page = awa.search("77 000 00 08").text  # a dossier at the court
    assert "Rien sous ce numéro dans ce bureau" in page
    assert "/console/citizens/" not in page


def test_a_name_finds_by_its_words_those_of_this_office(awa, office):
    here = add(holder_name="Aïssatou N'Diaye")
    add("prefecture", holder_name="Aïssatou Fall")
    page = unescape(awa.search("aissatou").text)
    assert listed(page) == [shown(here)]
    assert "Aïssatou N'Diaye" in page
    assert awa.found("diaye AISSATOU") == [shown(here)]
    assert awa.found("aissa") == []
    assert noted()[0] == ("staff:awa", "dossier.find", "by name: 1")
    assert len(Counter(office, "admin").found("Aïssatou")) == 2


def test_many_are_the_first_fifty_and_that_is_said(awa):
    for _ in range(51):
        add(holder_name="Awa Diop")
    page = unescape(awa.search("diop").text)
    assert len(listed(page)) == 50
    assert "Il y en a plus de 50" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Écrivez une référence"),
        ("2268501754", "Une référence a dix chiffres ; un seul mal lu"),
        ("77 111 22 33", "Rien sous ce numéro dans ce bureau"),
        ("Personne", "Personne de ce nom ici"),
    ],
)
def test_what_is_not_found_says_what_to_do(awa, typed, said):
    assert said in unescape(awa.search(typed).text)


def test_what_is_typed_is_in_no_log(awa, caplog):
    with caplog.at_level(logging.DEBUG):
        awa.search("77 000 00 01")
        awa.search("Awa Diop")
    assert "77000" not in caplog.text.replace(" ", "")
    assert "Diop" not in caplog.text


def piles(page):
    """Each list's title and the references in it."""
    parts = page.split('<section class="pile">')[1:]
    return {part.split("<h2>")[1].split(" <span")[0]: listed(part) for part in parts}


@pytest.fixture
def november(office, monkeypatch):
    """A Monday long after the demo's dossiers were opened, and a dossier for each list."""
    monkeypatch.setattr(moment, "now", lambda: MORNING)
    month = MORNING - timedelta(days=30)
    late = add(now=month)
    move(late, Change("moved", "recherche"), now=month)
    waits = add(now=month)
    due = (MORNING - timedelta(days=1)).date()
    move(waits, Change("document_missing", documents=("cni",), due=due), now=month)
    ready = add(now=month)
    move(ready, Change("ready"), now=month)
    new = add(now=MORNING)
    add("prefecture", now=MORNING)
    return late, waits, ready, new


def test_what_waits_for_somebody_is_listed_by_why(awa, november):
    late, waits, ready, new = november
    found = piles(awa.get(CASES))
    assert shown(late) in found["En retard"]
    assert shown(new) not in found["En retard"]
    assert shown(waits) in found["Papiers non apportés à temps"]
    assert shown(ready) in found["Prêts depuis plus de 7 jours"]
    assert shown(new) in found["Nouveaux"]


def test_the_longest_wait_is_first_and_the_rest_is_behind_a_link(awa, november):
    for day in range(60):
        add(now=MORNING - timedelta(days=day))
    page = awa.get(CASES)
    assert len(piles(page)["Nouveaux"]) == 5
    assert f'href="{CASES}?list=new"' in page
    whole = awa.get(f"{CASES}?list=new")
    assert len(listed(whole)) == 50
    assert "Les 50 plus anciens sont montrés" in whole
    assert list(piles(whole)) == ["Nouveaux"]


def test_an_administrator_sees_all_offices_or_one(office, november):
    admin = Counter(office, "admin")
    assert "Préfecture" in admin.get(f"{CASES}?list=new")
    one = admin.get(f"{CASES}?list=new&office={id_of('prefecture')}")
    assert len(listed(one)) == 1


def test_another_office_s_lists_are_not_there(awa):
    awa.get(f"{CASES}?office={id_of('prefecture')}", status=404)


def test_an_office_without_dossiers_is_told_how_to_begin(awa):
    with writing() as db:
        annexe = id_of("mairie-annexe")
        db.exec(select(Staff).where(Staff.name == "awa")).one().office_id = annexe
    page = awa.get(CASES)
    assert "Pas encore de dossier" in page
    assert "Ouvrir un dossier" in page
