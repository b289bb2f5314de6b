"""Personal data at rest, and keys that change while people dial."""

from datetime import UTC, datetime

from cryptography.fernet import Fernet
from sqlmodel import select

import database
from cases.models import CaseReading
from cases.reading import TRIES_A_DAY, on_other_phone
from citizens.directory import find, find_or_add
from database import reading, sealing, writing
from demo import office as demo_office
from operations.rotation import rotate

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NUMBER = "+221771234567"


def test_a_number_is_found_under_its_old_key_and_written_under_the_new(environment):
    database.use(environment(DATA_KEYS=OLD))
    with writing() as db:
        known = find_or_add(db, NUMBER).id
    database.use(environment(DATA_KEYS=f"{NEW},{OLD}"))
    with writing() as db:
        assert find_or_add(db, NUMBER).id == known


def test_after_rotation_the_old_key_is_needed_no_more(environment):
    demo = environment().data_keys[0]
    database.use(environment(DATA_KEYS=f"{OLD},{demo}"))
    with writing() as db:
        known = find_or_add(db, NUMBER).id
    database.use(environment(DATA_KEYS=f"{NEW},{OLD},{demo}"))
    assert rotate() > 0
    database.use(environment(DATA_KEYS=NEW))
    with reading() as db:
        citizen = find(db, NUMBER)
        assert citizen is not None
        assert (citizen.id, citizen.phone) == (known, NUMBER)


def test_after_rotation_a_lock_holds_and_the_audit_is_found(environment):
    one = demo_office.facts()["dossiers"][0]

    def read(pin: str, phone: str = NUMBER) -> bool:
        at = datetime(2026, 11, 23, 10, tzinfo=UTC)
        with writing() as db:
            found = on_other_phone(db, phone, one["reference"], one["birth_year"], pin, at)
        return found is not None

    demo = environment().data_keys[0]
    database.use(environment(DATA_KEYS=f"{OLD},{demo}"))
    for _ in range(TRIES_A_DAY):
        read("0000")
    before_there_was_a_seal = CaseReading(
        **{"reference_hash": "r", "phone_hash": "p", "own_phone": False, "outcome": "wrong"},
        at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    with writing() as db:
        db.add(before_there_was_a_seal)
    database.use(environment(DATA_KEYS=f"{NEW},{OLD},{demo}"))
    rotate()
    database.use(environment(DATA_KEYS=NEW))
    assert not read(one["pin"], phone="+221771234568")  # the dossier is locked
    with reading() as db:
        of_phone = CaseReading.phone_hash == sealing.fingerprint(NUMBER)
        notes = db.exec(select(CaseReading).where(of_phone)).all()
        kept = db.exec(select(CaseReading).where(CaseReading.phone_hash == "p")).one()
    assert [(note.phone, note.reference) for note in notes] == [
        (NUMBER, one["reference"])
    ] * TRIES_A_DAY
    assert (kept.phone, kept.reference, kept.reference_hash) == (None, None, "r")


def test_a_fingerprint_tells_nothing_without_the_key():
    sealing.use([OLD])
    old = sealing.fingerprint(NUMBER)
    sealing.use([NEW])
    assert sealing.fingerprint(NUMBER) != old
    assert len(old) == 32
