"""The registry through which other rooms offer actions and lists to menus.

    @source("queues.services", parameters={"office_id": chosen("queues.offices")})
    def services(context: Context, office_id: str) -> list[Item]: ...

    @action(
        "queues.take_ticket",
        parameters={"service": chosen("queues.services")},
        outcomes={"taken": {"ticket": plain(5)}},
    )
    def take_ticket(context: Context, service: str) -> Outcome: ...

    @fact("has_ticket")
    def has_ticket(context: Context) -> bool: ...

An action runs in one write transaction, once per step of a session, however often the gateway
repeats itself, unless it may as well run twice. A source only reads; its items stand for a choice
from it, or for values of another kind, which it then `gives`. A parameter takes values of its kind:
a tree is checked for that. Neither sends anything: what goes out goes through the outbox. A fact is
something known of the citizen, asked when a session begins; `when` in a tree depends on it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from locales.values import PICKED, Kind, Value, Values, text

if TYPE_CHECKING:  # the engine imports this module, and knows of no database
    from sqlmodel import Session as Database


@dataclass(frozen=True, slots=True)
class Context:
    """What an action may know: who dials, in which language, what, and when (UTC)."""

    db: "Database"
    phone: str
    language: str
    service_code: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of the action's declared outcomes, with its values; `language` changes the session's,
    `facts` what is known of the citizen from now on."""

    name: str
    values: Values = field(default_factory=dict)
    language: str | None = None
    facts: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: what stands for it in the session, and what citizens read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    run: Callable[..., Outcome]
    parameters: Mapping[str, Kind]
    outcomes: Mapping[str, Mapping[str, Kind]]
    writes: bool
    binding: bool
    repeatable: bool


@dataclass(frozen=True, slots=True)
class Source:
    """`gives`: the kind of its items' values, `label` that of their labels; `most`: the most items
    that it ever gives; `writes`: it notes what it shows."""

    name: str
    run: Callable[..., Sequence[Item]]
    parameters: Mapping[str, Kind]
    gives: Kind
    label: Kind
    most: int
    writes: bool


ACTIONS: dict[str, Action] = {}
SOURCES: dict[str, Source] = {}
FACTS: dict[str, Callable[[Context], bool]] = {}

LABEL = text(22)  # what is read at a glance
FIRST_DIAL = "first_dial"  # no language was ever chosen: the channel itself knows this one


def chosen(source: str) -> Kind:
    """A choice from this list."""
    return replace(PICKED, name=f"choice from {source}")


def action(
    name: str,
    *,
    outcomes: Mapping[str, Mapping[str, Kind]],
    parameters: Mapping[str, Kind] | None = None,
    writes: bool = True,
    binding: bool = False,
    repeatable: bool = False,
) -> Callable[[Callable[..., Outcome]], Callable[..., Outcome]]:
    """Offers a function as an action. One that only reads says `writes=False`; one that binds the
    citizen (a ticket is taken) says `binding=True`: it runs on an entry that was typed just now,
    never when entries are played, from a long dial or for a session that was lost. One that may as
    well run twice, since it ends in the same way and leaves the same, says `repeatable=True`: then
    nothing is noted of it."""

    def register(run: Callable[..., Outcome]) -> Callable[..., Outcome]:
        _refuse_second(name, ACTIONS)
        ACTIONS[name] = Action(name, run, parameters or {}, outcomes, writes, binding, repeatable)
        return run

    return register


def source(
    name: str,
    *,
    parameters: Mapping[str, Kind] | None = None,
    gives: Kind | None = None,
    label: Kind = LABEL,
    most: int = 60,
    writes: bool = False,
) -> Callable[[Callable[..., Sequence[Item]]], Callable[..., Sequence[Item]]]:
    """Offers a function as the list behind a `choose` screen."""

    def register(run: Callable[..., Sequence[Item]]) -> Callable[..., Sequence[Item]]:
        _refuse_second(name, SOURCES)
        kinds = parameters or {}, gives or chosen(name), label
        SOURCES[name] = Source(name, run, *kinds, most, writes)
        return run

    return register


def fact(name: str) -> Callable[[Callable[[Context], bool]], Callable[[Context], bool]]:
    """Offers a function that tells whether something is so of this citizen now."""

    def register(run: Callable[[Context], bool]) -> Callable[[Context], bool]:
        _refuse_second(name, FACTS)
        FACTS[name] = run
        return run

    return register


def fact_names() -> list[str]:
    """Every fact that a tree may ask for."""
    return sorted({FIRST_DIAL, *FACTS})


def _refuse_second(name: str, registry: Mapping[str, object]) -> None:
    if name in registry:
        raise ValueError(f"{name} is registered already")


def run_action(name: str, context: Context, arguments: Mapping[str, Value]) -> Outcome:
    """Runs an action. Raises LookupError when it returns an outcome that it did not declare."""
    chosen = ACTIONS[name]
    outcome = chosen.run(context, **arguments)
    if outcome.name not in chosen.outcomes:
        raise LookupError(f"{name} returned {outcome.name!r}, which it does not declare")
    return outcome


def run_source(name: str, context: Context, arguments: Mapping[str, Value]) -> list[Item]:
    return list(SOURCES[name].run(context, **arguments))
