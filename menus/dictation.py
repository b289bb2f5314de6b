"""What was just dialled, as a story: so that it holds from now on.

    story = dictated(talk, tree, "A ticket at the town hall")      what each screen shows is open
    screens = rehearsed(story, tree)                               the screens, as it is told
    with_shows(story, [["Ticket A001"], …])                        one list for each screen

Told again in memory, where there is no office: what actions and lists answered is in `given`.
Secrets that were typed are not: other digits stand for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from menus.actions import ACTIONS, Item, Outcome
from menus.engine import Answer
from menus.rehearsal import MemoryPhone
from menus.stories import Story
from menus.tree import Tree

NOTHING: Final = "nothing"  # was typed yet
RESUMED: Final = "resumed"  # it took up a session that dropped
SHORTER: Final = "shorter"  # in memory it ends before its last entry
OTHERWISE: Final = "otherwise"  # the tree has no place for what it gives


class NotAStory(Exception):
    """What was dialled can't be told again in memory; `why` is one of the above."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation from its first screen on. `answers`: what was called for, by name, in order;
    `hidden`: the entries, counted from 1, at which a secret was typed."""

    phone: str
    dial: str
    facts: frozenset[str]
    language: str
    answers: Sequence[tuple[str, Answer]]
    entries: Sequence[str]
    hidden: frozenset[int] = frozenset()


def dictated(talk: Talk, tree: Tree, name: str) -> Story:
    """Raises NotAStory where nothing was typed."""
    if not talk.entries:
        raise NotAStory(NOTHING)
    entries = [
        "1" * len(entry) if number in talk.hidden else entry
        for number, entry in enumerate(talk.entries, 1)
    ]
    return Story.model_validate(
        {
            "story": name,
            "tree": tree.name,
            "phone": talk.phone,
            "dial": talk.dial,
            "facts": sorted(talk.facts),
            "language": talk.language,
            "in_memory": True,
            "given": given(talk.answers),
            "then": [{"enter": entry} for entry in entries],
        }
    )


def given(answers: Sequence[tuple[str, Answer]]) -> dict[str, Any]:
    """Outcomes in their order, once where it is always the same; of a list, what it held last."""
    outcomes: dict[str, list[Any]] = {}
    lists: dict[str, list[Any]] = {}
    for name, answer in answers:
        if isinstance(answer, Outcome):
            outcomes.setdefault(name, []).append({answer.name: _values(name, answer)})
        else:
            lists[name] = [_item(item) for item in answer]
    short = {name: these[0] if _same(these) else these for name, these in outcomes.items()}
    return {**lists, **short}


def _values(name: str, outcome: Outcome) -> dict[str, Any]:
    kinds = ACTIONS[name].outcomes[outcome.name]
    spoken = (
        {} if outcome.language is None or "language" in kinds else {"language": outcome.language}
    )
    return {**outcome.values, **spoken}


def _item(item: Item) -> str | dict[str, str]:
    plain = item.value == item.label
    return item.label if plain else {"value": item.value, "label": item.label}


def _same(these: Sequence[object]) -> bool:
    return all(one == these[0] for one in these)


def rehearsed(story: Story, tree: Tree) -> list[str]:
    """The screens, from the first on. Raises NotAStory where it ends before its last entry, or
    where the tree has no place for what it gives."""
    try:
        phone = MemoryPhone.of(story, tree)
        screen = phone.dial()
        shown = [screen.text]
        for step in story.then:
            if not screen.goes_on:
                raise NotAStory(SHORTER)
            screen = phone.enter(step.enter)
            shown.append(screen.text)
    except (LookupError, RuntimeError, ValueError):
        raise NotAStory(OTHERWISE) from None
    return shown


def with_shows(story: Story, shows: Sequence[Sequence[str]], tree: Tree) -> Story:
    """The story with what its screens must show, the first screen's first; whether it ends is as
    it is in the tree. Raises NotAStory."""
    phone = MemoryPhone.of(story, tree)
    phone.dial()
    ends = [not phone.enter(step.enter).goes_on for step in story.then]
    first, *later = [list(lines) for lines in shows]
    steps = [
        step.model_copy(update={"shows": lines, "ends": end})
        for step, lines, end in zip(story.then, later, ends, strict=True)
    ]
    return story.model_copy(update={"shows": first, "then": steps})
