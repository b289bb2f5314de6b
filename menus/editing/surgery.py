"""Cuts and insertions in a YAML text, by the places of its nodes. What is not touched stays as it
is to the character: comments, blank lines, quotes, the style of mappings and lists.

    put(text, ("screens", "home", "choose"), "Bonjour")
    add(text, ("screens", "home"), "done", True)
    drop(text, ("screens", "home", "done"))
    arrange(text, ("screens", "home", "options"), [1, 0, {"say": "Aide", "go": "help"}])
    rename(text, ("screens", "home"), "start")

A number in `arrange` is an item that was there, anything else a new one.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import yaml

from menus.source import Path, composed

Splice = tuple[int, int, str]  # from, to, what stands there instead

_NAME = re.compile(r"[a-z_][a-z0-9_.]*")
_PLAIN = re.compile(r"[^\W\d_]|[^\W\d_][\w .'’!?-]*[\w.!?]")
# What YAML does not take as it is; lines end by escapes alone.
_UNSEEN = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_WORDS = ("true", "false")


def spliced(text: str, changes: Iterable[Splice]) -> str:
    """The text with all of the changes, which don't overlap."""
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def find(text: str, path: Path) -> yaml.Node:
    """Raises LookupError where there is no such node."""
    found: yaml.Node = _step(_root(text), path)
    return found


def put(text: str, path: Path, value: object) -> str:
    """Writes another value in the place of one, in its own quotes where they will do."""
    return spliced(text, [replaced(text, find(text, path), value)])


def replaced(text: str, node: yaml.Node, value: object) -> Splice:
    return node.start_mark.index, _end(text, node), _written(value, getattr(node, "style", None))


def add(text: str, path: Path, key: str, value: object, after: str | None = None) -> str:
    """Adds a key to a mapping: after the named one, else as its last."""
    mapping = find(text, path)
    assert isinstance(mapping, yaml.MappingNode)
    pairs = mapping.value
    names = [str(name.value) for name, _ in pairs]
    at = names.index(after) if after in names else len(pairs) - 1
    if not mapping.flow_style:
        column = pairs[0][0].start_mark.column
        end = _line_end(text, _end(text, pairs[at][1]))
        written = "\n" + block({key: value}, column)
    elif pairs:
        end, written = _end(text, pairs[at][1]), f", {key}: {_written(value)}"
    else:
        end, written = mapping.start_mark.index + 1, f"{key}: {_written(value)}"
    return spliced(text, [(end, end, written)])


def drop(text: str, path: Path) -> str:
    """Takes a key out of a mapping that has others."""
    mapping = find(text, path[:-1])
    assert isinstance(mapping, yaml.MappingNode)
    pairs = mapping.value
    at = [str(name.value) for name, _ in pairs].index(str(path[-1]))
    start, end = pairs[at][0].start_mark.index, _end(text, pairs[at][1])
    line = text.rfind("\n", 0, start) + 1
    if not mapping.flow_style and not text[line:start].strip():
        stop = _line_end(text, end)
        whole = (line, stop + 1) if stop < len(text) else (max(line - 1, 0), stop)
        return spliced(text, [(*whole, "")])
    if at + 1 < len(pairs):
        return spliced(text, [(start, pairs[at + 1][0].start_mark.index, "")])
    before = _end(text, pairs[at - 1][1]) if at else mapping.start_mark.index + 1
    return spliced(text, [(before, end, "")])


def rename(text: str, path: Path, new: str) -> str:
    """Gives a key another name."""
    key = _key(text, path)
    return spliced(text, [replaced(text, key, new)])


def _key(text: str, path: Path) -> yaml.Node:
    mapping = find(text, path[:-1])
    assert isinstance(mapping, yaml.MappingNode)
    found: yaml.Node = next(key for key, _ in mapping.value if str(key.value) == str(path[-1]))
    return found


