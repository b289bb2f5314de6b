"""A dossier's page: what it shows, what is done from it, who is told and what is noted."""

import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from sqlmodel import select

import moment
from cases import events
from cases.history import Change
from cases.models import Case
from cases.reading import on_other_phone, pin_hash, without_pin
from citizens.models import Citizen
from database import reading, writing
from sms import consent
from sms.models import Message
from tests.console.cases.counter import (
    CASES,
    Counter,
    add,
    demo,
    dossier,
    happened,
    id_of,
    missing,
    move,
    noted,
    offered,
)

READY, RECEIVED, REFUSED = demo("ready"), demo("received"), demo("refused")
MISSING = demo("documents_missing")
ELSEWHERE = demo("in_progress", "Préfecture")


@pytest.fixture
def awa(office):
    return Counter(office)


@pytest.fixture
def fatou(office):
    return Counter(office, "fatou")


def test_the_page_says_where_it_stands_and_what_comes_next(awa):
    page = awa.page(MISSING)
    assert f"Dossier {MISSING[:3]} {MISSING[3:6]} {MISSING[6:]}" in page
    assert "À compléter" in page
    assert "extrait de moins de 3 mois" in page
    assert "+221 77 ••• •• 09" in page
    assert offered(page) == ["brought", "move", "ask", "appointment", "note", "correct"]
    assert "Refuser : demandez à un responsable." in page


def test_a_manager_may_refuse(fatou):
    assert "refuse" in offered(fatou.page(RECEIVED))


def test_it_goes_from_stage_to_stage_until_it_is_handed_over(awa):
    awa.do(RECEIVED, "move", stage="recherche")
    awa.do(RECEIVED, "move", stage="decide")
    awa.do(RECEIVED, "ready", note="au casier 12")
    page = awa.do(RECEIVED, "hand-over")
    assert "Remis" in page
    assert [(one.kind, one.stage, one.who) for one in happened(RECEIVED)][1:] == [
        ("moved", "recherche", "staff:awa"),
        ("moved", "decide", "staff:awa"),
        ("ready", "pret", "staff:awa"),
        ("handed_over", "remis", "staff:awa"),
    ]
    assert "au casier 12" in page
    assert "Awa Exemple" in page
    assert offered(page) == ["reopen", "note", "correct"]
    awa.do(RECEIVED, "reopen", stage="recherche")
    assert dossier(RECEIVED).status == "in_progress"


def test_papers_are_asked_for_and_come_one_by_one(awa):
    awa.do(RECEIVED, "ask", documents=["cni", "volet"], other="photo d'identité", due="2099-12-01")
    assert missing(RECEIVED) == ["cni", "volet", "photo d'identité"]
    assert str(dossier(RECEIVED).due) == "2099-12-01"
    page = awa.do(RECEIVED, "brought", documents=["cni"])
    assert missing(RECEIVED) == ["volet", "photo d'identité"]
    assert "volet 1 ou livret, photo d'identité" in page
    awa.do(RECEIVED, "brought", documents=["volet", "photo d'identité"])
    assert dossier(RECEIVED).stage == "recu"


def test_more_papers_than_can_be_told_are_not_asked_for(awa):
    for number in range(8):
        awa.do(RECEIVED, "ask", other=f"papier {number}")
    answer = awa.send(RECEIVED, "ask", other="papier 9")
    assert answer.status_code == 422
    assert "Huit papiers au plus" in answer.text
    assert 'value="papier 9"' in answer.text
    assert len(missing(RECEIVED)) == 8


