"""From where a dossier stands to where another system says it does: which events lead there. Pure.

A row says where a dossier is, not what happened. `course` finds the fewest events that bring it
there; none, where it is there already.
"""

from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cases import history
from cases.history import BROUGHT, MISSING, MOVED, OPENED, Change, NotPossible, Standing
from cases.kinds.shape import CaseType, Stage
from cases.statuses import DOCUMENTS_MISSING, REFUSED


class Wrong(ValueError):
    """A row that can't be taken: which field, and why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why

    def __str__(self) -> str:
        return f"{self.field}: {self.why}" if self.field else self.why


class NotThere(Wrong):
    """No such dossier, for who asks."""


class Clash(Wrong):
    """What it says can't be, as the dossier stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier as another system knows it: `type` and `office` by their codes; where it stands, by
    stage or by public status. What is None or empty says nothing, and changes nothing. `reference`
    or `source_key` (the other system's own key) tells which dossier it is; without both it is a
    new one. `documents`: what is missing, by codes of its type or in words. `at`: since when it
    stands so."""

    type: str
    office: str
    reference: str | None = None
    source_key: str | None = None
    stage: str | None = None
    status: str | None = None
    phone: str | None = None
    birth_year: int | None = None
    name: str | None = None
    documents: tuple[str, ...] = ()
    due: date | None = None
    reason: str = ""
    appeal: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """An event to be added, and where it leads."""

    change: Change
    stands: Standing


def course(
    kind: CaseType,
    before: Standing | None,
    row: Row,
    day: date,
    closed: Container[date],
    by: Collection[str] | None = None,
) -> list[Step]:
    """The events that bring a dossier (a new one where `before` is None) to what the row says, in
    order. `by`: the roles of who says so, None for who may do all. Raises Wrong."""
    to = _aim(kind, row, before)
    _fits(to, row)
    try:
        steps = [] if before is not None else [_opening(kind, to, day, closed)]
        now = before if before is not None else steps[0].stands
        for change in _changes(now, row, to, is_new=before is None):
            stands = history.after(now, change, kind, day, closed)
            steps.append(Step(change, stands))
            now = stands
        here = before.stage if before is not None else None
        for step in steps:
            history.permitted(kind, here, step.stands, step.change.kind, by)
            here = step.stands.stage
    except NotPossible as why:
        raise Clash("status" if row.stage is None else "stage", str(why)) from None
    return steps


def _aim(kind: CaseType, row: Row, now: Standing | None) -> Stage:
    if row.stage is not None:
        try:
            stage = kind.stage(row.stage)
        except KeyError:
            known = ", ".join(one.code for one in kind.stages)
            raise Wrong("stage", f"no such stage of {kind.code}: {known}") from None
        if row.status is not None and stage.status != row.status:
            raise Wrong("status", f"the stage {stage.code} is {stage.status}")
        return stage
    if row.status is not None and (now is None or now.status != row.status):
        first = kind.first_with(row.status)
        if first is None:
            raise Wrong("status", f"{kind.code} has no stage that is {row.status}")
        return first
    return kind.stage(now.stage) if now is not None else kind.stages[0]


def _fits(to: Stage, row: Row) -> None:
    """What is said of one standing alone must not be lost in another without a word."""
    if to.status != DOCUMENTS_MISSING:
        for field, said in (("documents", row.documents), ("due", row.due)):
            if said:
                raise Wrong(field, f"only where its status is {DOCUMENTS_MISSING}")
    if to.status != REFUSED:
        for field, word in (("reason", row.reason), ("appeal", row.appeal)):
            if word:
                raise Wrong(field, f"only where its status is {REFUSED}")


def _opening(kind: CaseType, to: Stage, day: date, closed: Container[date]) -> Step:
    """It begins where it stands; where more is to be said of that, at its first stage."""
    first = kind.stages[0]
    begins = first if to.status in (DOCUMENTS_MISSING, REFUSED) else to
    change = Change(OPENED, None if begins is first else begins.code)
    return Step(change, history.opened(kind, day, closed, begins.code))


def _changes(now: Standing, row: Row, to: Stage, is_new: bool) -> Iterator[Change]:
    if to.status == DOCUMENTS_MISSING:
        yield from _papers(now, row, to, is_new)
    elif to.status == REFUSED:
        other = {row.reason, row.appeal} - {"", now.reason, now.appeal}
        if to.code != now.stage or other:
            reason = row.reason or now.reason
            kind = "refused" if is_new else MOVED
            yield Change(kind, None if is_new else to.code, reason=reason, appeal=row.appeal)
    elif to.code != now.stage:
        yield Change(MOVED, to.code)


def _papers(now: Standing, row: Row, to: Stage, is_new: bool) -> Iterator[Change]:
    if now.status != DOCUMENTS_MISSING:
        kind = MISSING if is_new else MOVED
        stage = None if is_new else to.code
        yield Change(kind, stage, documents=row.documents, due=row.due)
        return
    wanted = row.documents or now.missing
    more = tuple(one for one in wanted if one not in now.missing)
    if more or row.due not in (None, now.due):
        yield Change(MISSING, documents=more or now.missing, due=row.due)
    there = tuple(one for one in now.missing if one not in wanted)
    if there:
        yield Change(BROUGHT, documents=there)
