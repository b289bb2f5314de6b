"""The engine: what a citizen sees next. Pure: no I/O, no clock, no framework.

    step = begin(tree, layout, language, facts)         a new session
    step = advance(tree, layout, session, entry)        an entry typed on the screen that stands
    step = resume(tree, layout, call, answer)           what a Call came back with
    step = offer(tree, layout, dropped, facts, name)    someone who comes back: go on, or anew?

A step is either a `Show`, a page for the phone, or a `Call`: the engine needs an action's outcome
or a list first. The caller runs it and resumes; so that one dial is one loop:

    while isinstance(step, Call):
        step = resume(tree, layout, step, run(step))

Navigation is the same everywhere: 98 goes on, 0 back, 00 home.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from gsm.alphabet import fold
from gsm.pages import Option as Line
from gsm.pages import Page, explained, fit
from locales.values import Value
from menus import words
from menus.actions import Item, Outcome
from menus.entries import western
from menus.layouts import Layout
from menus.tree import Ask, Choose, Do, Listed, Option, Say, Text, Tree

NEXT, BACK, HOME = "98", "0", "00"
GO_ON, ANEW = "1", "2"  # of one who comes back to a session that dropped
MOST = int(NEXT) - 1  # numbers that can be chosen on one screen
MOST_CALLS = 12  # actions and lists that one entry may set off
_TRAIL = 8  # screens that "0" can go back through


class Session(msgspec.Struct, frozen=True, array_like=True):
    """Where a citizen stands. Small: it is read and written at every dial.

    `shown` holds the values of the list on the screen, so that a number always means what stood
    beside it when it was shown; `trail` the screens that "0" goes back to, nearest last; `opening`
    whether the screen is the session's first, whose pages are cut shorter, also when it stands
    again; `facts` what is known of the citizen; `hidden` the steps at which a secret was typed;
    `asking` whether, instead of the screen, the citizen is asked whether to go on there.
    """

    tree: str
    language: str
    name: str = ""
    screen: str = ""
    page: int = 0
    step: int = 0
    wrong: int = 0
    opening: bool = True
    played: int = 0
    values: dict[str, Value] = {}
    shown: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()
    asking: bool = False


class Show(msgspec.Struct, frozen=True):
    """The page to send, one of `pages`. `refused`: the last entry was not accepted, the same page
    stands again; `types`: something is to be typed that is none of the choices."""

    session: Session
    page: Page
    text: str
    ends: bool
    refused: bool = False
    types: bool = False
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """The engine waits for an action's Outcome, or a source's items.

    `arguments` may hold a secret that was just typed; the session never does.
    """

    session: Session
    kind: type[Outcome] | type[Item]
    name: str
    arguments: Mapping[str, Value]
    reason: str | None = None


Step = Show | Call
Answer = Outcome | Sequence[Item]


def begin(
    tree: Tree,
    layout: Layout,
    language: str,
    facts: frozenset[str],
    name: str = "",
    played: int = 0,
    step: int = 0,
) -> Step:
    """Starts a session where the first rule that holds says. `name` tells it from any other, also
    under a session id that the gateway uses again; `played` is how many entries will be played
    before its first page is sent; `step` how many were taken before it began anew."""
    session = Session(
        tree=tree.version,
        language=tree.language(language),
        name=name,
        step=step,
        played=played,
        facts=tuple(sorted(facts)),
    )
    rule = next(rule for rule in tree.start if _holds(rule.when, session))
    return _enter(tree, layout, session, rule.go)


def advance(tree: Tree, layout: Layout, session: Session, entry: str) -> Step:
    """Takes one entry. Never raises for what a citizen may type."""
    entry = western(entry.strip())
    session = msgspec.structs.replace(session, step=session.step + 1)
    screen = tree.screens[session.screen]
    if session.asking:
        return _take_up(tree, layout, session, entry)
    if isinstance(screen, Ask) and screen.secret and entry not in (BACK, HOME):
        hidden = (*session.hidden, session.step)
        session = msgspec.structs.replace(session, hidden=hidden)
    if entry == HOME:
        return _enter(tree, layout, session, tree.home)
    if entry == BACK:
        return _back(tree, layout, session)
    if entry == NEXT and (not isinstance(screen, Ask) or _goes_on(tree, layout, session)):
        return _stay(tree, layout, session, page=session.page + 1)
    if isinstance(screen, Choose):
        return _choose(tree, layout, session, screen, entry)
    if isinstance(screen, Ask):
        return _answer(tree, layout, session, screen, entry)
    assert isinstance(screen, Say)
    if screen.go is not None and entry == "1":
        return _go(tree, layout, session, screen.go)
    return _refuse(tree, layout, session, words.WRONG_CHOICE)


def stand(tree: Tree, layout: Layout, session: Session) -> Step:
    """The page that the session stands on, again."""
    return _present(tree, layout, session, None)


def resume(tree: Tree, layout: Layout, call: Call, answer: Answer) -> Step:
    """Goes on with what the call came back with."""
    session = call.session
    screen = tree.screens[session.screen]
    if isinstance(answer, Outcome):
        assert isinstance(screen, Do)
        session = msgspec.structs.replace(
            session,
            values={**session.values, **answer.values},
            language=tree.language(answer.language or session.language),
            facts=known(session.facts, answer.facts),
        )
        return _enter(tree, layout, session, screen.outcomes[answer.name])
    assert isinstance(screen, Choose)
    assert screen.listed is not None
    if not answer and screen.listed.empty is not None:
        return _enter(tree, layout, session, screen.listed.empty)
    return _show_choice(tree, layout, session, screen, answer, call.reason)


# -- coming back --------------------------------------------------------------------------------


def resumable(tree: Tree, dropped: Session) -> Session | None:
    """Where a session that dropped can be taken up: where it stood, but before a secret that was
    typed on the way, which has to be typed again. None where nothing would be lost: at home, and
    where nothing was asked."""
    standing = tree.screens[dropped.screen]
    if isinstance(standing, Say) and standing.go is None:
        return None
    for index, name in enumerate(dropped.trail):
        if _is_secret(tree, name):
            trail = dropped.trail[:index]
            dropped = msgspec.structs.replace(dropped, screen=name, trail=trail, shown=())
            break
    else:
        if dropped.hidden and not _is_secret(tree, dropped.screen):
            return None  # what was opened by a secret that lies too far back
    return dropped if dropped.trail else None


def _is_secret(tree: Tree, name: str) -> bool:
    screen = tree.screens[name]
    return isinstance(screen, Ask) and screen.secret


def offer(tree: Tree, layout: Layout, dropped: Session, facts: frozenset[str], name: str) -> Show:
    """Asks a citizen whose session dropped whether to go on there or to begin anew; `dropped` is
    what `resumable` made of it."""
    session = msgspec.structs.replace(
        dropped,
        name=name,
        page=0,
        step=0,
        wrong=0,
        opening=True,
        played=0,
        facts=tuple(sorted(facts)),
        hidden=(),
        asking=True,
    )
    return _ask_whether(tree, layout, session, None)


def begins_anew(session: Session, entry: str) -> bool:
    """Whether one who was asked wants to begin again: `begin` does so then, on what is live now."""
    return session.asking and western(entry.strip()) in (ANEW, BACK, HOME)


def _take_up(tree: Tree, layout: Layout, session: Session, entry: str) -> Step:
    if entry == NEXT:
        session = msgspec.structs.replace(session, page=session.page + 1)
        return _ask_whether(tree, layout, session, None)
    if entry != GO_ON:
        return _ask_whether(tree, layout, session, tree.words[session.language][words.WRONG_CHOICE])
    session = msgspec.structs.replace(session, asking=False, opening=False, page=0)
    return _present(tree, layout, session, None)


def _ask_whether(tree: Tree, layout: Layout, session: Session, reason: str | None) -> Show:
    spoken = tree.words[session.language]
    choices = [spoken[words.CONTINUE], spoken[words.AGAIN]]
    pages = _cut(tree, layout, session, spoken[words.RESUME], choices, ())
    return _turned(tree, layout, session, pages, reason)


# -- moving -------------------------------------------------------------------------------------


def _go(
    tree: Tree,
    layout: Layout,
    session: Session,
    target: str,
    secrets: Mapping[str, Value] | None = None,
) -> Step:
    """Onward from a screen that the citizen saw: "0" will come back to it."""
    trail = session.trail
    if not trail or trail[-1] != session.screen:
        trail = (*trail, session.screen)[-_TRAIL:]
    session = msgspec.structs.replace(session, trail=trail)
    return _enter(tree, layout, session, target, secrets or {})


def _back(tree: Tree, layout: Layout, session: Session) -> Step:
    if session.page > 0:
        return _stay(tree, layout, session, page=session.page - 1)
    if not session.trail:
        return _enter(tree, layout, session, tree.home)
    *trail, target = session.trail
    return _enter(tree, layout, msgspec.structs.replace(session, trail=tuple(trail)), target)


def _enter(
    tree: Tree,
    layout: Layout,
    session: Session,
    target: str,
    secrets: Mapping[str, Value] | None = None,
) -> Step:
    session = msgspec.structs.replace(
        session, screen=target, page=0, wrong=0, shown=(), opening=session.step <= session.played
    )
    if target == tree.home:
        session = msgspec.structs.replace(session, trail=(), values={})
    screen = tree.screens[target]
    if isinstance(screen, Choose) and screen.done:
        session = msgspec.structs.replace(session, trail=())
    if isinstance(screen, Do):
        known = {**session.values, **(secrets or {})}
        arguments = {name: known[name] for name in screen.given}
        return Call(session, Outcome, screen.action, arguments)
    return _present(tree, layout, session, None)


def _stay(
    tree: Tree, layout: Layout, session: Session, page: int, reason: str | None = None
) -> Step:
    return _present(tree, layout, msgspec.structs.replace(session, page=page), reason)


def _refuse(tree: Tree, layout: Layout, session: Session, french: str) -> Step:
    """The same page again, with a short reason."""
    return _stay(tree, layout, session, session.page, tree.words[session.language][french])


def _goes_on(tree: Tree, layout: Layout, session: Session) -> bool:
    """Whether the page of a question shows 98; on its last page, 98 may be what was asked for."""
    step = _present(tree, layout, session, None)
    assert isinstance(step, Show)
    return any(line.key == NEXT for line in step.page.navigation)


# -- entries ------------------------------------------------------------------------------------


def _choose(tree: Tree, layout: Layout, session: Session, screen: Choose, entry: str) -> Step:
    number = int(entry) if entry.isdecimal() and len(entry) <= 3 else 0
    listed, count = screen.listed, len(session.shown)
    if listed is not None and 1 <= number <= count:
        session = _keep(session, {listed.kept: session.shown[number - 1]})
        return _go(tree, layout, session, listed.go)
    offered = _offered(screen, session)
    if count < number <= count + len(offered):
        option = offered[number - count - 1]
        return _go(tree, layout, _keep(session, option.values(session.language)), option.go)
    return _refuse(tree, layout, session, words.WRONG_CHOICE)


def _answer(tree: Tree, layout: Layout, session: Session, screen: Ask, entry: str) -> Step:
    value = screen.check.accept(entry, screen.least, screen.most)
    if value is None:
        wrong = session.wrong + 1
        if wrong >= screen.tries:
            return _enter(tree, layout, session, screen.otherwise)
        session = msgspec.structs.replace(session, wrong=wrong)
        reason = _written(tree, session, screen.wrong)
        return _stay(tree, layout, session, session.page, reason)
    if screen.secret:
        return _go(tree, layout, session, screen.go, {screen.kept: value})
    return _go(tree, layout, _keep(session, {screen.kept: value}), screen.go)


def known(facts: tuple[str, ...], news: Mapping[str, bool]) -> tuple[str, ...]:
    """The facts that hold once the news are in."""
    held = {name for name in facts if news.get(name, True)}
    return tuple(sorted(held | {name for name, holds in news.items() if holds}))


def _offered(screen: Choose, session: Session) -> list[Option]:
    """The fixed options that this citizen sees."""
    return [option for option in screen.options if _holds(option.when, session)]


def _holds(when: str | None, session: Session) -> bool:
    """A condition: none, a fact, or the language (`in_wo`)."""
    return when is None or when in session.facts or when == f"in_{session.language}"


def _keep(session: Session, values: Mapping[str, Value]) -> Session:
    return msgspec.structs.replace(session, values={**session.values, **values})


# -- showing ------------------------------------------------------------------------------------


def _present(tree: Tree, layout: Layout, session: Session, reason: str | None) -> Step:
    screen = tree.screens[session.screen]
    if isinstance(screen, Choose):
        if screen.listed is not None:
            return _list(session, screen.listed, reason)
        return _show_choice(tree, layout, session, screen, (), reason)
    ends = isinstance(screen, Say) and screen.ends
    return _turned(tree, layout, session, _pages(tree, layout, session, ()), reason, ends)


def _list(session: Session, listed: Listed, reason: str | None) -> Call:
    arguments = {name: session.values[name] for name in listed.given}
    return Call(session, Item, listed.source, arguments, reason)


def _show_choice(
    tree: Tree,
    layout: Layout,
    session: Session,
    screen: Choose,
    items: Sequence[Item],
    reason: str | None,
) -> Show:
    items = items[: max(0, MOST - len(_offered(screen, session)))]
    shown = tuple(item.value for item in items)
    if shown != session.shown:
        session = msgspec.structs.replace(session, shown=shown)
    return _turned(tree, layout, session, _pages(tree, layout, session, items), reason)


def _pages(tree: Tree, layout: Layout, session: Session, items: Sequence[Item]) -> tuple[Page, ...]:
    """The screen's pages. Those that hold no value are cut once and kept with the tree."""
    screen = tree.screens[session.screen]
    assert not isinstance(screen, Do)
    navigation = _navigation(tree, session)
    kept = layout, session.screen, session.language, session.opening, navigation, session.facts
    if not items and (pages := tree.pages.get(kept)) is not None:
        return pages
    labels = [item.label for item in items]
    texts = [screen.text]
    if isinstance(screen, Choose):
        texts += [option.text for option in _offered(screen, session)]
    lead, *fixed = [_written(tree, session, text) for text in texts]
    if isinstance(screen, Say) and screen.go is not None:
        fixed = [tree.words[session.language][words.CONTINUE]]
    pages = _cut(tree, layout, session, lead, labels + fixed, navigation)
    if not items and all(text[session.language].is_fixed for text in texts):
        tree.pages[kept] = pages
    return pages