@pytest.mark.parametrize(
    ("deed", "fields", "said"),
    [
        ("move", {}, "Choisissez une étape."),
        ("ask", {"other": " "}, "Cochez au moins un papier"),
        ("ask", {"other": "acte", "due": "2020-01-01"}, "Ce jour est passé"),
        ("note", {"note": ""}, "Écrivez la note."),
        ("refuse", {"reason": "", "appeal": "x"}, "Écrivez la raison"),
        ("refuse", {"reason": "x" * 61}, "60 caractères au plus"),
        ("correct", {"phone": "12"}, "Écrivez le numéro comme"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(fatou, deed, fields, said):
    answer = fatou.send(RECEIVED, deed, **fields)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert said in page
    for value in fields.values():
        assert value in page
    assert dossier(RECEIVED).version == 1


def test_a_refusal_has_a_reason_and_says_how_to_appeal(fatou, awa):
    assert 'value="au procureur, dans les 2 mois"' in fatou.page(RECEIVED)
    fields = {"reason": "acte illisible", "appeal": "au procureur, dans les 2 mois"}
    assert awa.send(RECEIVED, "refuse", **fields).status_code == 403
    page = fatou.do(RECEIVED, "refuse", **fields)
    assert "acte illisible" in page
    assert (dossier(RECEIVED).status, dossier(RECEIVED).reason) == ("refused", "acte illisible")


def test_a_stage_that_is_not_offered_is_refused(awa):
    assert awa.send(RECEIVED, "move", stage="remis").status_code == 403
    assert awa.send(RECEIVED, "move", stage="nothing").status_code == 403
    assert "ne le permet pas" in awa.do(RECEIVED, "hand-over")
    assert dossier(RECEIVED).version == 1


def test_an_appointment_is_at_the_office_s_own_time_and_can_be_taken_back(awa):
    page = awa.do(RECEIVED, "appointment", at="2027-01-12T09:30")
    assert "mardi 12 janv. 2027, 9 h 30" in page
    awa.do(RECEIVED, "appointment", at="")
    assert dossier(RECEIVED).appointment_at is None


def test_a_note_is_for_colleagues_and_sealed(awa, office):
    page = awa.do(RECEIVED, "note", note="rappelé, ne répond pas")
    assert "rappelé, ne répond pas" in page
    with reading() as db:
        kept = db.connection().exec_driver_sql("SELECT note FROM dossier_event ORDER BY id DESC")
        assert "rappel" not in str(kept.first())


def test_what_will_be_read_is_shown_before_it_is_sent(awa):
    page = awa.page(READY)
    assert "Le citoyen lira : « remis »" in page
    assert "Un SMS le lui dit dans 3 minutes environ." in page
    page = awa.page(RECEIVED)
    assert "le citoyen lira « en cours »" in page


def test_it_is_said_when_nobody_will_be_told(awa):
    alone = add()
    assert "Sans téléphone : personne n'est prévenu" in awa.page(alone)
    with writing() as db:
        consent.change(db, "+221770000001", ["dossiers"], given=False, source="ussd")
    assert "ne veut pas de SMS" in awa.page(READY)


def test_who_moved_it_meanwhile_is_said_and_what_was_typed_stays(awa):
    drawn = dossier(RECEIVED).version
    move(RECEIVED, Change("moved", "recherche"))
    answer = awa.send(RECEIVED, "ask", drawn, documents=["cni"], other="photo", note="pour Awa")
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Le dossier a bougé entre-temps" in page
    assert "Ibou Exemple" in page
    assert "Étape : Recherche au registre" in page
    assert 'value="photo"' in page
    assert 'value="pour Awa"' in page
    assert 'name="ask-documents" value="cni" checked' in page
    assert dossier(RECEIVED).version == 2
    awa.do(RECEIVED, "ask", documents=["cni"], other="photo")  # the page's own version now
    assert missing(RECEIVED) == ["cni", "photo"]


def test_what_is_not_possible_any_more_is_shown_as_it_was_typed(fatou):
    drawn = dossier(RECEIVED).version
    move(RECEIVED, Change("ready"))
    move(RECEIVED, Change("handed_over"))
    answer = fatou.send(RECEIVED, "refuse", drawn, reason="acte illisible")
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Ce n'est plus possible là où il en est" in page
    assert "acte illisible" in page
    assert dossier(RECEIVED).status == "handed_over"


def test_a_second_click_does_it_once(awa):
    drawn = dossier(RECEIVED).version
    for _ in range(2):
        assert awa.send(RECEIVED, "note", drawn, note="vu").status_code == 303
    assert len(happened(RECEIVED)) == 2


def test_of_two_at_once_one_moves_it_and_the_other_is_told(office):
    drawn = dossier(RECEIVED).version
    people = [Counter(office, name) for name in ("awa", "ibou")]
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(one.send, RECEIVED, "ready", drawn) for one in people]
    assert sorted(one.result().status_code for one in sent) == [303, 409]
    assert [one.kind for one in happened(RECEIVED)] == ["received", "ready"]


def test_what_was_wrong_is_corrected_and_found_by_its_new_words(fatou):
    page = fatou.do(
        RECEIVED, "correct", office=str(id_of("mairie")), phone="77 000 00 44", birth_year="1979",
        name="Awa Diop", note="vu sur l'acte",
    )  # fmt: skip
    case = dossier(RECEIVED)
    with reading() as db:
        assert db.get(Citizen, case.citizen_id).phone == "+221770000044"
        assert without_pin(db, "+221770000044", RECEIVED, moment.now()) is not None
        assert without_pin(db, "+221770000003", RECEIVED, moment.now()) is None
    assert (case.birth_year, case.holder_name) == (1979, "Awa Diop")
    assert "téléphone, année de naissance, nom · vu sur l'acte" in page
    assert fatou.found("diop") == [f"{RECEIVED[:3]} {RECEIVED[3:6]} {RECEIVED[6:]}"]
    assert noted("dossier.correct") == [("staff:fatou", "dossier.correct", f"dossier:{case.id}")]
    assert "770000044" not in json.dumps([one.details for one in happened(RECEIVED)])
    same = {"office": str(id_of("mairie")), "birth_year": "1979", "name": "Awa Diop"}
    assert "Rien n'a été changé." in fatou.do(RECEIVED, "correct", **same)
    fatou.do(RECEIVED, "correct", **{**same, "name": ""})
    assert fatou.found("diop") == []


def test_a_dossier_goes_to_another_office_of_the_agency_and_is_seen_there(awa):
    case = dossier(RECEIVED)
    there = {"office": str(id_of("prefecture")), "birth_year": str(case.birth_year)}
    page = awa.do(RECEIVED, "correct", **there)
    assert "Ce dossier est à un autre bureau" in page
    assert "Préfecture" in page


def test_a_number_can_be_taken_away(awa):
    case = dossier(RECEIVED)
    fields = {"office": str(case.office_id), "birth_year": str(case.birth_year)}
    page = awa.do(RECEIVED, "correct", without_phone="1", **fields)
    assert dossier(RECEIVED).citizen_id is None
    assert "Sans téléphone" in page


def test_another_office_s_dossier_says_how_it_stands_and_that_is_noted(awa):
    page = awa.page(ELSEWHERE)
    assert "Ce dossier est à un autre bureau" in page
    assert "En cours" in page
    for hidden in ("Carte d'identité", "••", "1990", "Ce qui s'est passé"):
        assert hidden not in page
    assert noted() == [("staff:awa", "dossier.elsewhere", f"dossier:{dossier(ELSEWHERE).id}")]
    assert awa.send(ELSEWHERE, "note", note="x").status_code == 404
    assert awa.post(f"{CASES}/{ELSEWHERE}/phone").status_code == 404
    awa.get(f"{CASES}/{ELSEWHERE}/receipt", status=404)


def test_an_administrator_touches_those_of_every_office(office):
    Counter(office, "admin").do(ELSEWHERE, "note", note="vu")


def test_the_number_is_shown_to_who_asks_and_that_is_noted(awa):
    assert "77 000 00 01" not in awa.page(READY)
    shown = unescape(awa.post(f"{CASES}/{READY}/phone").text)
    assert "+221 77 000 00 01" in shown
    assert noted("dossier.phone") == [
        ("staff:awa", "dossier.phone", f"dossier:{dossier(READY).id}")
    ]


def test_who_lost_the_pin_gets_another_by_sms_and_the_old_one_opens_nothing(awa, office):
    with writing() as db:
        of = db.get_one(Case, dossier(READY).id)
        of.pin_hash, of.birth_year = pin_hash("4821"), 1990
    posted = awa.post(f"{CASES}/{READY}/pin")
    assert posted.status_code == 303
    assert "Un nouveau code part par SMS" in awa.page(READY)
    with reading() as db:
        told = db.exec(select(Message).where(Message.kind == "case_pin")).one()
    assert told.address == "+221770000001"
    [new] = re.findall(r"\b\d{4}\b", told.body.replace(READY[-4:], ""))
    assert new not in awa.page(READY)
    with writing() as db:
        assert on_other_phone(db, "+221770000077", READY, 1990, "4821", moment.now()) is None
        assert on_other_phone(db, "+221770000077", READY, 1990, new, moment.now()) is not None
    assert [about for _, _, about in noted("dossier.pin")] == [f"dossier:{dossier(READY).id}"]


def test_a_pin_goes_to_no_phone_where_the_dossier_names_none(awa):
    alone = add()
    awa.post(f"{CASES}/{alone}/pin")
    assert "ne nomme aucun téléphone" in awa.page(alone)
    assert dossier(alone).pin_hash is None
    assert "Nouveau code par SMS" not in awa.page(alone)


def test_who_read_it_is_on_the_page(awa, fatou):
    with writing() as db:
        without_pin(db, "+221770000001", READY, moment.now())
        on_other_phone(db, "+221770000077", READY, 1990, "0000", moment.now())
    awa.page(READY)
    page = fatou.page(READY)
    assert "Awa Exemple · a ouvert le dossier" in page
    assert "le titulaire · lu au téléphone" in page
    assert "+221 77 ••• •• 77 · essai au téléphone, code faux" in page
    awa.page(READY)
    assert len(noted("dossier.open")) == 2  # again within minutes is the same reading


@pytest.mark.parametrize("reference", ["1234567890", "2268501754", "abc", "1"])
def test_what_is_no_reference_is_not_there(awa, reference):
    awa.get(f"{CASES}/{reference}", status=404)


def test_an_unknown_deed_is_not_there(awa):
    assert awa.send(RECEIVED, "delete").status_code == 404


def test_everything_stands_as_its_events_say(awa):
    awa.do(RECEIVED, "ask", documents=["cni"])
    awa.do(RECEIVED, "brought", documents=["cni"])
    awa.do(RECEIVED, "ready")
    with reading() as db:
        case = db.get_one(Case, dossier(RECEIVED).id)
        assert events.replayed(db, case) == events.standing(case)


def test_a_first_visit_weighs_less_than_sixty_thousand_bytes(fatou):
    packs = {"Accept-Encoding": "gzip"}
    citizen = f"/console/citizens/{dossier(RECEIVED).citizen_id}"
    for url in (CASES, f"{CASES}/new", f"{CASES}/{RECEIVED}", f"{CASES}/{READY}/receipt", citizen):
        first = fatou.client.get(url, headers=packs)
        html = gzip.decompress(first.data).decode()
        plain, packed = len(html), len(first.data)
        for part in re.findall(r'"(/console/static/[^"]+)"', html):
            asset = fatou.client.get(part, headers=packs)
            packed += len(asset.data)
            plain += len(gzip.decompress(asset.data) if asset.content_encoding else asset.data)
        assert plain < 60_000, (url, plain)
        assert packed < 15_000, (url, packed)


def test_nothing_on_the_pages_needs_a_script(fatou):
    for url in (CASES, f"{CASES}/new", f"{CASES}/{RECEIVED}", f"{CASES}/{READY}/receipt"):
        page = fatou.get(url)
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page), url
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), url
        assert set(re.findall(r'<label for="([^"]+)"', page)) <= set(ids), url


def test_it_is_said_in_english_too(fatou):
    fatou.post("/console/settings/account/language", language="en")
    page = fatou.page(RECEIVED)
    assert "Where it stands" in page
    assert "The citizen will read" in page or "the citizen will read" in page
    assert "Refuse this dossier" in page
