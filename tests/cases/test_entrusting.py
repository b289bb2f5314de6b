"""A holder lets a person close to them read, for a time; both hear of it, and it ends."""

import pytest
from sqlmodel import select

import moment
from cases.models import CaseReading
from citizens import mandates
from citizens.directory import find_or_add
from citizens.mandates import DAYS, MOST, TooMany
from citizens.models import Mandate
from database import reading, writing
from tests.cases.agency import AWA, MODOU, at, move, now_of, opened, said

ENTRUST, ONE, ALL, TAKE_BACK = "2", "1", "2", "3"
WEEK, MONTH = "1", "2"
MEDIATOR = MODOU.removeprefix("+221")


@pytest.fixture
def clock(office, monkeypatch):
    stands = [at()]
    monkeypatch.setattr(moment, "now", lambda: stands[0])

    def to(minutes: float = 0, days: float = 0) -> None:
        stands[0] = at(minutes, days)

    return to


def choices(office, number: str = AWA):
    """A phone whose first dossier is open, and one looks what can be done."""
    phone = office.speaking(number)
    for entry in ("2", "1", "1"):
        phone.enter(entry)
    return phone


def entrust(office, scope: str = ONE, proxy: str = MEDIATOR, days: str = MONTH) -> str:
    phone = choices(office)
    for entry in (ENTRUST, scope, proxy):
        phone.enter(entry)
    return phone.enter(days).text


def sees(office, number: str = MODOU) -> str:
    return office.speaking(number).enter("2").text


def test_a_mediator_reads_and_both_are_told(office, clock):
    case = opened()
    tail = case.reference[-4:]
    assert "C'est noté, jusqu'au 23/12/2026." in entrust(office)
    assert said(AWA) == [
        f"Le +22177-----62 peut lire dossier {tail} pour vous jusqu'au 23/12/2026. Pour retirer "
        "cet accès, composez *384*50#"
    ]
    assert said(MODOU) == [
        f"Le +22177-----61 vous laisse lire pour lui : dossier {tail}, jusqu'au 23/12/2026. "
        "Composez *384*50#"
    ]
    phone = office.speaking(MODOU)
    assert f"1 {tail} : recu (autre)" in phone.enter("2").text
    assert f"Dossier {tail} : recu depuis le 23/11/2026" in phone.enter("1").text


def test_each_reading_is_noted_and_the_holder_hears_of_it_once_a_day(office, clock):
    case = opened()
    entrust(office)
    for _ in range(2):
        sees(office)
    with reading() as db:
        found = db.exec(select(CaseReading).where(CaseReading.case_id == case.id)).all()
    by_mediator = [(one.own_phone, one.with_pin) for one in found if one.phone == MODOU]
    assert by_mediator == [(False, False)] * 2
    read = [body for body in said(AWA) if "lu aujourd'hui" in body]
    assert read == [
        f"Dossier {case.reference[-4:]} : lu aujourd'hui sur le téléphone +22177-----62. Ce n'est "
        "pas voulu ? Dites-le au bureau, ou composez *384*50#"
    ]
    clock(days=1)
    sees(office)
    assert len([body for body in said(AWA) if "lu aujourd'hui" in body]) == 2


def test_one_dossier_is_not_all_of_them(office, clock):
    shown = opened()
    entrust(office)
    hidden = opened(minutes=1)
    assert shown.reference[-4:] in sees(office)
    assert hidden.reference[-4:] not in sees(office)
    entrust(office, ALL)
    assert hidden.reference[-4:] in sees(office)


def test_it_ends_by_its_day(office, clock):
    case = opened()
    entrust(office, days=WEEK)
    clock(days=7)
    assert case.reference[-4:] in sees(office)
    clock(days=8)
    assert "10 chiffres" in sees(office)


def test_it_is_taken_back_at_once_and_both_are_told(office, clock):
    case = opened()
    entrust(office)
    phone = choices(office)
    phone.enter(ENTRUST)
    assert f"1 +22177-----62 : dossier {case.reference[-4:]}" in phone.enter(TAKE_BACK).text
    assert "cet accès est retiré" in phone.enter("1").text
    assert "10 chiffres" in sees(office)
    assert said(AWA)[-1].startswith("C'est noté : le +22177-----62 ne peut plus lire")
    assert said(MODOU)[-1].startswith("Le +22177-----61 a retiré votre accès")


def test_a_dossier_that_has_another_holder_since_is_not_shown_by_an_old_mandate(office, clock):
    case = opened()
    entrust(office)
    with writing() as db:
        row = db.get_one(type(case), case.id)
        row.citizen_id = find_or_add(db, "+221770000063").id
    assert "10 chiffres" in sees(office)


def test_a_mediator_cannot_pass_it_on_nor_set_a_pin(office, clock):
    case = opened(birth_year=1990)
    entrust(office)
    for entry in (ENTRUST, "3"):
        phone = choices(office, MODOU)
        text = phone.enter(entry).text
        if entry == ENTRUST:
            for more in (ONE, "770000063", WEEK):
                text = phone.enter(more).text
        assert "sur le téléphone du dossier" in text
    assert now_of(case).pin_hash is None
    with reading() as db:
        assert len(db.exec(select(Mandate)).all()) == 1


def test_a_mediator_gets_it_by_sms_and_reads_what_the_type_opens_by_a_pin(office, clock):
    case = opened(kind="carte-identite", office="prefecture", pin="7391")
    move(case, "moved", stage="production")
    phone = office.speaking(AWA)
    for entry in ("2", "1", "7391", "1", ENTRUST, ONE, MEDIATOR, WEEK):
        phone.enter(entry)
    phone = office.speaking(MODOU)
    assert f"1 {case.reference[-4:]} : en cours (autre)" in phone.enter("2").text
    assert "en fabrication depuis le 23/11/2026" in phone.enter("1").text
    phone.enter("1")
    phone.enter("1")
    assert said(MODOU)[-1].startswith(f"Dossier {case.reference[-4:]} en cours, Préfecture.")


def test_oneself_is_no_mediator(office, clock):
    opened()
    assert "C'est votre numéro." in entrust(office, proxy=AWA.removeprefix("+221"))
    assert said(AWA) == []


def test_a_holder_gives_ten_at_most_and_the_same_again_is_one(office):
    with writing() as db:
        holder = find_or_add(db, AWA)
        others = [find_or_add(db, f"+2217700003{number:02d}") for number in range(MOST + 1)]
        for other in others[:MOST]:
            mandates.give(db, holder, other, mandates.ALL, DAYS[0], at())
        again = mandates.give(db, holder, others[0], mandates.ALL, DAYS[2], at(1))
        given = mandates.given(db, holder.id, at().date())
        assert len(given) == MOST
        assert again in given
        with pytest.raises(TooMany):
            mandates.give(db, holder, others[MOST], mandates.ALL, DAYS[0], at(2))
        mandates.revoke(again, at(3))
        mandates.give(db, holder, others[MOST], mandates.ALL, DAYS[0], at(4))
