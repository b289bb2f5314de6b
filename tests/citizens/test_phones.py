"""Phone numbers."""

import pytest

from citizens.phones import masked, normal


@pytest.mark.parametrize(
    "written",
    ["+221770000001", "221770000001", "00221770000001", "+221 77 000 00 01", "+221-77-000-00.01"],
)
def test_the_usual_ways_of_writing_a_number_are_one_number(written):
    assert normal(written) == "+221770000001"


@pytest.mark.parametrize(
    "written", ["", "+", "770", "moussa", "+0221770000001", "+2217700000011234", "+٢٢١٧٧٠٠٠٠٠٠١"]
)
def test_what_is_no_international_number_is_refused(written):
    with pytest.raises(ValueError, match=r"write \+221"):
        normal(written)


def test_a_masked_number_can_be_recognised_but_not_called():
    assert masked("+221770000001") == "+22177•••••01"
