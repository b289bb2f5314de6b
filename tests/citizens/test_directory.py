"""Citizens as a dial finds them: rows, under whichever key their number was sealed."""

import threading

from cryptography.fernet import Fernet
from sqlmodel import select

import database
from citizens.directory import find, keep_language, person, person_or_add
from citizens.models import Citizen
from database import reading, writing

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NUMBER = "+221771234567"


def found() -> list[Citizen]:
    with reading() as db:
        return [one for one in db.exec(select(Citizen)) if one.phone == NUMBER]


def test_a_number_is_added_once_and_found_from_then_on(office):
    with writing() as db:
        assert person(db, NUMBER) is None
        added = person_or_add(db, NUMBER)
        assert person_or_add(db, NUMBER) == added
    with reading() as db:
        assert person(db, NUMBER) == added
        assert find(db, NUMBER).id == added.id
    assert len(found()) == 1


def test_a_language_comes_with_its_citizen_and_changes_later(office):
    for language in ("wo", "fr"):
        with writing() as db:
            keep_language(db, NUMBER, language)
            assert person(db, NUMBER).language == language
    assert [one.language for one in found()] == ["fr"]


def test_a_number_under_a_former_key_is_the_same_citizen(environment):
    database.use(environment(DATA_KEYS=OLD))
    with writing() as db:
        known = person_or_add(db, NUMBER)
    database.use(environment(DATA_KEYS=f"{NEW},{OLD}"))
    with writing() as db:
        keep_language(db, NUMBER, "wo")
    with writing() as db:
        assert person_or_add(db, NUMBER) == known._replace(language="wo")


def test_eight_who_choose_at_once_are_one_citizen(office):
    together = threading.Barrier(8)

    def choose() -> None:
        together.wait()
        with writing() as db:
            keep_language(db, NUMBER, "wo")

    threads = [threading.Thread(target=choose) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.language for one in found()] == ["wo"]
