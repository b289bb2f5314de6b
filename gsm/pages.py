"""A screen of text and numbered options, cut into USSD pages. Nothing is lost, nothing repeated.

Whether a page is GSM-7 or UCS-2 is decided by that page's own characters: one ŋ shortens the page
it stands on and no other. No page is returned before it has been measured as it will be sent.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gsm.alphabet import Measure, measure


@dataclass(frozen=True, slots=True)
class Option:
    """A choice, drawn `key label`."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Budget:
    """The most one page may hold: `septets` if it is GSM-7, `units` of 16 bits if it is UCS-2.

    160 octets are 182 septets or 80 units (GSM 03.38); providers cut lower.
    """

    septets: int
    units: int

    def holds(self, length: Measure) -> bool:
        """Whether a text of this length stands on one page."""
        return length.units <= (self.septets if length.encoding == "GSM-7" else self.units)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as sent.

    `lead` is the part of the words on this page. `options` can be chosen here, and `navigation`
    too: it begins with the line that leads to the following page, if there is one. An option is
    given whole, even if its label was too long and `text` shows only a part of it.
    """

    lead: str
    options: tuple[Option, ...]
    navigation: tuple[Option, ...]
    text: str
    measure: Measure


def fit(
    text: str,
    options: Sequence[Option],
    navigation: Sequence[Option],
    following: Option,
    budget: Budget,
    first: Budget | None = None,
    reason: str = "",
) -> tuple[Page, ...]:
    """Cut a screen into pages of at most `budget`; the first of at most `first`, when given.

    `text` stands first, on as many pages as it needs, then the `options` in order. `navigation`
    ends every page, after `following` on every page but the last. Options are kept whole; one that
    is longer than a page is wrapped by words, its key drawn where it begins. Blanks at the ends of
    the text and of labels, and where a page ends, are not drawn. Pages of options alone leave room
    for `reason` above them, the longest that `explained` may be asked to put there; where there is
    a text, that gives way to it.

    Raises ValueError if the navigation leaves no room for one character.
    """
    rest, left = text.strip(_BLANKS), tuple(_line(option) for option in options)
    pages: list[Page] = []
    limit = first or budget
    while not _holds(limit, page := _page(rest, left, navigation), reason):
        page, rest, left = _fill(rest, left, (following, *navigation), limit, reason)
        pages.append(page)
        limit = budget
    return (*pages, page)


def explained(page: Page, reason: str, budget: Budget) -> str:
    """The text of the same page under a short reason, after a wrong entry.

    The reason stands above the page if it fits, else in place of the lead above options, else it
    is left out: what can be chosen never changes, and a page of words keeps its words.
    """
    below = [page.text]
    if page.options:
        below.append(page.text[len(page.lead) :].removeprefix("\n"))
    for text in below:
        above = _joined(reason, text)
        if budget.holds(measure(above)):
            return above
    return page.text


_BLANKS = " \t\r\n"
_NO_ROOM = "the budget leaves no room for one character beside the navigation"
_SENTENCE_END = re.compile(r"""[.!?…؟]["'”’»)]*(?=[ \t\r\n])|(?=\n)""")


@dataclass(frozen=True, slots=True)
class _Line:
    """An option, or what is still to be drawn of it: `head` is its key, if not drawn yet."""

    option: Option
    head: str
    label: str


def _line(option: Option) -> _Line:
    return _Line(option, f"{option.key} ", option.label.strip(_BLANKS))


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _page(lead: str, lines: Sequence[_Line], bottom: Sequence[Option]) -> Page:
    text = _joined(
        lead,
        *[line.head + line.label for line in lines],
        *[f"{option.key} {option.label}" for option in bottom],
    )
    chosen = tuple(line.option for line in lines)
    return Page(lead, chosen, tuple(bottom), text, measure(text))


def _holds(limit: Budget, page: Page, reason: str) -> bool:
    if page.options and not page.lead:
        return limit.holds(measure(_joined(reason, page.text)))
    return limit.holds(page.measure)


def _fill(
    rest: str, left: tuple[_Line, ...], bottom: Sequence[Option], limit: Budget, reason: str
) -> tuple[Page, str, tuple[_Line, ...]]:
    """One page that is not the last, and what is left: always something, for the next one."""

    def holds(lead: str, lines: Sequence[_Line]) -> bool:
        return _holds(limit, _page(lead, lines, bottom), reason)

    if rest and not (left and holds(rest, ())):
        cut = _cut(rest, lambda n: holds(rest[:n].rstrip(_BLANKS), ()))
        lead, rest = rest[:cut].rstrip(_BLANKS), rest[cut:].lstrip(_BLANKS)
        return _page(lead, (), bottom), rest, left

    count = _most(len(left) - 1, lambda n: holds(rest, left[:n]))
    if rest or count:
        return _page(rest, left[:count], bottom), "", left[count:]

    if not left:
        raise ValueError(_NO_ROOM)
    begun, ended = _wrapped(left[0], lambda line: holds("", (line,)))
    return _page("", (begun,), bottom), "", (ended, *left[1:])


def _wrapped(line: _Line, holds: Callable[[_Line], bool]) -> tuple[_Line, _Line]:
    """A line longer than a page, in two: what fits on a page alone, and the rest of its label."""

    def begun(n: int) -> _Line:
        return replace(line, label=line.label[:n].rstrip(_BLANKS))

    cut = _cut(line.label, lambda n: holds(begun(n)))
    return begun(cut), replace(line, head="", label=line.label[cut:].lstrip(_BLANKS))


def _cut(text: str, holds: Callable[[int], bool]) -> int:
    """Where to end a page: at a sentence or line end in its last third, else at a word's end.

    A word longer than a page is cut between characters, marks staying with their letter. (A
    surrogate pair is one character here, so it can't be cut.)
    """
    most = _most(len(text) - 1, holds)
    if not most:
        raise ValueError(_NO_ROOM)
    sentence = max((end.end() for end in _SENTENCE_END.finditer(text, 0, most + 1)), default=0)
    word = max(text.rfind(blank, 0, most + 1) for blank in _BLANKS)
    letter = next((n for n in range(most, 0, -1) if not _joins(text, n)), 0)
    for cut in (sentence if sentence * 3 > most * 2 else 0, word, letter):
        # Measured again: without the ŋ that comes later, these words may be GSM-7, and longer.
        if cut > 0 and holds(cut):
            return cut
    return most


def _joins(text: str, n: int) -> bool:
    """Whether the characters on both sides of `n` belong together: a letter and its accent."""
    before, after = text[n - 1], text[n]
    mark = unicodedata.category(after).startswith("M")
    skin_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    zero_width_joiner = "\u200d" in (before, after)
    return mark or skin_tone or zero_width_joiner


def _most(top: int, holds: Callable[[int], bool]) -> int:
    """The most of 1 … `top` that holds, 0 if none does. What it returns has been tried."""
    return bisect_left(range(1, top + 1), True, key=lambda n: not holds(n))
