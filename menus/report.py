"""Complaints as text for people, JSON for programs, SARIF for editors and code hosts."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from menus.source import Complaint

_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}


def as_text(complaints: Sequence[Complaint]) -> str:
    counts = [
        f"{sum(one.severity == severity for one in complaints)} {severity}s"
        for severity in ("error", "warning", "hint")
    ]
    return "\n".join([*map(str, complaints), ", ".join(counts)])


def as_json(complaints: Sequence[Complaint]) -> str:
    return json.dumps([asdict(one) for one in complaints], ensure_ascii=False, indent=2)


def as_sarif(complaints: Sequence[Complaint]) -> str:
    """SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0)."""
    results = [
        {
            "ruleId": "guichet/menus",
            "level": _LEVELS[one.severity],
            "message": {"text": _about(one)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": one.file},
                        "region": {"startLine": one.line},
                    }
                }
            ],
        }
        for one in complaints
    ]
    driver = {"name": "Guichet", "rules": [{"id": "guichet/menus"}]}
    run = {"tool": {"driver": driver}, "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps(
        {"version": "2.1.0", "$schema": schema, "runs": [run]}, ensure_ascii=False, indent=2
    )


def _about(one: Complaint) -> str:
    about = "".join(f"[{name}] " for name in (one.screen, one.language) if name is not None)
    return about + one.message


FORMATS: dict[str, Callable[[Sequence[Complaint]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
}
