"""Who may read a dossier, on which phone, and how often one may guess."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from cases.models import STATUSES, CaseReading
from cases.reading import TRIES_A_DAY, on_other_phone
from cases.references import with_check
from database import reading, writing
from demo import office as demo_office

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
STRANGER = "+221770000077"


def dossier(status: str = "ready") -> dict:
    return next(one for one in demo_office.facts()["dossiers"] if one["status"] == status)


def try_to_read(one: dict, pin: str | None = None, phone: str = STRANGER, now: datetime = NOW):
    with writing() as db:
        return on_other_phone(
            db, phone, one["reference"], one["birth_year"], pin or one["pin"], now
        )


def readings() -> list[CaseReading]:
    with reading() as db:
        return list(db.exec(select(CaseReading)))


def test_one_s_own_dossiers_are_listed_without_typing(office):
    phone = office.speaking("+221770000001")
    listed = phone.enter("2").text
    assert ": pret" in listed
    assert ": en cours" in listed
    assert "Dossier" in phone.enter("1").text


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_says_where_it_stands_and_what_comes_next(office, status):
    one = dossier(status)
    phone = office.speaking(one["phone"])
    listed = phone.enter("2").text.splitlines()
    key = next(line.split()[0] for line in listed if line.split()[1:2] == [one["reference"][-4:]])
    text = phone.enter(key).text
    assert one["reference"][-4:] in text
    assert one["reference"] not in text
    assert "/2026" in text


def test_a_phone_without_dossiers_is_asked_for_the_reference(office):
    phone = office.speaking(STRANGER)
    assert "10 chiffres" in phone.enter("2").text


def test_another_phone_reads_with_birth_year_and_pin(office):
    one = dossier()
    phone = office.speaking(STRANGER)
    phone.enter("2")
    grouped = f"{one['reference'][:3]}-{one['reference'][3:6]} {one['reference'][6:]}"
    assert "Année de naissance" in phone.enter(grouped).text
    assert "PIN" in phone.enter(str(one["birth_year"])).text
    assert one["reference"][-4:] in phone.enter(one["pin"]).text


def test_a_mistyped_reference_is_said_to_be_so(office):
    one = dossier()
    wrong = one["reference"][:-1] + str((int(one["reference"][-1]) + 1) % 10)
    phone = office.speaking(STRANGER)
    phone.enter("2")
    assert phone.enter(wrong).text.startswith("Numéro faux.")


def test_a_pin_is_in_no_log_no_session_and_no_stored_reply(office, caplog):
    caplog.set_level("DEBUG")
    one = dossier()
    phone = office.speaking(STRANGER)
    for entry in ("2", one["reference"], str(one["birth_year"]), "918273"):
        phone.enter(entry)
    kept = b"".join(office.redis.dump(key) or b"" for key in office.redis.keys("*"))
    assert b"918273" not in kept
    assert "918273" not in caplog.text
    with reading() as db:
        performed = db.connection().exec_driver_sql("SELECT * FROM performed").all()
    assert "918273" not in str(performed)


def test_a_wrong_pin_and_a_dossier_that_is_not_there_look_the_same(office):
    def conversation(reference: str) -> list[str]:
        phone = office.speaking(STRANGER)
        return [phone.enter(entry).text for entry in ("2", reference, "1980", "0000")]

    there, not_there = dossier()["reference"], with_check("00000000")
    assert conversation(there) == conversation(not_there)
    assert "non affiché" in conversation(there)[-1]


def test_right_reads(office):
    assert try_to_read(dossier()) is not None


def test_after_five_wrong_tries_right_looks_like_wrong(office):
    one = dossier()
    for _ in range(TRIES_A_DAY):
        assert try_to_read(one, pin="0000") is None
    assert try_to_read(one) is None
    assert try_to_read(one, phone="+221770000078") is None  # the reference is guarded too


def test_a_phone_that_guesses_at_many_dossiers_is_stopped(office):
    others = [one for one in demo_office.facts()["dossiers"] if one["status"] != "ready"]
    for one in others[:TRIES_A_DAY]:
        try_to_read(one, pin="0000")
    assert try_to_read(dossier()) is None
    assert try_to_read(dossier(), phone="+221770000078") is not None  # nobody else is


def test_the_next_day_one_may_try_again(office):
    one = dossier()
    for _ in range(TRIES_A_DAY):
        try_to_read(one, pin="0000")
    assert try_to_read(one, now=NOW + timedelta(days=1, minutes=1)) is not None


def test_the_holder_s_own_phone_is_not_locked_by_another_s_guesses(office):
    one = dossier()
    for _ in range(10):
        try_to_read(one, pin="0000")
    phone = office.speaking(one["phone"])
    phone.enter("2")
    assert one["reference"][-4:] in phone.enter("1").text


def test_every_reading_is_noted(office):
    one = dossier()
    try_to_read(one)
    try_to_read(one, pin="0000")
    assert [(note.shown, note.own_phone) for note in readings()] == [(True, False), (False, False)]
    assert all(STRANGER not in str(note) for note in readings())
