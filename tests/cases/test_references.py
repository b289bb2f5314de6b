"""References: what is mistyped is caught."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.references import draw, is_valid, shown, tail, with_check

numbers = st.integers(0, 10**8 - 1).map(lambda number: with_check(f"{number:08d}"))


def test_a_reference_that_was_drawn_is_valid():
    randomness = random.Random(1)
    assert all(is_valid(draw(randomness)) for _ in range(1000))


@given(numbers)
def test_every_single_wrong_digit_is_caught(reference):
    for place in range(10):
        for digit in "0123456789":
            if digit != reference[place]:
                assert not is_valid(reference[:place] + digit + reference[place + 1 :])


@given(numbers, st.sampled_from([1, 2]))
def test_every_swap_of_neighbours_and_of_digits_one_apart_is_caught(reference, apart):
    for place in range(10 - apart):
        digits = list(reference)
        digits[place], digits[place + apart] = digits[place + apart], digits[place]
        swapped = "".join(digits)
        assert swapped == reference or not is_valid(swapped)


@pytest.mark.parametrize(
    "text", ["", "123", "12345678901", "abcdefghij", "١٢٣٤٥٦٧٨٩٠", "1234 56789"]
)
def test_what_is_no_reference_is_not_valid(text):
    assert not is_valid(text)


def test_a_reference_is_shown_in_three_groups_and_known_by_its_tail():
    assert shown("1234567890") == "123 456 7890"
    assert tail("1234567890") == "7890"


def weigh(place: int) -> int:
    """What one more at this place adds to a reference, modulo 97."""
    return 10 ** (9 - place) % 97


@given(numbers, st.integers(0, 10**10 - 1))
def test_a_reference_is_valid_if_and_only_if_it_leaves_one_over_when_divided_by_97(
    good, any_number
):
    assert int(good) % 97 == 1
    assert is_valid(f"{any_number:010d}") == (any_number % 97 == 1)


def test_all_single_swapped_and_jump_swapped_digits_are_caught_in_every_reference():
    """Every one: what an error adds depends on the digits that it touches, and on no others."""
    for place in range(10):
        for was, becomes in product(range(10), repeat=2):
            if was != becomes:
                assert (becomes - was) * weigh(place) % 97 != 0
    for apart in (1, 2):
        for place in range(10 - apart):
            for one, other in product(range(10), repeat=2):
                if one != other:
                    added = (other - one) * (weigh(place) - weigh(place + apart))
                    assert added % 97 != 0


def test_only_eight_digits_get_a_check():
    with pytest.raises(ValueError, match="eight digits"):
        with_check("1234567")
