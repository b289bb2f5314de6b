"""Who may read a dossier, on which phone, and how often one may guess."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

import database
from cases.models import Case, CaseReading
from cases.reading import TRIES_A_DAY, on_other_phone, shown_on_own_phone
from cases.references import with_check
from cases.statuses import STATUSES
from database import reading, writing
from demo import office as demo_office
from menus.actions import Source
from tests.stores import everything

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


def outcomes() -> list[str]:
    return [note.outcome for note in readings()]


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
    with reading() as db:
        case = db.exec(select(Case).where(Case.reference == one["reference"])).one()
    told = case.due if status == "documents_missing" else case.since
    assert f"{told:%d/%m/%Y}" in text


def test_dossiers_listed_on_one_s_own_phone_are_noted(office):
    one = dossier()
    with writing() as db:
        listed = [case.reference for case in shown_on_own_phone(db, one["phone"], NOW)]
    assert len(listed) > 1
    assert sorted(note.reference for note in readings()) == sorted(listed)
    assert {(note.outcome, note.own_phone, note.phone) for note in readings()} == {
        ("shown", True, one["phone"])
    }


@pytest.mark.skipif(
    "writes" not in Source.__dataclass_fields__, reason="sources can't note anything yet"
)
def test_who_dials_for_the_list_is_noted_once_per_dossier(office):
    one = dossier()
    phone = office.speaking(one["phone"])
    listed = phone.enter("2").text
    phone.repeat()
    assert readings()
    assert all(note.reference[-4:] in listed for note in readings())
    assert len({note.reference for note in readings()}) == len(readings())


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
    kept = b"\n".join(everything(office.redis, key) for key in office.redis.keys("*"))
    assert b"PIN" in kept  # the screen that asked for it: what is kept is kept in the clear
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


def test_what_is_tried_while_locked_does_not_prolong_the_lock(office):
    one = dossier()
    for _ in range(TRIES_A_DAY):
        try_to_read(one, pin="0000")
    for hours in range(1, 24):  # somebody keeps on trying, right and wrong
        assert try_to_read(one, pin="0000", now=NOW + timedelta(hours=hours)) is None
        assert try_to_read(one, now=NOW + timedelta(hours=hours)) is None
    assert outcomes() == ["wrong"] * TRIES_A_DAY + ["locked"] * 46
    assert try_to_read(one, now=NOW + timedelta(days=1, minutes=1)) is not None


def test_while_locked_right_and_wrong_ask_the_same_of_the_database(office):
    """What costs the same takes the same time."""
    one = dossier()
    for _ in range(TRIES_A_DAY):
        try_to_read(one, pin="0000")

    def statements(pin: str | None) -> list[str]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_) -> None:
            seen.append(statement)

        event.listen(database.engine(), "before_cursor_execute", note)
        try_to_read(one, pin=pin)
        event.remove(database.engine(), "before_cursor_execute", note)
        return seen

    assert statements(None) == statements("0000")


def all_at_once(tries: list[dict]) -> None:
    together = threading.Barrier(len(tries))

    def go(one: dict) -> None:
        together.wait()
        try_to_read(**one)

    threads = [threading.Thread(target=go, args=(one,)) for one in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_five_tries_are_five_when_many_come_at_once_for_one_dossier(office):
    one = dossier()
    all_at_once([{"one": one, "pin": "0000", "phone": f"+2217700001{n:02d}"} for n in range(14)])
    assert sorted(outcomes()) == ["locked"] * 9 + ["wrong"] * TRIES_A_DAY


def test_five_tries_are_five_when_many_come_at_once_from_one_phone(office):
    others = [{**dossier(), "reference": with_check(f"{n:08d}")} for n in range(14)]
    all_at_once([{"one": one, "pin": "0000"} for one in others])
    assert sorted(outcomes()) == ["locked"] * 9 + ["wrong"] * TRIES_A_DAY


def test_every_reading_is_noted_and_sealed(office):
    one = dossier()
    try_to_read(one)
    try_to_read(one, pin="0000")
    assert [(note.outcome, note.own_phone) for note in readings()] == [
        ("shown", False),
        ("wrong", False),
    ]
    assert {(note.phone, note.reference) for note in readings()} == {(STRANGER, one["reference"])}
    with reading() as db:
        rows = db.connection().exec_driver_sql("SELECT * FROM dossier_reading").all()
    assert len(rows) == 2
    assert STRANGER not in str(rows)
    assert one["reference"] not in str(rows)
