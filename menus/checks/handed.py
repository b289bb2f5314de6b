"""What actions and lists are handed is of the kind that they take, whatever the way to them.

A way may lead back by "0", too: the values stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from locales.values import LANGUAGE, Kind, Value
from menus.actions import ACTIONS, SOURCES
from menus.entries import CHECKS
from menus.flow import Edge, ways
from menus.grammar import ChooseNode, DoNode, ScreenNode
from menus.source import Complaint, Draft, Path
from menus.subject import Subject


@dataclass(frozen=True, slots=True)
class Taker:
    """An action or a list that takes a value of this kind, on this screen."""

    name: str
    screen: str
    value: str
    kind: Kind


# Whose sets flow into whose: a screen's takers, or those that are met again by going back from it.
_Node = tuple[str, bool]
_Takers = dict[tuple[str, str], Taker]  # by the value's name and the kind's


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    takers = _takers(draft)
    for name, screen in draft.screens.items():
        for edge in ways(draft)[name]:
            met = takers.get((edge.target, False), {}) if edge.target != draft.head.home else {}
            for value, kind in (*edge.brings, *edge.hands):
                path, written = _origin(screen, edge, value)
                for taker in met.values():
                    if taker.value == value and not _will_do(taker.kind, kind, written, draft):
                        is_now = f"a {kind.name}" if written is None else repr(written)
                        yield draft.complain(_message(taker, is_now, draft), name, *path)


def _message(taker: Taker, is_now: str, draft: Draft) -> str:
    return (
        f"{taker.value} is {is_now} here, but {taker.name} (on {taker.screen}) takes a "
        f"{taker.kind.name}: {_remedy(taker.kind, draft)}, or keep this under another name"
    )


def _origin(screen: ScreenNode, edge: Edge, value: str) -> tuple[Path, Value | None]:
    """Where the value comes from, and what it is where an option sets it."""
    if isinstance(screen, DoNode):
        return edge.path, None
    if isinstance(screen, ChooseNode) and edge.path[0] == "options":
        _, index, _ = edge.path
        return ("options", index, "set", value), screen.options[int(index)].set[value]
    return (*edge.path[:-1], "as"), None


def _will_do(wanted: Kind, kind: Kind, written: Value | None, draft: Draft) -> bool:
    if wanted == LANGUAGE:
        return written in draft.head.languages
    if written is None or wanted.takes(kind):
        return wanted.takes(kind)
    return any(
        wanted.takes(one.kind) and one.accept(str(written), one.least, one.most) == str(written)
        for one in CHECKS.values()
    )


def _remedy(wanted: Kind, draft: Draft) -> str:
    if wanted == LANGUAGE:
        return f"set one of {', '.join(draft.head.languages)}"
    ways = [f"ask with `check: {name}`" for name, one in CHECKS.items() if wanted.takes(one.kind)]
    ways += [f"offer the list {name}" for name, one in SOURCES.items() if wanted.takes(one.gives)]
    return " or ".join(ways) or "fetch one by an action"


def _takers(draft: Draft) -> Mapping[_Node, _Takers]:
    """For each screen, what may still take each value as it is when one comes there."""
    flows = _flows(draft)
    found: dict[_Node, _Takers] = defaultdict(dict)
    waiting = []
    for name, screen in draft.screens.items():
        for taker in _taking(name, screen):
            found[name, False][taker.value, taker.kind.name] = taker
            waiting.append((name, False))
    while waiting:
        node = waiting.pop()
        for target, renewed in flows.get(node, ()):
            news = {
                key: taker
                for key, taker in found[node].items()
                if key not in found[target] and taker.value not in renewed
            }
            if news:
                found[target].update(news)
                waiting.append(target)
    return found


def _flows(draft: Draft) -> Mapping[_Node, list[tuple[_Node, frozenset[str]]]]:
    """From where takers are to where they are met, and the values that are renewed on the way.
    Home forgets all values, so nothing is met through it."""
    flows: dict[_Node, list[tuple[_Node, frozenset[str]]]] = defaultdict(list)
    home = draft.head.home
    for name, screen in draft.screens.items():
        unseen = isinstance(screen, DoNode)
        if not unseen:
            flows[name, True].append(((name, False), frozenset()))
        for edge in ways(draft)[name]:
            if edge.target != home:
                renewed = frozenset(value for value, _ in (*edge.brings, *edge.hands))
                flows[edge.target, False].append(((name, False), renewed))
                if name != home:
                    flows[name, unseen].append(((edge.target, True), frozenset()))
    return flows


def _taking(name: str, screen: ScreenNode) -> Iterator[Taker]:
    if isinstance(screen, DoNode) and screen.do in ACTIONS:
        called, given = ACTIONS[screen.do].parameters, screen.given
        offered = screen.do
    elif isinstance(screen, ChooseNode) and screen.items and screen.items.source in SOURCES:
        called, given = SOURCES[screen.items.source].parameters, screen.items.given
        offered = screen.items.source
    else:
        return
    for value in given:
        if value in called:
            yield Taker(offered, name, value, called[value])
