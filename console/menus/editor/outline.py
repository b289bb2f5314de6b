"""The screens of a tree, nested by the shortest way from where sessions begin."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from menus.flow import ways
from menus.grammar import DoNode, ScreenNode
from menus.source import Complaint, Draft
from menus.subject import texts

_SHOWN = 36


@dataclass(slots=True)
class Branch:
    name: str
    words: str
    kind: str
    errors: int
    below: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """`apart`: screens that no way leads to. `found`: those of a search, in the file's order."""

    tree: Sequence[Branch]
    apart: Sequence[Branch]
    found: Sequence[Branch] | None = None


def words(screen: ScreenNode) -> str:
    """The first words of a screen, or the name of its action."""
    if isinstance(screen, DoNode):
        return screen.do
    said = " ".join(next(texts(screen))[1].split())
    return said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"


def kind(screen: ScreenNode) -> str:
    return type(screen).__name__.removesuffix("Node").lower()


def outline(draft: Draft, complaints: Sequence[Complaint], search: str = "") -> Outline:
    errors = Counter(one.screen for one in complaints if one.severity == "error")
    branches = {
        name: Branch(name, words(screen), kind(screen), errors[name])
        for name, screen in draft.screens.items()
    }
    if search:
        found = [one for name, one in branches.items() if _holds(draft, name, search.casefold())]
        return Outline((), (), found)
    roots = _nested(draft, branches)
    reached = {id(one) for one in _all(roots)}
    return Outline(roots, [one for one in branches.values() if id(one) not in reached])


def _holds(draft: Draft, name: str, search: str) -> bool:
    said = [french for _, french in texts(draft.screens[name])]
    return any(search in one.casefold() for one in (name, words(draft.screens[name]), *said))


def _nested(draft: Draft, branches: Mapping[str, Branch]) -> list[Branch]:
    """Breadth first, so that each screen stands where it is nearest."""
    begins = dict.fromkeys((draft.head.home, *(rule.go for rule in draft.head.start)))
    names = [name for name in begins if name in branches]
    seen, waiting = set(names), list(names)
    for name in waiting:
        for edge in ways(draft)[name]:
            if edge.target in branches and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
                branches[name].below.append(branches[edge.target])
    return [branches[name] for name in names]


def _all(roots: Sequence[Branch]) -> list[Branch]:
    found = list(roots)
    for one in found:
        found.extend(one.below)
    return found
