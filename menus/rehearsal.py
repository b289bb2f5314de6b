"""A phone in memory, for a tree without any office: no database, no clock.

    phone = MemoryPhone(tree, given={"queues.offices": ["Mairie", "Préfecture"]})
    phone.dial().text
    phone.enter("1").goes_on
    tell(story, MemoryPhone.of(story, tree))

Whatever the engine calls for is answered from `given`, in the shape that stories have it; what is
not given there gets a plausible answer: an action's first outcome with samples for its values, a
list of two items. What is given but can't be so is refused at once, also where no entry leads.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from locales.values import Kind, Value
from menus.actions import ACTIONS, FIRST_DIAL, SOURCES, Action, Item, Outcome, fact_names
from menus.engine import MOST_CALLS, Answer, Call, Session, Show, Step, advance, begin, resume
from menus.layouts import USUAL, Layout
from menus.stories import Given, Story
from menus.tree import Choose, Do, Tree

_MOMENT = "2026-11-24T09:30"


@dataclass(frozen=True, slots=True)
class MemoryScreen:
    """What the phone shows; `goes_on` if the session stays open."""

    text: str
    goes_on: bool


class MemoryPhone:
    """One phone, one person: `facts` are known of them when they dial, not learnt from `given`.

    Outcomes given as a list are taken in turn, the last one from then on. `answered` is what was
    called for so far, with its answers; `shown` what stands on the screen.
    """

    def __init__(
        self,
        tree: Tree,
        *,
        facts: frozenset[str] = frozenset({FIRST_DIAL}),
        language: str = "fr",
        layout: Layout = USUAL,
        given: Mapping[str, Given] | None = None,
    ) -> None:
        unknown = sorted(facts.difference(fact_names()))
        if unknown:
            raise ValueError(f"facts: nobody can tell {unknown[0]}")
        self._tree, self._layout = tree, layout
        self._facts, self._language = facts, language
        self._outcomes, self._items = understood(tree, given or {})
        self._turns: Counter[str] = Counter()
        self._session: Session | None = None
        self.answered: list[tuple[Call, Answer]] = []
        self.shown: Show | None = None

    @classmethod
    def of(cls, story: Story, tree: Tree, layout: Layout = USUAL) -> "MemoryPhone":
        """The phone that a story is told to. Raises ValueError for what it gives and can't be."""
        if story.tree is not None and story.tree != tree.name:
            raise ValueError(f"this story is about the tree {story.tree}, not {tree.name}")
        facts, language = frozenset(story.facts), story.language
        return cls(tree, facts=facts, language=language, layout=layout, given=story.given)

    def dial(self) -> MemoryScreen:
        return self._settle(begin(self._tree, self._layout, self._language, self._facts))

    def enter(self, entry: str) -> MemoryScreen:
        if self._session is None:
            raise ValueError("no session is open: dial first")
        return self._settle(advance(self._tree, self._layout, self._session, entry))

    def _settle(self, step: Step) -> MemoryScreen:
        for _ in range(MOST_CALLS):
            if isinstance(step, Show):
                self._session, self.shown = None if step.ends else step.session, step
                return MemoryScreen(step.text, not step.ends)
            answer = self._answer(step)
            self.answered.append((step, answer))
            step = resume(self._tree, self._layout, step, answer)
        raise RuntimeError(f"{step.session.screen}: actions follow actions without end")

    def _answer(self, call: Call) -> Answer:
        if call.kind is Item:
            if call.name in self._items:
                return self._items[call.name]
            return items(self._tree, call, ["Exemple 1", "Exemple 2"])
        outcomes = self._outcomes.get(call.name)
        if outcomes is None:
            return spoken(plausible(ACTIONS[call.name]), call)
        turn = min(self._turns[call.name], len(outcomes) - 1)
        self._turns[call.name] += 1
        return spoken(outcomes[turn], call)


# -- answers made up ----------------------------------------------------------------------------


def sample(kind: Kind) -> Value:
    """A plain value of this kind, as an action returns it."""
    if kind.family in ("text", "plain text"):
        return "Exemple"[: len(kind.longest)]
    if kind.family == "number":
        return min(3, int(kind.longest))
    return longest(kind)


def longest(kind: Kind) -> Value:
    """The value whose written form is the kind's longest."""
    digits = "".join(sign for sign in kind.longest if sign.isdecimal())
    match kind.family:
        case "number" | "amount":
            return int(digits)
        case "reference":
            return digits
        case "date":
            return _MOMENT[:10]
        case "moment":
            return _MOMENT
    return kind.longest or "1"


