"""How screens follow one another, and which values are known where. Shared by the checks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from locales.values import PICKED, Kind, Value, number, text
from menus.actions import ACTIONS, SOURCES
from menus.entries import CHECKS, choice
from menus.grammar import AskNode, ChooseNode, DoNode, SayNode, ScreenNode
from menus.once import once
from menus.source import Draft, Path


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one screen to another, where it is written, and the values it brings along;
    `hands` is a secret: the next action gets it, and no screen after that."""

    target: str
    path: Path
    brings: tuple[tuple[str, Kind], ...] = ()
    hands: tuple[tuple[str, Kind], ...] = ()


def edges(screen: ScreenNode) -> Iterator[Edge]:
    """Every way out of a screen, navigation (0, 00) apart."""
    if isinstance(screen, SayNode):
        if screen.go is not None:
            yield Edge(screen.go, ("go",))
    elif isinstance(screen, ChooseNode):
        if screen.items is not None:
            source = SOURCES.get(screen.items.source)
            kind = source.gives if source is not None else PICKED
            yield Edge(screen.items.go, ("from", "go"), ((screen.items.kept, kind),))
            if screen.items.empty is not None:
                yield Edge(screen.items.empty, ("from", "empty"))
        for index, option in enumerate(screen.options):
            brings = tuple((name, literal(value)) for name, value in option.set.items())
            yield Edge(option.go, ("options", index, "go"), brings)
    elif isinstance(screen, AskNode):
        check = CHECKS.get(screen.check) if screen.check else choice(screen.among)
        kind = check.bounded(screen.most) if check is not None else text(20)
        typed = ((screen.kept, kind),)
        if screen.secret:
            yield Edge(screen.go, ("go",), hands=typed)
        else:
            yield Edge(screen.go, ("go",), brings=typed)
        yield Edge(screen.otherwise, ("otherwise",))
    else:
        assert isinstance(screen, DoNode)
        action = ACTIONS.get(screen.do)
        for outcome, target in screen.outcomes.items():
            values = action.outcomes.get(outcome, {}) if action is not None else {}
            yield Edge(target, ("outcomes", outcome), tuple(values.items()))


def literal(value: Value) -> Kind:
    """The kind of a value that an option sets."""
    return number(value) if isinstance(value, int) else text(len(value))


@once
def ways(draft: Draft) -> Mapping[str, tuple[Edge, ...]]:
    """By screen, every way out of it."""
    return {name: tuple(edges(screen)) for name, screen in draft.screens.items()}


def known(draft: Draft) -> dict[str, frozenset[str]]:
    """For each screen that can be reached: the values known there whatever the way that led there.

    Home forgets all values, so nothing is known there.
    """
    reached: dict[str, frozenset[str]] = {}
    waiting = [(rule.go, frozenset[str]()) for rule in draft.head.start]
    waiting.append((draft.head.home, frozenset()))
    while waiting:
        name, values = waiting.pop()
        if name not in draft.screens:
            continue
        if name == draft.head.home:
            values = frozenset()
        before = reached.get(name)
        values = values if before is None else values & before
        if values == before:
            continue
        reached[name] = values
        for edge in ways(draft)[name]:
            waiting.append((edge.target, values | {value for value, _ in edge.brings}))
    return reached


@once
def kinds(draft: Draft) -> Mapping[str, Kind]:
    """The kind of each value that texts can show: of two lengths of one kind, the longer."""
    found: dict[str, Kind] = {}
    for out in ways(draft).values():
        for edge in out:
            for value, kind in edge.brings:
                before = found.get(value, kind)
                if kind.can_be_shown:
                    found[value] = max(before, kind, key=lambda one: len(one.longest))
    return found
