"""What lists say of waits and days, and what is understood of "TICKET MAIRIE A"."""

from datetime import date, timedelta

import pytest

from gsm.alphabet import fold
from locales.catalogues import FOLDED, NAMES
from queues import phrases
from queues.phrases import DAY, DAYS, PHRASES, STANDING, TODAY, TOMORROW, WAIT_PHRASES, WEEKDAYS
from queues.waiting import Kind, Wait
from queues.written import Office, wanted

TUESDAY = date(2026, 11, 24)
FULL = {"low": 999, "high": 999, "counter": 99, "moment": "2026-11-24T09:30:00+00:00"}


def wait(kind: Kind, low: int | None = None, high: int | None = None) -> Wait:
    return Wait(0, low, high, None, kind)


RANGE = wait(Kind.RANGE, 35, 50)


def test_a_list_says_how_many_and_how_long():
    assert phrases.in_a_list("fr", 12, RANGE) == "12, 35-50 min"
    assert phrases.in_a_list("fr", 12, wait(Kind.PLACE_ONLY)) == "12"
    assert phrases.in_a_list("fr", 12, wait(Kind.NO_COUNTER)) == "12, sans guichet"
    assert phrases.in_a_list("fr", 12, wait(Kind.TOO_LATE)) == "12, trop tard"
    assert phrases.in_a_list("fr", 5000, wait(Kind.RANGE, 5000, 6000)) == "999, 999-999 min"


def test_beside_the_number_minutes_that_are_not_known_are_said_to_be():
    assert phrases.alone("fr", wait(Kind.PLACE_ONLY)) == "temps inconnu"


def test_an_office_s_range_goes_from_the_least_to_the_most_of_its_services():
    others = [wait(Kind.NO_COUNTER), wait(Kind.PLACE_ONLY), wait(Kind.TOO_LATE)]
    together = phrases.together([RANGE, wait(Kind.RANGE, 5, 15), *others])
    assert (together.kind, together.low, together.high) == (Kind.RANGE, 5, 50)
    assert phrases.together(others).kind is Kind.PLACE_ONLY
    assert phrases.together([others[0], others[2]]).kind is Kind.TOO_LATE
    assert phrases.together([]).kind is Kind.NO_COUNTER


def test_days_are_said_as_people_say_them():
    days = [phrases.day("fr", TUESDAY + timedelta(days=ahead), TUESDAY) for ahead in (0, 1, 6)]
    assert days == ["Aujourd'hui", "Demain", "lundi 30/11"]
    assert phrases.day("wo", TUESDAY + timedelta(days=6), TUESDAY) == "altine 30/11"


@pytest.mark.parametrize("language", NAMES)
def test_nothing_is_cut_short_in_any_language(language):
    for phrase in PHRASES:
        said = phrases.say(language, phrase, **FULL)
        most = phrases.WAIT if phrase in WAIT_PHRASES else STANDING
        assert most.write(said) == fold(said), said
    for ahead in (0, 999):
        line = phrases.in_a_list(language, ahead, wait(Kind.RANGE, 999, 999))
        assert STANDING.write(line) == line
    for kind in Kind:
        line = phrases.in_a_list(language, 999, wait(kind))
        assert STANDING.write(line) == fold(line), line


@pytest.mark.parametrize("language", NAMES)
def test_days_are_translated_and_short(language):
    for ahead in range(8):
        said = phrases.day(language, TUESDAY + timedelta(days=ahead), TUESDAY)
        assert DAY.write(said) == said
    for word in (TODAY, TOMORROW, *WEEKDAYS):
        translated = phrases.translated(language, DAYS, word)
        assert (translated == word) == (language == "fr")
    assert language in FOLDED or language == "bm"


MAIRIE = Office("mairie", "Mairie", "Town hall", {"A": 1, "B": 2})
ANNEXE = Office("annexe", "Mairie annexe", "Town hall annexe", {"A": 3})
OFFICES = [MAIRIE, ANNEXE]


@pytest.mark.parametrize(
    ("written", "office", "service_id"),
    [
        ("MAIRIE A", MAIRIE, 1),
        ("mairie b", MAIRIE, 2),
        ("Màirie, service B.", MAIRIE, 2),
        ("town-hall A", MAIRIE, 1),
        ("mairie", MAIRIE, None),
        ("mairie z", MAIRIE, None),
        ("mairie a demain", MAIRIE, None),
        ("mairie annexe", ANNEXE, 3),
        ("Mairie Annexe A", ANNEXE, 3),
        ("annexe a", ANNEXE, 3),
        ("mairies a", None, None),
        ("A042", None, None),
        ("", None, None),
    ],
)
def test_what_office_and_service_are_meant(written, office, service_id):
    meant = wanted(written, OFFICES)
    assert (meant.office, meant.service_id) == (office, service_id)
