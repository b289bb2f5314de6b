"""Reads a file of offices. Reports all that is wrong with it, each with its line. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from queues.setup.shape import PATTERNS, OfficesFile

Path = tuple[str | int, ...]
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    line: int
    message: str


class BrokenFile(ValueError):
    """It reads as its complaints, a line each."""

    def __init__(self, file: str, complaints: Iterable[Complaint]) -> None:
        self.complaints = sorted(set(complaints))
        super().__init__("\n".join(f"{file}:{one.line}: {one.message}" for one in self.complaints))


def read(text: str, file: str, beside: Iterable[str] = ()) -> OfficesFile:
    """`beside`: keys of this file that are not ours. Raises BrokenFile."""
    return load(text, file, OfficesFile, "offices", _whole, beside)


def load(
    text: str,
    file: str,
    shape: type[Shape],
    first: str,
    whole: Callable[[Mapping[str, Any]], Iterable[tuple[Path, str]]],
    beside: Iterable[str] = (),
) -> Shape:
    """YAML that people write, as a shape. `first`: a key that it must have; `whole`: finds what no
    field shows by itself. Raises BrokenFile."""
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise BrokenFile(file, [Complaint(line, f"not YAML: {wrong.problem}")]) from None
    except (yaml.YAMLError, RecursionError):
        raise BrokenFile(file, [Complaint(1, "not YAML: save it as UTF-8 text")]) from None
    lines: dict[Path, int] = {}
    complaints: list[Complaint] = []
    data = None if node is None else _plain(node, (), lines, complaints)
    if not isinstance(data, dict) or first not in data:
        raise BrokenFile(file, [Complaint(1, f"begin with `{first}:` and a list of them")])
    data = {key: value for key, value in data.items() if key not in set(beside)}
    found = None
    try:
        found = shape.model_validate(data)
    except ValidationError as wrong:
        complaints += (
            Complaint(_line(lines, error["loc"]), _said(error)) for error in wrong.errors()
        )
    complaints += (Complaint(_line(lines, path), message) for path, message in whole(data))
    if complaints or found is None:
        raise BrokenFile(file, complaints)
    return found


def _plain(
    node: yaml.Node, path: Path, lines: dict[Path, int], complaints: list[Complaint]
) -> object:
    """The node as words, lists and mappings; fills `lines`. A key written twice is a complaint."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, (*path, at), lines, complaints) for at, one in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return node.value
    data: dict[str, object] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in data:
            first = lines[(*path, key)]
            complaints.append(Complaint(line, f"{key}: also on line {first}: keep one"))
        lines[(*path, key)] = line
        data[key] = _plain(value_node, (*path, key), lines, complaints)
    return data


def _line(lines: Mapping[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _said(error: ErrorDetails) -> str:
    """One of pydantic's complaints, in words that say what to do."""
    where = next((str(part) for part in reversed(error["loc"]) if isinstance(part, str)), "file")
    context = error.get("ctx", {})
    said = {
        "extra_forbidden": "no such key here: check its spelling, or take it out",
        "missing": "missing: write it",
        "string_pattern_mismatch": f"write {PATTERNS.get(context.get('pattern', ''), 'another')}",
        "string_too_long": f"at most {context.get('max_length')} characters: shorten it",
        "string_too_short": "empty: write it",
        "greater_than_equal": f"write {context.get('ge')} or more",
        "less_than_equal": f"write {context.get('le')} or less",
        "int_parsing": f"write a whole number, not {error['input']!r}",
        "date_from_datetime_parsing": "write a day such as 2026-12-24",
        "tuple_type": "write a list: each line begins with `- `",
    }.get(error["type"])
    return f"{where}: {said or error['msg'].removeprefix('Value error, ')}"


def _whole(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What no field shows by itself: things named twice, and things that are not there."""
    yield from twice(data, ("agencies",), "code")
    yield from twice(data, ("offices",), "code")
    agencies = {one.get("code") for one in parts(data, "agencies")}
    for at, office in enumerate(parts(data, "offices")):
        path: Path = ("offices", at)
        agency = office.get("agency")
        if agency and agency not in agencies:
            yield (*path, "agency"), f"agency: no {agency} under `agencies:`: add it there"
        for what, key in (("services", "prefix"), ("counters", "number"), ("special_days", "day")):
            yield from twice(office, (*path, what), key)
        prefixes = {one.get("prefix") for one in parts(office, "services")}
        for place, counter in enumerate(parts(office, "counters")):
            named = counter.get("services", "")
            named = named.replace(",", " ").split() if isinstance(named, str) else named
            for one in named if isinstance(named, list) else ():
                if one not in prefixes:
                    yield (
                        (*path, "counters", place, "services"),
                        f"services: no service {one} at this office",
                    )


def twice(data: Mapping[str, Any], path: Path, key: str) -> Iterator[tuple[Path, str]]:
    seen = set()
    for at, one in enumerate(parts(data, str(path[-1]))):
        value = str(one.get(key))
        if key in one and value in seen:
            yield (*path, at, key), f"{key}: {value} comes twice: give it another, or take it out"
        seen.add(value)


def parts(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """A list of mappings; whatever else stands there is the grammar's to complain of."""
    found = data.get(key)
    if not isinstance(found, list):
        return []
    return [one if isinstance(one, dict) else {} for one in found]
