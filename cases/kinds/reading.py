"""Reads a file of case types and procedures. Reports all that is wrong with it, by line. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cases.kinds.shape import KindsFile
from cases.statuses import RECEIVED
from queues.setup.files import Fault, Path, load, parts, shaped, twice


def read(text: str, file: str, beside: Iterable[str] = ()) -> KindsFile:
    """`beside`: keys of this file that are not ours. Raises BrokenFile (queues.setup.files)."""
    first = "case_types" if "case_types:" in text else "procedures"
    return load(text, file, first, checked, beside)


def checked(data: Mapping[str, Any]) -> KindsFile:
    """The same for what is no text any more. Raises Faulty."""
    return shaped(KindsFile, data, _whole)


def _whole(data: Mapping[str, Any]) -> Iterator[Fault]:
    yield from twice(data, ("case_types",), "code")
    yield from twice(data, ("procedures",), "code")
    for at, one in enumerate(parts(data, "case_types")):
        yield from _type(one, ("case_types", at))
    types = {one.get("code") for one in parts(data, "case_types")}
    for at, one in enumerate(parts(data, "procedures")):
        named = one.get("case_type")
        if types and named and named not in types:
            yield Fault(
                ("procedures", at, "case_type"),
                "no_case_type",
                f"case_type: no {named} under `case_types:`",
            )
        fee = one.get("fee")
        if isinstance(fee, list) and len(fee) == 2 and _number(fee[0]) > _number(fee[1]):
            yield Fault(
                ("procedures", at, "fee"), "fee_order", "fee: the least first, then the most"
            )


def _type(one: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    yield from twice(one, (*path, "stages"), "code")
    yield from twice(one, (*path, "documents"), "code")
    stages = parts(one, "stages")
    codes = {stage.get("code") for stage in stages}
    if stages and stages[0].get("status") != RECEIVED:
        yield Fault(
            (*path, "stages", 0),
            "first_stage",
            "stages: a dossier begins as received: give the first stage `status: received`",
        )
    ways: dict[Any, set[Any]] = {}
    for at, stage in enumerate(stages):
        here = (*path, "stages", at)
        named = _words(stage.get("to")) if "to" in stage else list(codes)
        ways[stage.get("code")] = {*named, stage.get("escalate")}
        for to in named:
            if to not in codes:
                yield Fault((*here, "to"), "no_stage", f"to: no stage {to} in this case type")
        if stage.get("escalate") and stage["escalate"] not in codes:
            yield Fault(
                (*here, "escalate"),
                "no_stage",
                f"escalate: no stage {stage['escalate']} in this case type",
            )
        if stage.get("escalate") and "days" not in stage:
            yield Fault(
                (*here, "escalate"), "no_days", "escalate: after how many `days`? write them"
            )
    reached = _reached(stages[0].get("code"), ways) if stages else set()
    for at, stage in enumerate(stages):
        if stage.get("code") not in reached:
            yield Fault(
                (*path, "stages", at),
                "unreached",
                f"stages: no stage leads to {stage.get('code')}: name it in a `to`, or take it out",
            )


def _reached(first: Any, ways: Mapping[Any, set[Any]]) -> set[Any]:
    """The stages to which the first one leads, at once or by others."""
    reached, ahead = {first}, [first]
    while ahead:
        new = ways.get(ahead.pop(), set()) - reached
        reached |= new
        ahead += new
    return reached


def _words(written: Any) -> list[str]:
    if isinstance(written, str):
        return written.replace(",", " ").split()
    return [str(one) for one in written] if isinstance(written, list) else []


def _number(written: Any) -> int:
    return int(written) if str(written).isdecimal() else 0
