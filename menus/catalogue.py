"""What menus may call, as a page for administrators, and as pieces to be put into a tree file: made
from the registry itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from locales.values import Kind
from menus.actions import ACTIONS, FACTS, FIRST_DIAL, SOURCES
from menus.entries import CHECKS


def page() -> str:
    """docs/actions.md."""
    parts = [
        "# What menus can call",
        "Made from the code by `flask menus actions`: it is what trees are checked against.",
        "## Actions",
        "In a `do` screen: `do` the name, `with` its parameters, a screen for each outcome. An "
        "outcome's values can be shown from there on. A parameter takes what its kind says: typed "
        "and passed by the check of that kind, or chosen from the list that is named.",
        _actions(),
        "## Lists",
        "In a `choose` screen: `from: {source: …, with: […], as: …, go: …, empty: …}`.",
        _sources(),
        "## Conditions",
        "In `start`, and on options: `when`.",
        _facts(),
        "## Checks of entries",
        "In an `ask` screen: `check`, with `least` and `most` to change its bounds.",
        _checks(),
    ]
    return "\n\n".join(parts) + "\n"


def _actions() -> str:
    blocks = []
    for name, action in sorted(ACTIONS.items()):
        outcomes = [
            f"- `{outcome}`" + (": " + _values(values) if values else "")
            for outcome, values in action.outcomes.items()
        ]
        given = _given(action.parameters) or "nothing"
        blocks.append(
            f"### `{name}`\n\n{_first_line(action.run)} Takes {given}; ends as\n\n"
            + "\n".join(outcomes)
        )
    return "\n\n".join(blocks)


def _values(values: object) -> str:
    assert isinstance(values, dict)
    return ", ".join(f"`{{{name}}}` ({kind.name})" for name, kind in values.items())


def _sources() -> str:
    rows = ["| source | takes | gives | what |", "|---|---|---|---|"]
    for name, source in sorted(SOURCES.items()):
        gives = source.gives.name if source.gives.can_be_shown else "a choice"
        row = (f"`{name}`", _given(source.parameters), gives, _first_line(source.run))
        rows.append(f"| {' | '.join(row)} |")
    return "\n".join(rows)


def _given(parameters: Mapping[str, Kind]) -> str:
    """`with: [reference, pin]` (reference, pin)"""
    kinds = ", ".join(kind.name for kind in parameters.values())
    return f"`with: [{', '.join(parameters)}]` ({kinds})" if parameters else ""


def _facts() -> str:
    rows = ["| condition | holds for |", "|---|---|"]
    rows.append(f"| `{FIRST_DIAL}` | Those who have not chosen a language yet. |")
    rows += [f"| `{name}` | {_first_line(told)} |" for name, told in sorted(FACTS.items())]
    return "\n".join(rows)


def _checks() -> str:
    rows = ["| check | gives | least | most | said of a wrong entry |", "|---|---|---|---|---|"]
    rows += [
        f"| `{name}` | {check.kind.name} | {check.least} | {check.most} | {check.complaint} |"
        for name, check in sorted(CHECKS.items())
    ]
    return "\n".join(rows)


def _first_line(function: object) -> str:
    text = (getattr(function, "__doc__", None) or "").strip().split("\n\n")[0]
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to write in a tree file: `written` is how, with what it needs."""

    kind: str  # action, list, condition, check
    name: str
    written: str
    what: str


def pieces() -> Iterator[Piece]:
    for name, action in sorted(ACTIONS.items()):
        outcomes = ", ".join(f"{outcome}: home" for outcome in action.outcomes)
        lines = [f"do: {name}", *_with(action.parameters), f"outcomes: {{{outcomes}}}"]
        yield Piece("action", name, "\n    ".join(lines), _first_line(action.run))
    for name, source in sorted(SOURCES.items()):
        given = "".join(f", {one}" for one in _with(source.parameters))
        written = f"from: {{source: {name}{given}, as: choice, go: home, empty: home}}"
        yield Piece("list", name, written, _first_line(source.run))
    yield Piece("condition", FIRST_DIAL, f"when: {FIRST_DIAL}", "")
    for name, told in sorted(FACTS.items()):
        yield Piece("condition", name, f"when: {name}", _first_line(told))
    for name, check in sorted(CHECKS.items()):
        yield Piece("check", name, f"check: {name}", f"{check.least}-{check.most}")


def _with(parameters: Mapping[str, Kind]) -> list[str]:
    return [f"with: [{', '.join(parameters)}]"] if parameters else []
