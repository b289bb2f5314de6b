"""Personal data at rest, and keys that change while people dial."""

from cryptography.fernet import Fernet

import database
from citizens.directory import find, find_or_add
from database import reading, sealing, writing
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


def test_a_fingerprint_tells_nothing_without_the_key():
    sealing.use([OLD])
    old = sealing.fingerprint(NUMBER)
    sealing.use([NEW])
    assert sealing.fingerprint(NUMBER) != old
    assert len(old) == 32
