"""What `handset.html` draws under its phone: how much of a page is used.

meter(text, layout.later, page=1, pages=2)
"""

from dataclasses import dataclass

from console.speaking import _
from gsm.alphabet import measure
from gsm.pages import Budget


@dataclass(frozen=True, slots=True)
class Meter:
    """`used` of `budget`, in `unit`s; `page` counts from 1."""

    used: int
    budget: int
    unit: str
    encoding: str
    page: int
    pages: int


def meter(text: str, budget: Budget, page: int = 1, pages: int = 1) -> Meter:
    """Of one page, measured as it is sent."""
    size = measure(text)
    packed = size.encoding == "GSM-7"
    most = budget.septets if packed else budget.units
    unit = _("septets") if packed else _("unités")
    return Meter(size.units, most, unit, size.encoding, page, pages)
