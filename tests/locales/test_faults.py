"""What is wrong with a translation, whatever it is one of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.extraction import most
from locales.faults import faults, of_length
from locales.values import number, text

KINDS = {"ahead": number(99), "office": text(10)}
FRENCH = "{ahead} {ahead|personne|personnes}, {office}"


def sorts(said: str, language: str = "ff", lines: bool = True) -> list[str]:
    return [one.sort for one in faults(FRENCH, said, language, KINDS, lines)]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("{ahead} {ahead|neɗɗo|yimɓe}, {office}", []),
        ("{ahead}, {office}", []),  # nothing needs to agree
        ("{ahead|neɗɗo|yimɓe}", ["lacks"]),
        ("{ahead} {office} {bureau}", ["added"]),
        ("{ahead|a|b|c} {office}", ["forms"]),
        ("{ahead} {office|a|b}", ["no_number"]),
        ("{ahead} {office} a@b [c]", ["at", "dear", "dear"]),
        ("{ahead} {office} \u0007", ["unseen"]),
    ],
)
def test_each_fault_is_found(said, found):
    assert sorted(sorts(said)) == sorted(found)


def test_in_wolof_a_noun_has_one_form():
    assert sorts("{ahead} {ahead|nit} {office}", "wo") == []
    assert sorts("{ahead} {ahead|nit|nit} {office}", "wo") == ["forms"]


def test_a_line_break_has_no_place_in_an_option():
    assert sorts("{ahead}\n{office}") == []
    assert sorts("{ahead}\n{office}", lines=False) == ["unseen"]


@given(st.text(max_size=80))
def test_any_text_is_judged(said):
    for one in faults(FRENCH, said, "ff", KINDS):
        assert one.is_grave or one.sort in ("at", "dear")


@given(st.text(alphabet="abŋ ", max_size=60), st.integers(0, 60))
def test_length_counts_values_at_their_longest(said, most_letters):
    found = list(of_length(said + "{ahead}", KINDS, most_letters))
    assert bool(found) is (len(said) + 2 > most_letters)


def test_a_comment_says_how_long_a_text_may_be():
    assert most("14 characters at most") == 14
    assert most("short: it stands beside other text") is None