def arrange(text: str, path: Path, order: Sequence[Any]) -> str:
    """Orders a list anew; comments above an item go where it goes. At least one item remains."""
    listed = find(text, path)
    assert isinstance(listed, yaml.SequenceNode)
    items = listed.value
    if list(order) == list(range(len(items))):
        return text
    if listed.flow_style or not items:
        own = [text[one.start_mark.index : _end(text, one)] for one in items]
        parts = [own[one] if _is_old(one) else _written(one) for one in order]
        start, end = listed.start_mark.index, _end(text, listed)
        return spliced(text, [(start, end, f"[{', '.join(parts)}]")])
    dash = text.rfind("-", 0, items[0].start_mark.index)
    begin = text.rfind("\n", 0, dash) + 1
    column = dash - begin
    begin = _above(text, begin, f"{' ' * column}#")
    ends = [_line_end(text, _end(text, one)) + 1 for one in items]
    own = [text[a:b] for a, b in zip([begin, *ends[:-1]], ends, strict=True)]
    fresh = [f"{' ' * column}- {_written(one)}\n" if not _is_old(one) else "" for one in order]
    parts = [own[one] if _is_old(one) else new for one, new in zip(order, fresh, strict=True)]
    whole = "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)
    end = min(ends[-1], len(text))
    return spliced(text, [(begin, end, whole if text[begin:end].endswith("\n") else whole[:-1])])


def _above(text: str, begin: int, mark: str) -> int:
    """Where the lines begin that stand right above a line and begin with this mark."""
    while begin and text.startswith(mark, above := text.rfind("\n", 0, begin - 1) + 1):
        begin = above
    return begin


def _is_old(one: Any) -> bool:
    return isinstance(one, int) and not isinstance(one, bool)


def within(text: str, path: Path, change: Callable[[str], str]) -> str:
    """Has a part of a file changed as if it were one, which is quicker than the whole."""
    node = find(text, path)
    start, end = node.start_mark.index, _end(text, node)
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        end = _line_end(text, end)
    margin = " " * node.start_mark.column
    new = change(margin + text[start:end])
    return spliced(text, [(start, end, new.removeprefix(margin))])


def span(text: str, path: Path) -> slice:
    """The lines of a key and its value, without the last line's break."""
    key, value = _key(text, path), find(text, path)
    return slice(text.rfind("\n", 0, key.start_mark.index) + 1, _line_end(text, _end(text, value)))


# -- where things end -----------------------------------------------------------------------------


def _root(text: str) -> yaml.Node:
    node = composed(text)
    if node is None:
        raise LookupError("an empty file")
    return node


def _step(node: Any, path: Path) -> Any:
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = [value for key, value in node.value if str(key.value) == str(part)]
            if not found:
                raise LookupError(f"no {part} here")
            node = found[0]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        else:
            raise LookupError(f"nothing below {part}")
    return node


def _end(text: str, node: yaml.Node) -> int:
    """Behind the last character of a node; that of a block is behind its last leaf."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return start + len(text[start:end].rstrip())
    return int(end)


def _line_end(text: str, at: int) -> int:
    """Where the line ends, a comment on it included."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


# -- how values are written -----------------------------------------------------------------------


def _written(value: Any, style: str | None = None) -> str:
    """On one line; `style` is that of the scalar which stood there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _scalar(value, style)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_written(one)}" for name, one in value.items()) + "}"
    return "[" + ", ".join(_written(one) for one in value) + "]"


def _scalar(value: str, style: str | None) -> str:
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    bare = _PLAIN if style == "" else _NAME
    if style not in ('"', "|", ">") and bare.fullmatch(value) and value not in _WORDS:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\U{ord(found[0]):08x}", quoted)


def _block(value: object, column: int) -> str:
    """Behind a key of a block: a list of mappings has a line for each of them."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "".join(f"\n{' ' * (column + 2)}- {_written(one)}" for one in value)
    return _written(value)


def block(value: Mapping[str, object], column: int) -> str:
    """A mapping as lines, each at this column."""
    lines = [f"{' ' * column}{key}: {_block(one, column)}" for key, one in value.items()]
    return "\n".join(lines).replace(": \n", ":\n")
