"""What is done to the screens of a tree file: its text in, its text out.

`Option` in a body is a mapping as in the file; `order` of `write` says which of the old options
each one was, so that it stays written as it is.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import yaml

from menus.editing import surgery
from menus.flow import ways
from menus.grammar import ScreenNode
from menus.source import Draft, Path, composed, plain

Body = Mapping[str, Any]  # a screen, as in the file

# The keys of screens, in the order in which they are read.
_KEYS: Final = (
    *("say", "choose", "ask", "do", "done", "from", "options", "as", "secret", "check", "among"),
    *("least", "most", "wrong", "tries", "otherwise", "with", "outcomes", "end", "go"),
)


class InUse(Exception):
    """Other places lead to this screen."""

    def __init__(self, pointers: "Sequence[Pointer]") -> None:
        self.pointers = pointers
        super().__init__(f"{len(pointers)} places lead here")


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place that leads to a screen: in another screen, or in the head of the file."""

    screen: str | None
    path: Path  # below its screen, or below the file


def body(screen: ScreenNode) -> dict[str, Any]:
    """A screen as it is written."""
    return screen.model_dump(by_alias=True, exclude_unset=True)


def pointers(draft: Draft, name: str) -> list[Pointer]:
    """Where a screen is named, itself apart."""
    head = draft.head
    found = [
        Pointer(None, ("start", index, "go"))
        for index, rule in enumerate(head.start)
        if rule.go == name
    ]
    if head.home == name:
        found.append(Pointer(None, ("home",)))
    found += [
        Pointer(None, ("goals", index, "screen"))
        for index, goal in enumerate(head.goals)
        if goal.screen == name
    ]
    for other, out in ways(draft).items():
        if other != name:
            found += [Pointer(other, edge.path) for edge in out if edge.target == name]
    return found


# -- one screen ---------------------------------------------------------------------------------


def write(text: str, name: str, new: Body, order: Sequence[int | None] | None = None) -> str:
    """Writes a screen's new body; only what differs changes. `order`: for each new option, which
    of the old ones it was."""
    return surgery.within(text, ("screens", name), partial(_rewritten, new=new, order=order))


def _rewritten(own: str, new: Body, order: Sequence[int | None] | None) -> str:
    changed = _merged(own, (), new, order)
    if _same(_data(changed), new):
        return changed
    # Written in a way that can't be taken apart: then anew.
    margin = len(own) - len(own.lstrip(" "))
    return surgery.block(new, margin)


def _merged(own: str, path: Path, new: Body, order: Sequence[int | None] | None = None) -> str:
    """The text with the mapping at this path as `new` says."""
    old = _at(_data(own), path)
    for key, value in new.items():
        here = (*path, key)
        if key not in old:
            own = surgery.add(own, path, key, value, _before(key, list(old)))
            old = _at(_data(own), path)
        elif _same(old[key], value):
            continue
        elif isinstance(value, Mapping) and isinstance(old[key], dict) and value and old[key]:
            own = _merged(own, here, value)
        elif key == "options" and old[key] and value:
            own = _options(own, here, value, order or _paired(old[key], value))
        else:
            own = surgery.put(own, here, value)
    for key in [key for key in old if key not in new]:
        own = surgery.drop(own, (*path, key))
    return own


def _options(own: str, path: Path, new: Sequence[Body], order: Sequence[int | None]) -> str:
    for option, was in zip(new, order, strict=True):
        if was is not None:
            own = _merged(own, (*path, was), option)
    arranged = [one if was is None else was for one, was in zip(new, order, strict=True)]
    return surgery.arrange(own, path, arranged)


def _paired(old: Sequence[Body], new: Sequence[Body]) -> list[int | None]:
    return [at if at < len(old) else None for at in range(len(new))]


def _before(key: str, there: Sequence[str]) -> str | None:
    """The key after which a new one is written."""
    if key not in _KEYS:
        return None
    earlier = [one for one in there if one in _KEYS[: _KEYS.index(key)]]
    return max(earlier, key=there.index, default=None)


def _data(own: str) -> Any:
    node = composed(own)
    assert node is not None
    return plain(node)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _same(old: Any, new: Any) -> bool:
    """Whether both mean the same: blanks at a text's ends are no part of it."""
    if isinstance(old, str) and isinstance(new, str):
        return old.strip() == new.strip()
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return type(old) is type(new) and old == new


# -- screens of a tree --------------------------------------------------------------------------


def add(text: str, name: str, new: Body, after: str | None = None) -> str:
    """A new screen, behind the named one or as the last. Raises ValueError for a name that is
    taken."""
    screens = surgery.find(text, ("screens",))
    assert isinstance(screens, yaml.MappingNode)
    names = [str(key.value) for key, _ in screens.value]
    if name in names:
        raise ValueError(f"there is a screen {name} already")
    if screens.flow_style or not names:
        return surgery.add(text, ("screens",), name, new, after)
    at = surgery.span(text, ("screens", after if after in names else names[-1]))
    column = screens.value[0][0].start_mark.column
    blank = " " * column
    written = f"\n\n{blank}{name}:\n{surgery.block(new, column + 2)}"
    return text[: at.stop] + written + text[at.stop :]


