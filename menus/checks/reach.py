"""Every screen can be reached, an end can be reached from every screen, and none is a trap.

"0" and "00" lead home, so an end is near if home leads to one; but a session's first screen has
neither, and an action shows nothing.
"""

from collections.abc import Iterator

from menus.components import components
from menus.flow import ways
from menus.grammar import SayNode
from menus.source import Complaint, Draft
from menus.standing import Standing, silent, standings
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    found = standings(draft)
    yield from _unreached(draft, {standing.screen for standing in found})
    yield from _endless(draft)
    yield from _trapped(draft, found)
    yield from _turning(draft)


def _unreached(draft: Draft, reached: set[str]) -> Iterator[Complaint]:
    """One complaint for each group of screens that are cut off together."""
    led_to = {
        edge.target
        for name, out in ways(draft).items()
        for edge in out
        if name not in reached and edge.target != name
    }
    seen = set(reached)
    for name in sorted(draft.screens, key=lambda name: name in led_to):
        if name not in seen:
            behind = _behind(draft, name, seen)
            seen |= behind
            also = f" (and to {len(behind) - 1} more behind it)" if len(behind) > 1 else ""
            message = f"no way leads here{also} from the start or home: add one, or take it out"
            yield draft.complain(message, name)


def _endless(draft: Draft) -> Iterator[Complaint]:
    home = draft.head.home
    if home in draft.screens and not any(
        isinstance(screen, SayNode) and screen.end
        for screen in map(draft.screens.get, _behind(draft, home, set()))
    ):
        message = "no way from home comes to an end: give a last screen `end: true`"
        yield Complaint(draft.file, draft.line("home"), message, home)


def _trapped(draft: Draft, found: frozenset[Standing]) -> Iterator[Complaint]:
    bare = {standing.screen for standing in found if standing.navigation == 0}
    for name, screen in draft.screens.items():
        if name in bare and isinstance(screen, SayNode) and not (screen.end or screen.go):
            message = "no way on, and no 0 or 00 here: add `go`, or `end: true`"
            yield draft.complain(message, name, "say")


def _turning(draft: Draft) -> Iterator[Complaint]:
    """Actions and empty lists that lead to one another may turn for ever and show nothing."""
    unseen = silent(draft)
    for group in components({name: [edge.target for edge in unseen[name]] for name in unseen}):
        within = set(group)
        turning = [(name, edge) for name in group for edge in unseen[name] if edge.target in within]
        if turning:
            name, edge = min(turning, key=lambda way: draft.line("screens", way[0]))
            message = f"may come back here by {edge.target} and never show anything"
            yield draft.complain(f"{message}: lead to a screen with text", name, *edge.path)


def _behind(draft: Draft, start: str, seen: set[str]) -> set[str]:
    """The screens that ways lead to from here, this one too, as far as they were not seen."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in draft.screens and name not in found and name not in seen:
            found.add(name)
            waiting.extend(edge.target for edge in ways(draft)[name])
    return found
