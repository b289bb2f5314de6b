"""Guessing over HTTP reads nothing, and locks out nobody but those who guess.

`GUESSES=10000 pytest tests/cases/test_guessing.py` makes ten thousand tries from a hundred phones.
"""

import os
import random

import pytest
from sqlmodel import func, select

import moment
from cases.models import SHOWN, CaseReading
from cases.references import with_check
from citizens import mandates
from citizens.directory import find, find_or_add
from database import reading, writing
from demo import office as demo_office

GUESSES = int(os.environ.get("GUESSES", "60"))
PHONES = min(100, max(12, GUESSES // 100))
KNOWN, MEDIATOR, FIRST_TIME = "+221770000701", "+221770000702", "+221770000703"
A_SESSION = 10  # tries, after which a guesser dials anew: what a gateway repeats grows
SAME = "Dossier non affiché"


@pytest.fixture
def open_to_all(open_office):
    """No limit on callbacks of one number, and time enough: what is tried here is the lock."""
    return open_office(RATE_PER_NUMBER="0", DEADLINE_SECONDS="10")


def dossier(status: str) -> dict:
    return next(one for one in demo_office.facts()["dossiers"] if one["status"] == status)


def wrong_pin(chance: random.Random, right: str) -> str:
    while (pin := f"{chance.randrange(10**4):04d}") == right:
        pass
    return pin


def reads(office, number: str, one: dict) -> str:
    """What is shown at the end to one who knows all."""
    phone = office.speaking(number)
    text = phone.enter("2").text
    if "10 chiffres" not in text:
        text = phone.enter(str(next(n for n in range(1, 9) if f"\n{n} Autre" in text))).text
    for entry in (one["reference"], str(one["birth_year"]), one["pin"]):
        text = phone.enter(entry).text
    return text


def test_thousands_of_guesses_read_nothing_and_lock_out_nobody_else(open_to_all):
    office, chance = open_to_all, random.Random(7)
    target, other = dossier("documents_missing"), dossier("received")
    assert target["reference"][-4:] in reads(office, KNOWN, target)
    with writing() as db:
        holder, mediator = find(db, target["phone"]), find_or_add(db, MEDIATOR)
        mandates.give(db, holder, mediator, mandates.ALL, 30, moment.now())
        before = db.exec(select(func.count()).where(CaseReading.outcome == SHOWN)).one()

    ended: set[str] = set()
    for number in range(PHONES):
        for tries in range(GUESSES // PHONES):
            if tries % A_SESSION == 0:
                phone = office.speaking(f"+2217700008{number:02d}")
                phone.enter("2")
            absent = with_check(f"{chance.randrange(10**8):08d}")
            aim = target["reference"] if chance.random() < 0.7 else absent
            year = str(chance.choice((target["birth_year"], 1980, 2001)))
            for entry in (aim, year):
                phone.enter(entry)
            ended.add(phone.enter(wrong_pin(chance, target["pin"])).text)
            phone.enter("1")  # again

    assert len(ended) == 1  # there, absent, locked: one and the same screen
    assert SAME in ended.pop()
    with reading() as db:
        assert db.exec(select(func.count()).where(CaseReading.outcome == SHOWN)).one() == before
        tried = db.exec(select(func.count()).where(CaseReading.outcome != SHOWN)).one()
    assert tried == GUESSES // PHONES * PHONES

    guesser = "+221770000800"
    assert SAME in reads(office, guesser, target)  # even with all that is right
    assert SAME in reads(office, guesser, other)
    assert SAME in reads(office, FIRST_TIME, target)  # that reference, by a phone not known to it
    assert other["reference"][-4:] in reads(office, FIRST_TIME, other)
    assert target["reference"][-4:] in reads(office, KNOWN, target)
    for number in (target["phone"], MEDIATOR):
        phone = office.speaking(number)
        assert target["reference"][-4:] in phone.enter("2").text
        assert f"Dossier {target['reference'][-4:]} : il manque" in phone.enter("1").text
