"""From where a dossier stands to where a row says that it stands: the events between. Pure.

Nothing here is a rule of its own: each step is `cases.history.after`, and what that refuses is
refused.
"""

from collections import deque
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases import history
from cases.history import (
    BROUGHT,
    CORRECTED,
    MISSING,
    MOVED,
    OPENED,
    REOPENED,
    Change,
    NotPossible,
    Standing,
)
from cases.imports.rows import Row
from cases.imports.words import say
from cases.kinds.shape import CaseType, Stage
from cases.statuses import CLOSED, DECIDED, DOCUMENTS_MISSING, HANDED_OVER, READY, RECEIVED, REFUSED

# Statuses that name an event, which goes to their first stage whatever leads to it.
_STRAIGHT: Final = (DECIDED, READY, HANDED_OVER, REFUSED)


@dataclass(frozen=True, slots=True)
class Known:
    """A dossier that is there, as far as a row may say something of it; `office` and `type` are
    codes."""

    reference: str
    source_key: str | None
    type: str
    office: str
    citizen_id: int | None
    birth_year: int | None
    name: str | None
    erased: bool
    standing: Standing


class Contradiction(NotPossible):
    """A row says something of a dossier that can't be; `column`: where."""

    def __init__(self, column: str, english: str, **values: Any) -> None:
        self.column, self.said = column, say(english, **values)
        super().__init__(str(self.said))


@dataclass(frozen=True, slots=True)
class Step:
    """An event, the standing to which it leads, and the day (the office's own) on which it was."""

    change: Change
    standing: Standing
    day: date


@dataclass(frozen=True, slots=True)
class Plan:
    """`corrected`: the columns that were not true; `is_news`: whether its holder can read that
    something has changed."""

    steps: tuple[Step, ...]
    corrected: tuple[str, ...] = ()
    is_news: bool = False


def opening(
    row: Row,
    kind: CaseType,
    today: date,
    closed: Container[date],
    by: Collection[str] | None = None,
) -> Plan:
    """A new dossier's events. `by`: the roles of who brings the row, None for who may do all.
    Raises NotPossible."""
    since = row.since or today
    began = row.received or since
    begins_there = row.status == RECEIVED
    stage = row.stage if begins_there and row.stage != kind.stages[0].code else None
    first = Step(Change(OPENED, stage), history.opened(kind, began, closed, stage), began)
    steps = [first]
    if not begins_there:
        steps += _towards(first.standing, row, kind, since, closed)
    _permit(kind, None, steps, by)
    return Plan(tuple(steps), is_news=True)


def _permit(
    kind: CaseType, here: str | None, steps: Iterable[Step], by: Collection[str] | None
) -> None:
    """Raises NotPossible for a stage to which others alone may bring a dossier."""
    for step in steps:
        history.permitted(kind, here, step.standing, step.change.kind, by)
        here = step.standing.stage


def moving(
    known: Known,
    row: Row,
    citizen_id: int | None,
    kind: CaseType,
    today: date,
    closed: Container[date],
    by: Collection[str] | None = None,
) -> Plan:
    """The events that a dossier lacks, none for one that is as the row says. `citizen_id`: whose
    the row's phone is, None for nobody's yet; `by`: as in `opening`. Raises NotPossible."""
    if row.type != known.type:
        raise Contradiction("type", "it is {type}: a dossier keeps its type", type=known.type)
    if row.reference not in (None, known.reference):
        raise Contradiction(
            "reference",
            "that of {key} is {reference}",
            key=row.source_key,
            reference=known.reference,
        )
    if row.source_key and known.source_key not in (None, row.source_key):
        raise Contradiction(
            "source_key",
            "that of {key} is {reference}",
            key=known.reference,
            reference=known.source_key,
        )
    steps = list(_towards(known.standing, row, kind, row.since or today, closed))
    _permit(kind, known.standing.stage, steps, by)
    corrected = tuple(_corrected(known, row, citizen_id))
    stands = steps[-1].standing if steps else known.standing
    before = known.standing
    is_news = False
    for step in steps:
        is_news = is_news or history.is_told(before, step.standing, step.change.kind)
        before = step.standing
    if corrected:
        note = f"corrected: {', '.join(corrected)}"
        steps.append(Step(Change(CORRECTED, note=note), stands, today))
    return Plan(tuple(steps), corrected, is_news)


