"""What a citizen reads of a dossier: since when, where, what comes next, by when. On one page."""

from dataclasses import replace

import pytest

import moment
from cases import standing
from cases.kinds.store import kinds
from database import reading, writing
from gsm.alphabet import fold
from gsm.pages import Option, fit
from menus import layouts, library, versions, words
from queues.models import Office
from sms.inbound import store
from tests.cases.agency import AWA, STRANGER, at, day, move, office_id, opened, said


@pytest.fixture
def clock(office, monkeypatch):
    stands = [at()]
    monkeypatch.setattr(moment, "now", lambda: stands[0])

    def to(minutes: float = 0, days: float = 0) -> None:
        stands[0] = at(minutes, days)

    return to


def status(office, *entries: str, number: str = AWA) -> str:
    """The screen of this phone's first dossier, as one text."""
    phone = office.speaking(number)
    text = ""
    for entry in ("2", "1", *entries):
        text = phone.enter(entry).text
    while "98 Suite" in text.splitlines():
        text = text.split("\n98 Suite")[0] + " " + phone.enter("98").text.split("\n", 1)[-1]
    return text


def test_what_comes_next_is_said_with_its_day_unless_that_is_past(office, clock):
    opened()
    assert "reçu depuis le 23/11/2026, Mairie. Un SMS suivra, avant le 24/11/2026".replace(
        "ç", "c"
    ) in status(office)
    clock(days=2)
    assert "Mairie. Un SMS suivra\n" in status(office)


def test_what_the_agency_says_of_a_stage_comes_before_our_words(office, clock):
    case = opened()
    move(case, "moved", stage="recherche")
    text = status(office)
    assert "en cours depuis le 23/11/2026, Mairie." in text
    assert "Un SMS vous dira quand venir, avant le 25/11/2026" in text.replace("\n", " ")


def test_an_appointment_is_what_comes_next_until_its_time(office, clock):
    case = opened()
    move(case, "appointment", appointment=at(days=1))
    assert "Mairie. Rendez-vous le 24/11 09:00\n" in status(office)
    clock(days=2)
    assert "Rendez-vous" not in status(office)


def test_missing_papers_are_listed_one_by_one(office, clock):
    case = opened()
    move(case, "document_missing", documents=("cni", "extrait"), due=day(9))
    assert "il manque CNI, extrait de moins de 3 mois. A apporter avant le 02/12/2026" in status(
        office
    ).replace("\n", " ")
    listed = status(office, "1", "5")
    assert "1 CNI\n2 extrait de moins de 3 mois" in listed
    clock(days=12)
    assert "A apporter des que possible" in fold(status(office)).replace("è", "e")


def test_many_missing_papers_are_counted_and_then_listed(office, clock):
    case = opened()
    papers = ("volet", "extrait", "cni", "temoins", "attestation du chef de quartier")
    move(case, "document_missing", documents=papers)
    assert "il manque 5 papiers" in status(office)
    assert "5 attestation du chef de quartier" in status(office, "1", "5")


def test_what_asks_something_comes_first_and_what_is_over_last(office, clock):
    over, busy, waits, asks = (opened() for _ in range(4))
    move(over, "handed_over")
    move(busy, "moved", stage="recherche")
    move(asks, "document_missing", documents=("cni",))
    phone = office.speaking(AWA)
    text = phone.enter("2").text
    if "98 Suite" in text:
        text += phone.enter("98").text
    tails = [case.reference[-4:] for case in (asks, busy, waits, over)]
    places = [text.index(tail) for tail in tails]
    assert places == sorted(places)


def test_a_status_that_was_read_is_sent_to_this_phone_and_to_no_other(office, clock):
    case = opened()
    text = status(office, "1", "1")
    assert "Un SMS vous est envoyé." in text
    [body] = said(AWA)
    assert body.startswith(f"Dossier {case.reference[-4:]} recu, Mairie.")
    assert said(STRANGER) == []


def test_statut_by_sms_says_nothing_of_what_is_opened_by_a_pin(connected, africastalking, clock):
    case = opened(kind="carte-identite", office="prefecture", pin="7391")
    with writing() as db:
        store(db, "test", gateway_id="1", phone=AWA, words=f"STATUT {case.reference}", raw="1")
    connected.work()
    assert said(AWA)[-1].startswith("Rien par SMS pour ce numéro sur ce téléphone.")


TREE = next(versions.written(text).tree(file) for file, text in library.shipped().items())
LONGEST = "Sous-Préfecture de Nor"  # 22 signs: what an office's name may have


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("received", {}),
        ("moved", {"stage": "instruction"}),
        ("decided", {}),
        ("ready", {}),
        ("handed_over", {}),
        ("appointment", {"appointment": at(days=1)}),
    ],
)
def test_our_own_words_stand_on_one_page_where_the_office_has_the_longest_name(
    office, clock, kind, more
):
    case = opened(kind="permis-construire")
    with writing() as db:
        db.get_one(Office, office_id()).name = LONGEST
        known = kinds(db).types[case.type_id]
    if kind != "received":
        move(case, kind, **more)
    stages = tuple(one.model_copy(update={"told": "", "next": ""}) for one in known.stages)
    plain = known.model_copy(update={"stages": stages, "fee": 99_000})
    with reading() as db:
        seen = standing.see(db, db.get_one(type(case), case.id), "fr", at())
    name, values = standing.outcome(replace(seen, kind=plain))
    screen, spoken = TREE.screens[name], TREE.words["fr"]
    assert values["case_office"] == LONGEST
    pages = fit(
        fold(f"{TREE.banner['fr']}\n{screen.text['fr'].render(values, TREE.kinds, 'fr')}"),
        tuple(Option(str(n), fold(str(one.text["fr"]))) for n, one in enumerate(screen.options, 1)),
        (Option("0", spoken[words.BACK]), Option("00", spoken[words.HOME])),
        Option("98", spoken[words.NEXT]),
        layouts.USUAL.later,
        None,
    )
    assert [page.text for page in pages] == [pages[0].text]
