"""Octets of the GSM alphabet, and the cutting of long texts, against other people's code."""

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsm.alphabet import _BASIC, EXTENSION, fits_gsm7, measure
from gsm.octets import decoded, encoded
from gsm.segments import parts, segments

GSM = "".join(EXTENSION) + _BASIC
texts = st.text(st.sampled_from(GSM), max_size=400)
anything = st.text(
    st.one_of(st.sampled_from(GSM), st.characters(exclude_categories=["Cs"])), max_size=400
)


@given(texts)
def test_octets_are_those_of_the_reference(text):
    assert encoded(text) == gsm0338.Codec().encode(text)[0]


@given(texts)
def test_what_is_encoded_is_read_again(text):
    assert decoded(encoded(text)) == text


@given(st.binary(max_size=200))
def test_anything_can_be_read(octets):
    assert fits_gsm7(decoded(octets))


def test_a_character_outside_is_named():
    with pytest.raises(ValueError, match="ŋ"):
        encoded("saŋ")


@given(anything)
def test_parts_are_the_text_and_as_many_as_are_billed(text):
    cut = parts(text)
    assert "".join(cut) == text
    assert len(cut) == segments(text).count
    encoding = measure(text).encoding
    most = {"GSM-7": 153, "UCS-2": 67}[encoding]
    if len(cut) > 1:
        units = (
            [len(encoded(part)) for part in cut]
            if encoding == "GSM-7"
            else [len(part.encode("utf-16-be")) // 2 for part in cut]
        )
        assert max(units) <= most