def plausible(action: Action) -> Outcome:
    """The first outcome that an action declares, with a sample for each value."""
    return sampled(action, next(iter(action.outcomes)))


def sampled(action: Action, outcome: str) -> Outcome:
    """An outcome that the action declares, with a sample for each value."""
    kinds = action.outcomes[outcome]
    return Outcome(outcome, {value: sample(kind) for value, kind in kinds.items()})


def spoken(outcome: Outcome, call: Call) -> Outcome:
    """The outcome of an action that is handed a `language`: the session goes on in it, and the
    first dial, when none was chosen, is over."""
    chosen = outcome.language or call.arguments.get("language")
    if chosen is None:
        return outcome
    return Outcome(outcome.name, outcome.values, str(chosen), {FIRST_DIAL: False})


def items(tree: Tree, call: Call, labels: Sequence[str]) -> tuple[Item, ...]:
    """Items for the list that is called for; their values are such as the texts of the tree that
    show the choice can write."""
    screen = tree.screens[call.session.screen]
    assert isinstance(screen, Choose)
    assert screen.listed is not None
    kind = tree.kinds.get(screen.listed.kept)
    shown = None if kind is None else str(sample(kind))
    return tuple(Item(shown or str(number), label) for number, label in enumerate(labels, 1))


# -- answers given ------------------------------------------------------------------------------

Outcomes = dict[str, tuple[Outcome, ...]]
Items = dict[str, tuple[Item, ...]]


def understood(tree: Tree, given: Mapping[str, Given]) -> tuple[Outcomes, Items]:
    """What a story gives, as answers to the engine. Raises ValueError, naming what can't be."""
    outcomes, lists = Outcomes(), Items()
    called = frozenset(_called(tree))
    for name, answers in given.items():
        if name not in called:
            raise _refused(name, f"the tree {tree.name} never calls it")
        if name in SOURCES:
            lists[name] = tuple(_item(name, one) for one in _sequence(name, answers))
        else:
            several = [answers] if isinstance(answers, Mapping) else _sequence(name, answers)
            outcomes[name] = tuple(_outcome(ACTIONS[name], one) for one in several)
            if not outcomes[name]:
                raise _refused(name, "an action needs an outcome")
    return outcomes, lists


def _called(tree: Tree) -> Iterator[str]:
    for screen in tree.screens.values():
        if isinstance(screen, Do):
            yield screen.action
        elif isinstance(screen, Choose) and screen.listed is not None:
            yield screen.listed.source


def _sequence(name: str, answers: object) -> Sequence[object]:
    if isinstance(answers, str) or not isinstance(answers, Sequence):
        raise _refused(name, "a source is given a list of labels")
    return answers


def _item(name: str, one: object) -> Item:
    if isinstance(one, str):
        return Item(one, one)
    if isinstance(one, Mapping) and one.keys() == {"value", "label"}:
        return Item(str(one["value"]), str(one["label"]))
    raise _refused(name, f"{one!r} is neither a label nor {{value: …, label: …}}")


def _outcome(action: Action, one: object) -> Outcome:
    """`{taken: {ticket: A001}}`; a `language` that is no value of the outcome is the session's."""
    if not isinstance(one, Mapping) or len(one) != 1:
        raise _refused(action.name, "give one outcome with its values, or a list of such")
    [(name, values)] = one.items()
    if name not in action.outcomes:
        there = ", ".join(action.outcomes)
        raise _refused(action.name, f"it declares no outcome {name}: there are {there}")
    if not isinstance(values, Mapping):
        raise _refused(action.name, f"the values of {name} are names with what they hold")
    kinds = action.outcomes[name]
    held = dict(values)
    language = None if "language" in kinds else held.pop("language", None)
    for value in sorted(kinds.keys() ^ held.keys()):
        wrong = "is missing" if value in kinds else "is unknown"
        raise _refused(action.name, f"{value} {wrong} in {name}")
    for value, kind in kinds.items():
        if not _can_be_written(kind, held[value]):
            raise _refused(action.name, f"{value} is a {kind.name}: not {held[value]!r}")
    return Outcome(name, held, language)


def _can_be_written(kind: Kind, value: object) -> bool:
    if not isinstance(value, Value) or (kind.family == "number" and not isinstance(value, int)):
        return False
    try:
        kind.write(value)
    except ValueError:
        return False
    return True


def _refused(name: str, why: str) -> ValueError:
    return ValueError(f"the story's `given`, {name}: {why}")
