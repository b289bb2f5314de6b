"""Walks every path of a tree, in memory, with every outcome, and tells what was met. Pure.

    walked = walk(tree)
    walked.problems, walked.unseen, walked.pages["fr"]

From each page: every option on it, navigation, a good and a wrong entry. An action comes back with
each of its outcomes, its values in their longest form; a list with none, 3 and 30 items. A language
is walked on its own: a path that changes it goes on in the one that is walked.

Two stands that differ in nothing that a later page may show are one, so that a walk ends.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from gsm.alphabet import Measure, measure
from locales.values import Kind, in_own_letters, text
from menus.actions import ACTIONS, SOURCES, Item, Outcome
from menus.engine import BACK, HOME, NEXT, Answer, Call, Session, Show, Step, advance, begin, resume
from menus.layouts import USUAL, Layout
from menus.rehearsal import items, longest
from menus.tree import Ask, Choose, Do, Option, Say, Text, Tree

MOST_STATES = 50_000  # of one language
_LENGTHS = (0, 3, 30)  # of lists, as far as their source gives so many
_WRONG = ("?", "", "9" * 100, "m" * 1001)  # entries of which a check refuses one


@dataclass(frozen=True, slots=True)
class Longest:
    """The page that fills most of what a phone can show."""

    screen: str
    text: str
    measure: Measure
    share: float


@dataclass(frozen=True, slots=True)
class Most:
    """The screen with the most of something: pages, or entries from home."""

    screen: str
    count: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What goes wrong, and the shortest way there: entries, and outcomes in brackets."""

    language: str
    screen: str
    what: str
    way: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.language}, {self.screen}: {self.what} (way: {' > '.join(self.way)})"


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk has met. `pages` counts a list of 3, not one of 30; `hops` are the entries on the
    shortest way from home to the last word (an end, or a text that leads nowhere) that is farthest.
    `cut` says where a bound ended the walk, by language.
    """

    tree: str
    seen: tuple[str, ...]
    unseen: tuple[str, ...]
    longest: Mapping[str, Longest]
    pages: Mapping[str, Most]
    hops: Most | None
    problems: tuple[Problem, ...]
    states: int
    cut: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.tree}: {len(self.seen)} screens seen, {self.states} states"]
        lines += [f"never seen: {', '.join(self.unseen)}"] if self.unseen else []
        lines += [f"not gone on from: {bound}" for bound in self.cut]
        if self.hops is not None:
            lines.append(f"farthest from home: {self.hops.screen}, {self.hops.count} entries")
        for language, page in self.longest.items():
            pages, size = self.pages[language], page.measure
            lines.append(
                f"{language}: fullest page {page.screen}, {size.units} {size.encoding} "
                f"({page.share:.0%}); most pages {pages.screen}, {pages.count}"
            )
        return "\n".join([*lines, *(f"problem: {problem}" for problem in self.problems)])


def walk(
    tree: Tree,
    layout: Layout = USUAL,
    languages: Iterable[str] | None = None,
    depth: int = 12,
    most_states: int = MOST_STATES,
) -> Walk:
    """Walks a tree up to `depth` entries, in each of the languages (all of the tree's)."""
    walkers = [
        _Walker(tree, layout, language, depth, most_states).walk()
        for language in (tree.languages if languages is None else languages)
    ]
    seen = frozenset[str]().union(*(walker.seen for walker in walkers))
    hops = [most for walker in walkers if (most := walker.hops()) is not None]
    return Walk(
        tree=tree.name,
        seen=tuple(name for name in tree.screens if name in seen),
        unseen=tuple(name for name in tree.screens if name not in seen),
        longest={one.language: one.longest for one in walkers if one.longest is not None},
        pages={one.language: one.pages for one in walkers if one.longest is not None},
        hops=max(hops, key=lambda most: most.count, default=None),
        problems=tuple(problem for walker in walkers for problem in walker.found()),
        states=sum(len(walker.states) for walker in walkers),
        cut=tuple(walker.cut for walker in walkers if walker.cut),
    )


@dataclass(slots=True)
class _State:
    """A page that stands, the shortest way to it, and the states that one entry leads to."""

    session: Session
    options: tuple[str, ...]
    turns: bool  # shows 98
    ends: bool
    parent: "_State | None"
    told: tuple[str, ...]  # the entry and the outcomes that led here
    depth: int
    next: list["_State"] = field(default_factory=list)
    open: bool = True  # not gone on from, as yet

    @property
    def way(self) -> tuple[str, ...]:
        before = self.parent.way if self.parent is not None else ()
        return (*before, *self.told)


class _Walker:
    """One language's walk: breadth first, so that each state is met on a shortest way."""

    def __init__(
        self, tree: Tree, layout: Layout, language: str, depth: int, most_states: int
    ) -> None:
        self._tree, self._layout, self.language = tree, layout, language
        self._depth, self._most_states = depth, most_states
        self._shown = _placeholders(tree)
        self._asked = frozenset(option.when for _, option in _options(tree) if option.when)
        self.states: dict[Hashable, _State] = {}
        self.seen: set[str] = set()
        self.longest: Longest | None = None
        self.pages = Most(tree.home, 1)
        self._full = False
        self._problems: dict[tuple[str, str], Problem] = {}
        self._waiting: deque[_State] = deque()

    def walk(self) -> "_Walker":
        for facts in _some_of(sorted(self._tree.facts)):
            told = ("dial", *(f"({name})" for name in sorted(facts)))
            self._go(None, told, partial(begin, self._tree, self._layout, self.language, facts))
        while self._waiting:
            state = self._waiting.popleft()
            if state.depth >= self._depth:
                continue
            state.open = False
            for entry in self._entries(state):
                step = partial(advance, self._tree, self._layout, state.session, entry)
                self._go(state, (entry,), step)
        return self

    @property
    def cut(self) -> str:
        """Which bound left something unexplored, if one did."""
        if self._full:
            return f"{self.language}: {self._most_states} states are the most"
        left = sum(state.open and not state.ends for state in self.states.values())
        return f"{self.language}: {left} pages at {self._depth} entries" if left else ""

    # -- one step -----------------------------------------------------------------------------

    def _entries(self, state: _State) -> Iterator[str]:
        """What is worth entering on a page."""
        screen = self._tree.screens[state.session.screen]
        yield from (BACK, HOME)
        if isinstance(screen, Ask):
            yield from [NEXT] * state.turns
            yield from self._typed(state, screen)
            return
        yield from (NEXT, "999")
        listed = [key for key in state.options if int(key) <= len(state.session.shown)]
        fixed = state.options[len(listed) :]
        yield from dict.fromkeys((*listed[:1], *listed[-1:], *fixed))

    def _typed(self, state: _State, screen: Ask) -> Iterator[str]:
        """A good entry, of some the one that is written the longest, and a wrong one."""
        digits = [("1" * length)[:40] for length in (screen.most, screen.least)]
        bounds = [str(screen.least), str(screen.most)]
        letter = self._worst(text(1)).longest
        tried = (screen.check.sample, *bounds, *digits, (letter * screen.most)[:160])
        good = [entry for entry in tried if _written(screen, entry) is not None]
        if not good:
            self._problem(state, _at(state), "no entry is known that its check accepts")
        yield from sorted(good, key=lambda entry: len(_written(screen, entry) or ""))[-1:]
        yield from [entry for entry in _WRONG if _written(screen, entry) is None][:1]

    def _go(self, before: _State | None, told: tuple[str, ...], step: Callable[[], Step]) -> None:
        """One entry, and every page that it may lead to."""
        settled = list(self._settled(before, told, step, frozenset()))
        if not settled:
            self._problem(before, _at(before), "actions follow actions without end", told)
        for way, show in settled:
            if show is not None:
                self._measure(before, way, show)
                self._meet(before, way, show)

    def _settled(
        self,
        before: _State | None,
        told: tuple[str, ...],
        step: Callable[[], Step],
        called: frozenset[str],
    ) -> Iterator[tuple[tuple[str, ...], Show | None]]:
        """The pages a step may end in, over each answer to each call; None where it raises. A
        screen that its own outcome leads to again is left: its other outcomes are told already."""
        try:
            made = step()
        except Exception as broken:  # what is looked for
            self._problem(before, _at(before), f"{type(broken).__name__}: {broken}", told)
            yield told, None
            return
        if isinstance(made, Show):
            yield told, made
            return
        name = made.session.screen
        self.seen.add(name)
        if name in called:
            return
        for said, answer in self._answers(made):
            after = partial(resume, self._tree, self._layout, made, answer)
            yield from self._settled(before, (*told, said), after, called | {name})

    def _answers(self, call: Call) -> Iterator[tuple[str, Answer]]:
        if call.kind is Item:
            most = SOURCES[call.name].most
            label = self._worst(SOURCES[call.name].label).longest
            for length in dict.fromkeys(min(length, most) for length in _LENGTHS):
                yield f"({length} of {call.name})", items(self._tree, call, [label] * length)
            return
        for name, kinds in ACTIONS[call.name].outcomes.items():
            values = {value: longest(self._worst(kind)) for value, kind in kinds.items()}
            yield f"({name})", Outcome(name, values)

    def _worst(self, kind: Kind) -> Kind:
        """The kind with letters outside GSM-7, where the language keeps them."""
        return kind if self.language in self._tree.folded else in_own_letters(kind)

    # -- what is met --------------------------------------------------------------------------

    def _measure(self, before: _State | None, told: tuple[str, ...], show: Show) -> None:
        session, size = show.session, measure(show.text)
        self.seen.add(session.screen)
        first = session.opening and session.page == 0
        budget = self._layout.first if first else self._layout.later
        share = size.units / (budget.septets if size.encoding == "GSM-7" else budget.units)
        if self.longest is None or share > self.longest.share:
            self.longest = Longest(session.screen, show.text, size, share)
        if not budget.holds(size):
            what = f"a page of {size.units} {size.encoding} is over the budget"
            self._problem(before, session.screen, what, told)
        if len(session.shown) < max(_LENGTHS) and session.page >= self.pages.count:
            self.pages = Most(session.screen, session.page + 1)

    def _meet(self, before: _State | None, told: tuple[str, ...], show: Show) -> None:
        key = self._key(show)
        state = self.states.get(key)
        if state is None:
            if len(self.states) >= self._most_states:
                self._full = True
                return
            options = tuple(option.key for option in show.page.options)
            depth = before.depth + 1 if before is not None else 0
            turns = any(line.key == NEXT for line in show.page.navigation)
            state = _State(show.session, options, turns, show.ends, before, told, depth)
            self.states[key] = state
            if not show.ends:
                self._waiting.append(state)
        if before is not None:
            before.next.append(state)

    def _key(self, show: Show) -> Hashable:
        """What a later page may depend on. Of the way back, the two nearest screens are enough."""
        session = show.session
        values = frozenset(
            (name, value) for name, value in session.values.items() if name in self._shown
        )
        return (
            session.screen,
            session.page,
            session.wrong,
            session.opening,
            len(session.shown),
            session.trail[-2:],
            self._asked.intersection(session.facts),
            values,
            show.ends,
        )

    # -- what is told -------------------------------------------------------------------------

    def hops(self) -> Most | None:
        """The last word that is farthest from home."""
        hops: dict[str, int] = {}
        home = [one for one in self.states.values() if one.session.screen == self._tree.home]
        for state, count in _distances(home, lambda one: one.next):
            if self._is_last_word(state.session.screen):
                hops.setdefault(state.session.screen, count)
        if not hops:
            return None
        return max((Most(*one) for one in hops.items()), key=lambda most: most.count)

    def found(self) -> tuple[Problem, ...]:
        """The problems of the walk, and the states that nothing leads out of: no end, no home."""
        sources: dict[int, list[_State]] = {}
        for state in self.states.values():
            for target in state.next:
                sources.setdefault(id(target), []).append(state)
        goals = [
            state
            for state in self.states.values()
            if state.ends or state.open or state.session.screen == self._tree.home
        ]
        saved = _distances(goals, lambda one: sources.get(id(one), []))
        escaping = {id(state) for state, _ in saved}
        for state in self.states.values():
            if id(state) not in escaping:
                self._problem(state, state.session.screen, "no end and no home can be reached")
        return tuple(self._problems.values())

    def _is_last_word(self, name: str) -> bool:
        screen = self._tree.screens[name]
        return isinstance(screen, Say) and screen.go is None

    def _problem(
        self, before: _State | None, screen: str, what: str, told: tuple[str, ...] = ()
    ) -> None:
        """Told once, on the first and so the shortest way."""
        way = (*(before.way if before is not None else ()), *told)
        self._problems.setdefault((screen, what), Problem(self.language, screen, what, way))


def _at(state: _State | None) -> str:
    return state.session.screen if state is not None else "start"


def _written(screen: Ask, entry: str) -> str | None:
    """The entry as texts show it; None if it is refused, or can't be read at all."""
    try:
        value = screen.check.accept(entry, screen.least, screen.most)
        return None if value is None else screen.check.kind.write(value)
    except Exception:  # told by the engine, which gets this entry too
        return None


def _distances(
    sources: Sequence[_State], onward: Callable[[_State], Sequence[_State]]
) -> list[tuple[_State, int]]:
    """Every state that can be reached from one of the sources, and in how many steps."""
    reached = [(state, 0) for state in sources]
    known = {id(state) for state in sources}
    for state, count in reached:
        for target in onward(state):
            if id(target) not in known:
                known.add(id(target))
                reached.append((target, count + 1))
    return reached


def _some_of(facts: Sequence[str]) -> Iterator[frozenset[str]]:
    """Every set of facts; of more than four, those of one, none and all."""
    sizes = range(len(facts) + 1) if len(facts) <= 4 else (0, 1, len(facts))
    for size in sizes:
        yield from (frozenset(some) for some in combinations(facts, size))


def _options(tree: Tree) -> Iterator[tuple[str, Option]]:
    for name, screen in tree.screens.items():
        if isinstance(screen, Choose):
            yield from ((name, option) for option in screen.options)


def _texts(tree: Tree) -> Iterator[Text]:
    if tree.banner is not None:
        yield tree.banner
    for screen in tree.screens.values():
        if not isinstance(screen, Do):
            yield screen.text
        if isinstance(screen, Ask):
            yield screen.wrong
    yield from (option.text for _, option in _options(tree))


def _placeholders(tree: Tree) -> frozenset[str]:
    """The values that some text shows."""
    written = [template for one in _texts(tree) for template in one.values()]
    return frozenset[str]().union(*(template.placeholders for template in written))
