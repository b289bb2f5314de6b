"""What an `ask` screen accepts."""

import pytest

from menus.entries import CHECKS, choice

TABLE = [
    ("digits", "12 34-5", "12345"),
    ("digits", "12a", None),
    ("pin", "0042", "0042"),
    ("pin", "123", None),
    ("number", "007", "7"),
    ("number", "x1", None),
    ("number", "1.500", "1500"),  # a dot groups digits here
    ("amount", "5 000", "5000"),
    ("amount", "0", None),
    ("year", "1990", "1990"),
    ("year", "90", None),
    ("year", "3000", None),
    ("text", "  deux   mots ", "deux mots"),
    ("text", "a\x00b", None),
    ("text", "m" * 61, None),
    ("phone", "77 000 00 01", "+221770000001"),
    ("phone", "221770000001", "+221770000001"),
    ("phone", "+33 6 12 34 56 78", "+33612345678"),
    ("phone", "moussa", None),
    ("reference", "123", None),
]


@pytest.mark.parametrize(("name", "typed", "value"), TABLE)
def test_an_entry_is_read_or_refused(name, typed, value):
    check = CHECKS[name]
    assert check.accept(typed, check.least, check.most) == value


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_accepts_its_own_sample_and_refuses_nothing_at_all(name):
    check = CHECKS[name]
    assert check.accept(check.sample, check.least, check.most) is not None
    assert check.accept("", check.least, check.most) is None


def test_a_choice_forgives_capitals_accents_and_blanks():
    check = choice(["Oui", "Déjà fait"])
    assert check.accept("OUI", 0, 0) == "Oui"
    assert check.accept(" deja  fait ", 0, 0) == "Déjà fait"
    assert check.accept("non", 0, 0) is None
