"""Who may read a dossier, on which phone, and how often one may guess."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

import database
from cases import reading as access
from cases.kinds.store import kinds
from cases.models import Case, CaseReading
from cases.reading import TRIES_A_DAY, listed, on_other_phone, on_own_phone
from cases.references import with_check
from cases.statuses import STATUSES
from database import reading, writing
from demo import office as demo_office
from menus.actions import Source
from tests.cases.agency import said
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
    assert "1 " + dossier()["reference"][-4:] + " : pret" in listed
    assert ": code PIN" in listed
    assert " : pret le " in phone.enter("1").text


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_says_where_it_stands_and_what_comes_next(office, status):
    one = dossier(status)
    phone = office.speaking(one["phone"])
    listed = phone.enter("2").text.splitlines()
    key = next(line.split()[0] for line in listed if line.split()[1:2] == [one["reference"][-4:]])
    text = phone.enter(key).text
    with reading() as db:
        case = db.exec(select(Case).where(Case.reference == one["reference"])).one()
        asks_pin = kinds(db).types[case.type_id].pin_here
    if asks_pin:
        text = phone.enter(one["pin"]).text
    assert one["reference"][-4:] in text
    assert one["reference"] not in text
    told = case.due if status == "documents_missing" else case.since
    assert f"{told:%d/%m/%Y}" in text


def test_dossiers_whose_status_is_listed_on_one_s_own_phone_are_noted(office):
    one = dossier()
    with writing() as db:
        found = listed(db, one["phone"], NOW)
    told = [each.case.reference for each in found if not each.asks_pin]
    assert 0 < len(told) < len(found)
    assert sorted(note.reference for note in readings()) == sorted(told)
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


# -- who guesses is locked out, and nobody else ---------------------------------------------------


def lock_by_strangers(one: dict) -> None:
    for n in range(TRIES_A_DAY + 3):
        try_to_read(one, pin="0000", phone=f"+2217700002{n:02d}")


def test_a_phone_that_gave_the_right_pin_before_is_not_locked_by_strangers(office):
    one, known = dossier(), "+221770000078"
    assert try_to_read(one, phone=known) is not None
    lock_by_strangers(one)
    assert try_to_read(one, phone=known, now=NOW + timedelta(hours=1)) is not None
    assert try_to_read(one, phone="+221770000079") is None  # a stranger to it, right or wrong


def test_a_phone_that_is_known_has_its_own_five_tries(office):
    one, known = dossier(), "+221770000078"
    try_to_read(one, phone=known)
    for _ in range(TRIES_A_DAY):
        try_to_read(one, pin="0000", phone=known)
    assert try_to_read(one, phone=known) is None


def test_another_dossier_is_not_locked(office):
    lock_by_strangers(dossier())
    other = dossier("received")
    assert try_to_read(other, phone="+221770000079") is not None


def here(one: dict, pin: str):
    with writing() as db:
        return on_own_phone(db, one["phone"], one["reference"], pin, NOW)


def test_the_holder_s_pin_on_their_own_phone_is_not_locked_by_strangers(office):
    one = dossier("in_progress")
    lock_by_strangers(one)
    assert here(one, one["pin"]) is not None
    for _ in range(TRIES_A_DAY):
        assert here(one, "0000") is None
    assert here(one, one["pin"]) is None


@pytest.mark.parametrize(
    "lost",
    [
        {"pin_hash": None},
        {"birth_year": None},
        {"citizen_id": None, "pin_hash": None, "birth_year": None, "holder_name": None},
    ],
    ids=["no PIN", "no birth year", "erased"],
)
def test_what_has_no_pin_or_no_year_or_no_holder_is_read_by_nobody_and_looks_absent(office, lost):
    one = dossier()
    absent = {**one, "reference": with_check("00000000")}
    with writing() as db:
        case = db.exec(select(Case).where(Case.reference == one["reference"])).one()
        for name, value in lost.items():
            setattr(case, name, value)

    def asked(of: dict, phone: str) -> list[str]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_) -> None:
            seen.append(statement)

        event.listen(database.engine(), "before_cursor_execute", note)
        assert try_to_read(of, phone=phone) is None
        event.remove(database.engine(), "before_cursor_execute", note)
        return seen

    assert asked(one, "+221770000171") == asked(absent, "+221770000172")
    assert outcomes() == ["wrong", "wrong"]


def test_right_and_wrong_and_absent_cost_the_same_hashing(office, monkeypatch):
    one = dossier()
    absent = {**one, "reference": with_check("00000000")}
    hashed: list[str] = []
    whole = access._matches
    monkeypatch.setattr(access, "_matches", lambda of, pin: hashed.append(of) or whole(of, pin))
    for of, pin in ((one, None), (one, "0000"), (absent, None)):
        try_to_read(of, pin=pin)
    assert len(hashed) == 3
    assert {of.rsplit("$", 2)[0] for of in hashed} == {"$argon2id$v=19$m=19456,t=2,p=1"}


# -- the holder hears who reads -------------------------------------------------------------------


def test_the_holder_is_told_of_a_reader_once_a_day(office):
    one = dossier()
    for minutes in (0, 5):
        try_to_read(one, now=NOW + timedelta(minutes=minutes))
    try_to_read(one, phone="+221770000078")
    try_to_read(one, pin="0000", phone="+221770000079")
    tail = one["reference"][-4:]
    assert said(one["phone"]) == [
        f"Dossier {tail} : lu aujourd'hui sur le téléphone +22177-----{end}. Ce n'est pas voulu ? "
        "Dites-le au bureau, ou composez *384*50#"
        for end in ("77", "78")
    ]
    try_to_read(one, now=NOW + timedelta(days=1))
    assert len(said(one["phone"])) == 3


def test_right_while_locked_tells_the_holder_nothing(office):
    one = dossier()
    lock_by_strangers(one)
    try_to_read(one)
    assert said(one["phone"]) == []
