"""Few actions follow one another without a screen between: a dial has to be answered in time."""

from collections.abc import Iterator

from menus.components import components
from menus.engine import MOST_CALLS
from menus.flow import ways
from menus.grammar import ChooseNode, DoNode, ScreenNode
from menus.source import Complaint, Draft
from menus.standing import silent
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    calls, begins = _calls(draft), _begins(draft)
    for name in draft.screens:
        if name in begins and calls[name] >= MOST_CALLS:
            most = MOST_CALLS - 1
            message = f"{calls[name]} actions and lists in a row: {most} at most, show a screen"
            yield draft.complain(message, name)


def _begins(draft: Draft) -> set[str]:
    """Where a chain may begin: a session starts there, or something is shown before."""
    begins = {rule.go for rule in draft.head.start}
    for name, out in ways(draft).items():
        begins |= {edge.target for edge in out if edge not in silent(draft)[name]}
    return begins


def _calls(draft: Draft) -> dict[str, int]:
    """By screen, the most actions and lists from there to the next page. Those that lead to one
    another are another check's matter: each is counted once."""
    targets = {name: [edge.target for edge in out] for name, out in silent(draft).items()}
    calls: dict[str, int] = {}
    for group in components(targets):
        behind = [calls[target] for name in group for target in targets[name] if target in calls]
        count = sum(_is_call(draft.screens[name]) for name in group) + max(behind, default=0)
        calls |= dict.fromkeys(group, count)
    return calls


def _is_call(screen: ScreenNode) -> bool:
    return isinstance(screen, DoNode) or (isinstance(screen, ChooseNode) and bool(screen.items))
