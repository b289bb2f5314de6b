"""YAML that people write, as a shape; all that is wrong with it, each with its line. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from queues.hours import Wrong
from queues.setup.shape import PATTERNS

Path = tuple[str | int, ...]
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one place: `message` says it; `why`, with `values`, is for those who say it
    in another language."""

    path: Path
    why: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


class Faulty(ValueError):
    """It has faults."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(fault.message for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    line: int
    message: str
    fault: Fault = field(compare=False)


class BrokenFile(ValueError):
    """It reads as its complaints, a line each."""

    def __init__(self, file: str, complaints: Iterable[Complaint]) -> None:
        self.complaints = sorted(set(complaints))
        super().__init__("\n".join(f"{file}:{one.line}: {one.message}" for one in self.complaints))


def load(
    text: str,
    file: str,
    first: str,
    check: Callable[[Mapping[str, Any]], Shape],
    beside: Iterable[str] = (),
) -> Shape:
    """`first`: a key that the file must have; `check`: makes the shape of what is written, or
    raises Faulty; `beside`: keys of the file that are not for it. Raises BrokenFile."""
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        said = f"not YAML: {wrong.problem}"
        raise BrokenFile(file, [_complaint(line, "not_yaml", said)]) from None
    except (yaml.YAMLError, RecursionError):
        said = "not YAML: save it as UTF-8 text"
        raise BrokenFile(file, [_complaint(1, "not_text", said)]) from None
    lines: dict[Path, int] = {}
    complaints: list[Complaint] = []
    data = None if node is None else _plain(node, (), lines, complaints)
    if not isinstance(data, dict) or first not in data:
        said = f"begin with `{first}:` and a list of them"
        raise BrokenFile(file, [_complaint(1, f"no_{first}", said)])
    found = None
    try:
        found = check({key: value for key, value in data.items() if key not in set(beside)})
    except Faulty as faulty:
        complaints += (
            Complaint(_line(lines, fault.path), fault.message, fault) for fault in faulty.faults
        )
    if complaints or found is None:
        raise BrokenFile(file, complaints)
    return found


def shaped(
    shape: type[Shape],
    data: Mapping[str, Any],
    whole: Callable[[Mapping[str, Any]], Iterable[Fault]],
) -> Shape:
    """`whole`: finds what no field shows by itself. Raises Faulty."""
    faults: list[Fault] = []
    found = None
    try:
        found = shape.model_validate(data)
    except ValidationError as wrong:
        faults += (fault for error in wrong.errors() for fault in _faults(error))
    faults += whole(data)
    if faults or found is None:
        raise Faulty(faults)
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
            said = f"{key}: also on line {first}: keep one"
            complaints.append(_complaint(line, "key_twice", said, written=key, first=first))
        lines[(*path, key)] = line
        data[key] = _plain(value_node, (*path, key), lines, complaints)
    return data


def _line(lines: Mapping[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _complaint(line: int, why: str, message: str, **values: object) -> Complaint:
    return Complaint(line, message, Fault((), why, message, values))


def _faults(error: ErrorDetails) -> Iterator[Fault]:
    """One of pydantic's complaints, in words that say what to do; several, of a week's days."""
    where = next((str(part) for part in reversed(error["loc"]) if isinstance(part, str)), "file")
    context = error.get("ctx", {})
    wrong = context.get("error")
    if isinstance(wrong, Wrong):
        for one in (wrong, *wrong.beside):
            at = one.values.get("at")
            path = (*error["loc"], str(at)) if at else error["loc"]
            yield Fault(path, one.why, f"{where}: {one}", one.values)
        return
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
    message = f"{where}: {said or error['msg'].removeprefix('Value error, ')}"
    yield Fault(error["loc"], error["type"], message, {**context, "written": error["input"]})


def twice(data: Mapping[str, Any], path: Path, key: str) -> Iterator[Fault]:
    seen = set()
    for at, one in enumerate(parts(data, str(path[-1]))):
        value = str(one.get(key))
        if key in one and value in seen:
            said = f"{key}: {value} comes twice: give it another, or take it out"
            yield Fault((*path, at, key), "twice", said, {"written": value})
        seen.add(value)


def parts(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """A list of mappings; whatever else stands there is the grammar's to complain of."""
    found = data.get(key)
    if not isinstance(found, list):
        return []
    return [one if isinstance(one, dict) else {} for one in found]
