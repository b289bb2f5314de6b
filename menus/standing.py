"""Where a session may stand: every screen that can come up, and the navigation it then has.

The same rules as the engine's: home begins anew, and a screen that was left by a choice or an entry
is what "0" goes back to. An action, a list that was empty and too many tries leave nothing behind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from menus.flow import Edge, ways
from menus.grammar import ChooseNode, DoNode
from menus.once import once
from menus.source import Draft

# Drawn below a screen: nothing, "0" (back, to home), "0" and "00".
Navigation = Literal[0, 1, 2]


@dataclass(frozen=True, slots=True)
class Standing:
    """`opening`: nothing was typed yet."""

    screen: str
    opening: bool
    navigation: Navigation


@once
def silent(draft: Draft) -> Mapping[str, tuple[Edge, ...]]:
    """By screen, the ways on that are taken before anything is shown."""
    return {
        name: tuple(
            edge
            for edge in out
            if isinstance(draft.screens[name], DoNode) or edge.path == ("from", "empty")
        )
        for name, out in ways(draft).items()
    }


@once
def standings(draft: Draft) -> frozenset[Standing]:
    """All that can come up from the start or from home."""
    home = Standing(draft.head.home, False, 0)
    waiting = [home, *(Standing(rule.go, True, 0) for rule in draft.head.start)]
    found: set[Standing] = set()
    while waiting:
        standing = waiting.pop()
        if standing in found or standing.screen not in draft.screens:
            continue
        found.add(standing)
        waiting.extend(_after(draft, standing))
    return frozenset(found)


def _after(draft: Draft, standing: Standing) -> Iterator[Standing]:
    home, unseen = draft.head.home, silent(draft)[standing.screen]
    for edge in ways(draft)[standing.screen]:
        navigation: Navigation = 1 if standing.screen == home else 2
        if edge.target == home or _is_done(draft, edge.target):
            navigation = 0
        elif edge in unseen or edge.path == ("otherwise",):
            navigation = standing.navigation
        yield Standing(edge.target, standing.opening and edge in unseen, navigation)


def _is_done(draft: Draft, name: str) -> bool:
    screen = draft.screens.get(name)
    return isinstance(screen, ChooseNode) and screen.done