def _corrected(known: Known, row: Row, citizen_id: int | None) -> Iterator[str]:
    """What the row says differently of who and where. Who had their data erased stays unknown."""
    if row.office != known.office:
        yield "office"
    if row.source_key and known.source_key is None:
        yield "source_key"
    if known.erased:
        return
    if row.phone and (citizen_id is None or citizen_id != known.citizen_id):
        yield "phone"
    if row.birth_year not in (None, known.birth_year):
        yield "birth_year"
    if row.name not in (None, known.name):
        yield "name"


def _towards(
    now: Standing, row: Row, kind: CaseType, day: date, closed: Container[date]
) -> Iterator[Step]:
    """Raises NotPossible."""
    to = _target(now, row, kind)
    if to.code != now.stage and row.since and row.since < now.since:
        raise Contradiction(
            "since",
            "it is {stage} since {since}, after this row's since: take the row out, or write since "
            "when it is so now",
            stage=now.stage,
            since=now.since,
        )
    for change in _changes(now, row, kind, to):
        now = history.after(now, change, kind, day, closed)
        yield Step(change, now, day)
    if now.stage != to.code:
        said = "no event leads to {stage}: write {other}"
        raise Contradiction("stage", said, stage=to.code, other=now.stage)


def _target(now: Standing, row: Row, kind: CaseType) -> Stage:
    if row.stage:
        return kind.stage(row.stage)
    if row.status == now.status:
        return kind.stage(now.stage)
    found = kind.first_with(row.status)
    if found is None:
        raise LookupError(row.status)  # rows.check has seen to that
    return found


def _changes(now: Standing, row: Row, kind: CaseType, to: Stage) -> Iterator[Change]:
    if to.code == now.stage:
        yield from _there_already(now, row, to)
        return
    if to.status == REFUSED and not row.reason:
        raise Contradiction("reason", "write it: its holder is told")
    here = kind.stage(now.stage)
    if now.status in CLOSED:
        if to.status not in (*CLOSED, DOCUMENTS_MISSING):
            yield Change(REOPENED, to.code)
            return
        yield Change(REOPENED)
        here = kind.stages[0]
    if to.status == DOCUMENTS_MISSING:
        yield Change(MISSING, documents=row.documents, due=row.due)
        return
    way = _way(kind, here, to)
    if len(way) != 1 and kind.first_with(to.status) == to and to.status in _STRAIGHT:
        yield Change(to.status, reason=row.reason)
        return
    if not way:
        said = "{stage} leads to {can}, and by no way to {to}"
        can = ", ".join(here.to or ()) or "-"
        raise Contradiction("status", said, stage=here.code, can=can, to=to.code)
    for stage in way:
        yield Change(MOVED, stage, reason=row.reason if stage == to.code else "")


def _there_already(now: Standing, row: Row, to: Stage) -> Iterator[Change]:
    if to.status == DOCUMENTS_MISSING:
        more = tuple(one for one in row.documents if one not in now.missing)
        brought = tuple(one for one in now.missing if one not in row.documents)
        if more or row.due not in (None, now.due):
            yield Change(MISSING, documents=more or row.documents, due=row.due)
        if brought:
            yield Change(BROUGHT, documents=brought)
    elif to.status == REFUSED and row.reason and row.reason != now.reason:
        yield Change(MOVED, to.code, reason=row.reason, appeal=now.appeal)


def _way(kind: CaseType, here: Stage, to: Stage) -> list[str]:
    """The shortest way by what follows what, without asking for papers or refusing between; empty
    where there is none. Who writes files seldom says every stage that a dossier went through."""
    ways = deque([(here, list[str]())])
    seen = {here.code}
    while ways:
        stage, way = ways.popleft()
        codes = [one.code for one in kind.stages] if stage.to is None else stage.to
        if to.code in codes:
            return [*way, to.code]
        for code in codes:
            after = kind.stage(code)
            if code not in seen and after.status not in (DOCUMENTS_MISSING, *CLOSED):
                seen.add(code)
                ways.append((after, [*way, code]))
    return []
