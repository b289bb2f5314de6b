"""Every screen can be reached, an end can be reached from every screen, and none is a trap.

"0" and "00" lead home, so an end is near if home leads to one, for every citizen: an option under a
condition is seen by some only. A session's first screen has neither, and an action shows nothing.
"""

from collections import defaultdict
from collections.abc import Iterator

from menus.components import components
from menus.flow import Edge, ways
from menus.grammar import ChooseNode, SayNode
from menus.source import Complaint, Draft, Path
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
    if home not in draft.screens:
        return
    if not _ends(draft, _behind(draft, home, set())):
        message = "no way from home comes to an end: give a last screen `end: true`"
        yield Complaint(draft.file, draft.line("home"), message, home)
        return
    barred: dict[tuple[str, Path], list[str]] = {}
    for language in draft.head.languages:
        sure = _behind(draft, home, set(), language)
        if not _ends(draft, sure):
            name, edge = next(_only_by(draft, sure))
            barred.setdefault((name, edge.path), []).append(language)
    for (name, path), languages in barred.items():
        only = languages[0] if len(languages) == 1 else None
        of_whom = _condition(draft, name, path)
        message = (
            f"from home, only those of whom {of_whom} holds come to an end (in "
            f"{', '.join(languages)}): lead to one by options that everybody sees"
        )
        yield draft.complain(message, name, *path[:2], "when", language=only)


def _ends(draft: Draft, screens: set[str]) -> bool:
    found = (draft.screens[name] for name in screens)
    return any(isinstance(screen, SayNode) and screen.end for screen in found)


def _only_by(draft: Draft, sure: set[str]) -> Iterator[tuple[str, Edge]]:
    """The ways under a condition, out of where everybody comes, that come to an end."""
    coming = defaultdict(list)
    for name, out in ways(draft).items():
        for edge in out:
            coming[edge.target].append(name)
    ending = [name for name in draft.screens if _ends(draft, {name})]
    found = set(ending)
    for name in ending:
        news = [before for before in coming[name] if before not in found and before not in sure]
        found.update(news)
        ending.extend(dict.fromkeys(news))
    for name in draft.screens:
        if name in sure:
            yield from ((name, edge) for edge in ways(draft)[name] if edge.target in found)


def _condition(draft: Draft, name: str, path: Path) -> str | None:
    screen = draft.screens[name]
    if isinstance(screen, ChooseNode) and path[0] == "options":
        return screen.options[int(path[1])].when
    return None


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


def _behind(draft: Draft, start: str, seen: set[str], language: str | None = None) -> set[str]:
    """The screens that ways lead to from here, this one too, as far as they were not seen; with a
    language, by what everybody who speaks it is offered, whatever is known of them."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in draft.screens and name not in found and name not in seen:
            found.add(name)
            for edge in ways(draft)[name]:
                when = _condition(draft, name, edge.path)
                if language is None or when in (None, f"in_{language}"):
                    waiting.append(edge.target)
    return found
