"""Reads a tree file: YAML with the line of every key, then the grammar. Reports all it finds.

Plain YAML 1.1 takes `no` for False and `0777` for a number; a tree's texts are words, so only
true, false, whole numbers and strings are told apart here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from yaml._yaml import CParser
from yaml.composer import Composer
from yaml.resolver import Resolver

from menus.grammar import KINDS, PATTERNS, ScreenNode, TreeNode

Path = tuple[str | int, ...]
Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """A defect: where, and what to do. `language` where it is of one language only. An error
    refuses publication, a warning does not, a hint is a matter of taste."""

    file: str
    line: int
    message: str
    screen: str | None = None
    language: str | None = None
    severity: Severity = "error"
    path: Path = field(default=(), compare=False)  # below its screen, or below the file

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        about = "".join(f" [{name}]" for name in (self.screen, self.language) if name is not None)
        return f"{where}: {self.severity}:{about} {self.message}"


class BrokenTree(ValueError):
    """A tree that can't be published, with every complaint about it; it reads as its errors."""

    def __init__(self, complaints: list[Complaint]) -> None:
        self.complaints = sorted(complaints, key=lambda complaint: complaint.line)
        errors = [str(one) for one in self.complaints if one.severity == "error"]
        super().__init__("\n".join(errors))


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Draft:
    """A tree as written: its head, its screens, and the line of everything. Each is its own."""

    file: str
    head: TreeNode
    screens: Mapping[str, ScreenNode]
    lines: Mapping[Path, int] = field(repr=False)

    def line(self, *path: str | int) -> int:
        """The line of the innermost part of the path that the file has."""
        return _nearest(self.lines, path)

    def complain(
        self,
        message: str,
        screen: str,
        *path: str | int,
        language: str | None = None,
        severity: Severity = "error",
    ) -> Complaint:
        line = self.line("screens", screen, *path)
        return Complaint(self.file, line, message, screen, language, severity, path)


def composed(text: str) -> yaml.Node | None:
    """The file's nodes with their places, read as `read` reads them. Raises yaml.YAMLError."""
    return _Loader(text).get_single_node()


def read(text: str, file: str = "tree.yaml") -> Draft:
    """Raises BrokenTree for text that is not YAML or does not follow the grammar."""
    try:
        node = composed(text)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise BrokenTree([Complaint(file, line, f"not YAML: {wrong.problem}")]) from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        message = "not YAML that can be read: signs that no text has, or too deep; save it as UTF-8"
        raise BrokenTree([Complaint(file, 1, message)]) from None
    lines: dict[Path, int] = {}
    complaints: list[Complaint] = []
    data = _plain(node, (), lines, file, complaints) if node is not None else None
    if not isinstance(data, dict):
        raise BrokenTree([Complaint(file, 1, "a tree file is a mapping: begin with `tree: name`")])
    head = _head(data, file, lines, complaints)
    screens = dict(_screens(data.get("screens"), file, lines, complaints))
    if complaints or head is None:
        raise BrokenTree(complaints)
    return Draft(file, head, screens, lines)


def _head(
    data: dict[str, object], file: str, lines: Mapping[Path, int], complaints: list[Complaint]
) -> TreeNode | None:
    try:
        return TreeNode.model_validate(data)
    except ValidationError as wrong:
        for error in wrong.errors():
            path = tuple(error["loc"])
            screen = str(path[1]) if path[:1] == ("screens",) and len(path) > 1 else None
            said, line = _said(error, path), _nearest(lines, path)
            complaints.append(Complaint(file, line, said, screen, path=path))
        return None


def _screens(
    data: object, file: str, lines: Mapping[Path, int], complaints: list[Complaint]
) -> Iterator[tuple[str, ScreenNode]]:
    if not isinstance(data, dict):
        return
    for name, body in data.items():
        kinds = [kind for kind in KINDS if isinstance(body, dict) and kind in body]
        if len(kinds) != 1:
            message = "a screen is one of say, choose, ask, do: write exactly one of these keys"
            line = _nearest(lines, ("screens", name))
            complaints.append(Complaint(file, line, message, str(name)))
            continue
        try:
            yield str(name), KINDS[kinds[0]].model_validate(body)  # type: ignore[misc]
        except ValidationError as wrong:
            for error in wrong.errors():
                path = ("screens", name, *error["loc"])
                line = _nearest(lines, path)
                said = _said(error, path[2:])
                complaints.append(Complaint(file, line, said, str(name), path=path[2:]))


def _said(error: ErrorDetails, path: Path) -> str:
    """One of pydantic's complaints, in words that say what to do."""
    where = ".".join(str(part) for part in path if part != "[key]")
    if error["type"] == "extra_forbidden":
        return f"{where}: no such key here: check its spelling, or take it out"
    if error["type"] == "missing":
        return f"{where}: missing: write it"
    if error["type"] == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return f"{where}: write {PATTERNS.get(pattern, pattern)}"
    return f"{where}: {error['msg'].removeprefix('Value error, ')}"


def _nearest(lines: Mapping[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Loader(Composer, CParser, Resolver):
    """libyaml reads the file, three times as fast as PyYAML itself. Without anchors: what a screen
    says stands where the screen is."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        Resolver.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            problem = "*: write it out again here"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]
        return super().compose_node(parent, index)


_BOOL, _INT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"
_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver(_BOOL, re.compile(r"(true|false)$"), list("tf"))
_Loader.add_implicit_resolver(_INT, re.compile(r"(0|[1-9][0-9]*)$"), list("0123456789"))


def plain(node: yaml.Node) -> object:
    """A node as plain data: mappings, lists, strings, whole numbers, true and false."""
    return _plain(node, (), {}, "", [])


def _plain(
    node: yaml.Node, path: Path, lines: dict[Path, int], file: str, complaints: list[Complaint]
) -> object:
    """The node as plain data; fills `lines`; a key written twice is a complaint."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        data: dict[object, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in data:
                first = lines[(*path, key)]
                message = f"{key} is written twice, first on line {first}: keep one"
                complaints.append(Complaint(file, line, message))
            lines[(*path, key)] = line
            data[key] = _plain(value_node, (*path, key), lines, file, complaints)
        return data
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(child, (*path, index), lines, file, complaints)
            for index, child in enumerate(node.value)
        ]
    if node.tag == _BOOL:
        return node.value == "true"
    if node.tag == _INT and len(node.value) <= 12 and node.value.isdecimal():
        return int(node.value)
    return node.value