def _cut(
    tree: Tree,
    layout: Layout,
    session: Session,
    lead: str,
    labels: list[str],
    navigation: tuple[str, ...],
) -> tuple[Page, ...]:
    spoken = tree.words[session.language]
    if tree.banner is not None:
        lead = f"{_written(tree, session, tree.banner)}\n{lead}"
    if session.language in tree.folded:
        lead, labels = fold(lead), [fold(label) for label in labels]
    lines = tuple(Line(str(number), label) for number, label in enumerate(labels, start=1))
    below = tuple(Line(key, spoken[_NAVIGATION[key]]) for key in navigation)
    following = Line(NEXT, spoken[words.NEXT])
    first = layout.first if session.opening else None
    return fit(lead, lines, below, following, layout.later, first, spoken[words.WRONG_CHOICE])


def _turned(
    tree: Tree,
    layout: Layout,
    session: Session,
    pages: tuple[Page, ...],
    reason: str | None,
    ends: bool = False,
) -> Show:
    """The page that the session has turned to, under the reason if there is one."""
    last = len(pages) - 1
    if session.page > last:  # "98" on the last page
        session = msgspec.structs.replace(session, page=last)
        reason = tree.words[session.language][words.WRONG_CHOICE]
    page = pages[session.page]
    types = isinstance(tree.screens[session.screen], Ask) and not session.asking
    if reason is not None:
        budget = layout.first if session.opening and session.page == 0 else layout.later
        return Show(session, page, explained(page, reason, budget), False, True, types, last + 1)
    return Show(session, page, page.text, ends and session.page == last, False, types, last + 1)


_NAVIGATION = {BACK: words.BACK, HOME: words.HOME}


def _navigation(tree: Tree, session: Session) -> tuple[str, ...]:
    screen = tree.screens[session.screen]
    ends = isinstance(screen, Say) and screen.ends
    if ends or session.screen == tree.home or not session.trail:
        return ()
    return (BACK,) if session.trail == (tree.home,) else (BACK, HOME)


def _written(tree: Tree, session: Session, text: Text) -> str:
    return text[session.language].render(session.values, tree.kinds, session.language)
