"""Names are found by their words, and lie nowhere in the clear."""

from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

import database
from cases import names, opening
from cases.events import OPERATOR, Sender
from database import reading, writing
from operations.rotation import rotate
from queues.models import Office

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def new(name: str) -> int:
    with writing() as db:
        office = db.exec(select(Office).where(Office.code == "mairie")).one()
        wanted = opening.New("etat-civil", office.id, holder_name=name)
        return opening.open_case(db, wanted, Sender(OPERATOR), NOW).case.id


def found(text: str) -> list[int]:
    with reading() as db:
        return names.find(db, text, 10)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("N'Diaye, Aïssatou", ["aissatou", "diaye"]),
        ("Awa  DIOP diop", ["awa", "diop"]),
        ("", []),
        ("?!", []),
    ],
)
def test_the_words_of_a_name(name, words):
    assert names.words(name) == words


def test_a_dossier_is_found_by_any_words_of_its_holder_s_name(office):
    awa, omar = new("Awa Diop Exemple"), new("Omar Diop Exemple")
    assert found("diop awa") == [awa]
    assert set(found("DIOP")) == {awa, omar}
    assert found("dio") == []
    assert found("") == []


def test_no_name_lies_in_the_clear(office):
    new("Awa Diopexemple")
    with reading() as db:
        for table in ("dossier", "dossier_name"):
            rows = db.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            assert "diopexemple" not in str(rows).casefold()


def test_after_a_change_of_keys_names_are_still_found(environment):
    old, newer = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    demo = environment().data_keys[0]
    database.use(environment(DATA_KEYS=f"{old},{demo}"))
    awa = new("Awa Diop Exemple")
    database.use(environment(DATA_KEYS=f"{newer},{old},{demo}"))
    assert found("awa") == [awa]
    rotate()
    database.use(environment(DATA_KEYS=newer))
    assert found("awa diop") == [awa]
