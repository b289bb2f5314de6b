"""Which passwords are good enough, and how they are compared."""

from time import process_time

import pytest
from argon2 import PasswordHasher

from database import reading, writing
from settings import DEMO_PASSWORD
from staff import directory, passwords, signing_in
from tests.console.conversations import sign_in

GOOD = "quatre mots sans lien"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("neuf char", passwords.TOO_SHORT),
        ("x" * 201, passwords.TOO_LONG),
        ("Fatou.Diouf", passwords.NAME),
        ("motdepasse", passwords.COMMON),
        ("MotDePasse123", passwords.COMMON),
        ("aaaaaaaaaaaa", passwords.COMMON),
        (DEMO_PASSWORD, passwords.COMMON),
    ],
)
def test_what_is_easily_guessed_is_refused(password, why):
    with pytest.raises(passwords.Unfit) as refused:
        passwords.check(password, "fatou.diouf")
    assert refused.value.why == why


def test_any_other_is_taken_as_it_is():
    for password in (GOOD, "ŋëpp-ñàkk 1", "        x-yz 9"):
        passwords.check(password, "fatou.diouf")


def test_it_is_the_one_however_its_letters_were_made():
    assert passwords.matches(passwords.hashed("é" * 10), "e\u0301" * 10)
    assert not passwords.matches(passwords.hashed(GOOD), GOOD.upper())


def test_nobody_has_no_password_not_even_the_one_that_is_compared():
    assert not passwords.matches(None, "nobody's password")


def test_a_name_that_is_unknown_takes_as_long_as_one_that_is_not():
    known = passwords.hashed(GOOD)
    passwords.matches(None, "once")  # makes nobody's hash

    def cost(password_hash: str | None) -> float:
        spent = []
        for _ in range(5):
            begun = process_time()
            passwords.matches(password_hash, "not the password")
            spent.append(process_time() - begun)
        return min(spent)

    assert 0.5 < cost(None) / cost(known) < 2


def test_signing_in_makes_a_hash_of_old_cost_anew(office):
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    with writing() as db:
        directory.find(db, "awa").password_hash = old
    sign_in(office.app.test_client(), "awa", GOOD)
    with reading() as db:
        now = directory.find(db, "awa").password_hash
    assert now != old
    assert not passwords.is_outdated(now)
    assert passwords.matches(now, GOOD)


def test_the_name_is_never_told_from_the_password(office):
    from datetime import UTC, datetime

    found = [
        signing_in.sign_in(name, "not the password", "192.0.2.1", datetime.now(UTC))
        for name in ("awa", "nobody", "", "\x00", "é" * 500)
    ]
    assert found == [signing_in.Wrong()] * 5
