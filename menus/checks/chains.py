"""Few actions follow one another without a screen between: a dial has to be answered in time."""

from collections.abc import Iterator

from menus.engine import MOST_CALLS
from menus.flow import edges
from menus.grammar import ChooseNode, DoNode
from menus.source import Complaint, Draft
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    entered = {edge.target for one in draft.screens.values() for edge in edges(one)}
    heads = entered | {rule.go for rule in draft.head.start}
    for name in draft.screens:
        calls = _calls(draft, name) if name in heads and _is_do(draft, name) else 0
        if calls >= MOST_CALLS and not _is_followed(draft, name):
            message = f"{calls} actions and lists in a row: {MOST_CALLS - 1} at most, show a screen"
            yield draft.complain(message, name)


def _calls(draft: Draft, start: str) -> int:
    """The most actions and lists from here to the next page; cycles are another check's matter."""
    longest = 0
    waiting = [(start, frozenset[str]())]
    while waiting and longest < MOST_CALLS:
        name, before = waiting.pop()
        screen = draft.screens.get(name)
        if name in before or screen is None:
            continue
        if isinstance(screen, ChooseNode) and screen.items is not None:
            longest = max(longest, len(before) + 1)
        elif isinstance(screen, DoNode):
            longest = max(longest, len(before) + 1)
            waiting += [(target, before | {name}) for target in screen.outcomes.values()]
    return longest


def _is_do(draft: Draft, name: str) -> bool:
    return isinstance(draft.screens[name], DoNode)


def _is_followed(draft: Draft, name: str) -> bool:
    """Whether only actions lead here: then the chain is told at its beginning."""
    ways = [
        other
        for other, screen in draft.screens.items()
        for edge in edges(screen)
        if edge.target == name
    ]
    return bool(ways) and all(_is_do(draft, other) for other in ways)
