"""The one field of the search: what is typed into it, and what is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases import references
from console.cases.typed import Typed, understood

REFERENCE = references.with_check("22685017")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("77 000 00 01", Typed(phone="+221770000001")),
        ("770000001", Typed(phone="+221770000001")),
        ("+221 77 000 00 01", Typed(phone="+221770000001")),
        ("00221770000001", Typed(phone="+221770000001")),
        ("+233 24 000 0001", Typed(phone="+233240000001")),
        ("Awa Diop", Typed(name="Awa Diop")),
        (" N'Diaye 2 ", Typed(name="N'Diaye 2")),
        ("1234567890", Typed(phone="+2211234567890", is_wrong=True)),
        ("12", Typed()),
        ("١٢٣٤٥٦٧٨٩٠", Typed(name="١٢٣٤٥٦٧٨٩٠")),
    ],
)
def test_a_number_is_a_phone_and_words_are_a_name(text, meant):
    assert understood(text, "221") == meant


@pytest.mark.parametrize("by", ["", " ", "-", ".", "/", " - "])
def test_a_reference_is_one_in_any_grouping(by):
    parts = REFERENCE[:3], REFERENCE[3:6], REFERENCE[6:]
    assert understood(by.join(parts), "221").reference == REFERENCE
    assert understood(by.join(REFERENCE), "221").reference == REFERENCE


@given(some.text(max_size=80))
def test_whatever_is_typed_is_understood_as_something(text):
    typed = understood(text, "221")
    assert typed.reference is None or references.is_valid(typed.reference)
    assert not (typed.name and typed.phone)