def rename(text: str, old: str, new: str) -> str:
    """Another name; everything that leads there follows. Raises ValueError for one that is taken,
    LookupError where there is no such screen."""
    surgery.find(text, ("screens", old))
    if old == new:
        return text
    if new in _data(text)["screens"]:
        raise ValueError(f"there is a screen {new} already")
    text = surgery.rename(text, ("screens", old), new)
    return point(text, old, new)


def point(text: str, old: str, new: str) -> str:
    """Has all that leads to one screen lead to another."""
    root = composed(text)
    nodes = [node for node in _targets(root) if node.value == old]
    return surgery.spliced(text, [surgery.replaced(text, node, new) for node in nodes])


def _targets(root: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """The nodes that name a screen."""
    head = _pairs(root)
    yield from _scalars([head.get("home")])
    for listed, key in (("start", "go"), ("goals", "screen")):
        for one in _items(head.get(listed)):
            yield from _scalars([_pairs(one).get(key)])
    for screen in _pairs(head.get("screens")).values():
        keys = _pairs(screen)
        parts = [keys, _pairs(keys.get("from")), *map(_pairs, _items(keys.get("options")))]
        for part in parts:
            yield from _scalars(part.get(key) for key in ("go", "otherwise", "empty"))
        yield from _scalars(_pairs(keys.get("outcomes")).values())


def _pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return {str(key.value): value for key, value in pairs}


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _scalars(nodes: Any) -> Iterator[yaml.ScalarNode]:
    yield from (node for node in nodes if isinstance(node, yaml.ScalarNode))


def duplicate(text: str, name: str, new: str) -> str:
    """The same screen once more, behind the first. Raises ValueError for a name that is taken."""
    return add(text, new, _data(text)["screens"][name], after=name)


def delete(text: str, draft: Draft, name: str, instead: str | None = None) -> str:
    """Takes a screen out; what leads there leads to `instead`. Raises InUse where something does
    and nothing is there instead, ValueError for the last screen or one that is not there."""
    if name not in draft.screens or len(draft.screens) == 1:
        raise ValueError(f"{name} can't be taken out")
    found = pointers(draft, name)
    if found and instead is None:
        raise InUse(found)
    if instead is not None and (instead == name or instead not in draft.screens):
        raise ValueError(f"no screen {instead} to lead to")
    for pointer in reversed(found):
        if pointer.path[0] == "goals" and len(draft.head.goals) == 1:
            text = surgery.drop(text, ("goals",))
        elif pointer.path[0] == "goals":
            kept = [at for at in range(len(draft.head.goals)) if at != pointer.path[1]]
            text = surgery.arrange(text, ("goals",), kept)
            draft = _without_goal(draft, int(pointer.path[1]))
    text = _without(text, name)
    return point(text, name, instead) if instead is not None else text


def _without_goal(draft: Draft, at: int) -> Draft:
    goals = [goal for index, goal in enumerate(draft.head.goals) if index != at]
    head = draft.head.model_copy(update={"goals": goals})
    return Draft(draft.file, head, draft.screens, draft.lines)


def _without(text: str, name: str) -> str:
    """The file without a screen, nor one blank line above it."""
    screens = surgery.find(text, ("screens",))
    if isinstance(screens, yaml.MappingNode) and screens.flow_style:
        return surgery.drop(text, ("screens", name))
    at = surgery.span(text, ("screens", name))
    if text[: at.start].endswith("\n\n"):
        return text[: at.start - 2] + text[at.stop :]
    return surgery.drop(text, ("screens", name))


# -- templates ----------------------------------------------------------------------------------


def template(kind: str, words: str, home: str, back: str, called: Body | None = None) -> Body:
    """A sound screen of a kind: `words` to begin with, leading `home`; `back` is an option's words.
    `called`: an action's name, parameters and outcomes."""
    match kind:
        case "say":
            return {"say": words}
        case "choose":
            return {"choose": words, "options": [{"say": back, "go": home}]}
        case "ask":
            checked = {"check": "text", "otherwise": home, "go": home}
            return {"ask": words, "as": "answer", **checked}
    assert called is not None
    given = {"with": list(called["with"])} if called["with"] else {}
    return {"do": called["do"], **given, "outcomes": dict.fromkeys(called["outcomes"], home)}


def free_name(words: str, taken: Sequence[str]) -> str:
    """A name made of a text: `Nos horaires` -> nos_horaires, or nos_horaires_2 if that is taken."""
    letters = unicodedata.normalize("NFD", words.lower())
    kept = "".join(sign for sign in letters if not unicodedata.combining(sign))
    name = "_".join(re.findall(r"[a-z0-9]+", kept))[:26].strip("_")
    name = name if name[:1].isalpha() else f"screen_{name}".rstrip("_")
    return next(
        one
        for one in (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
        if one not in taken
    )
