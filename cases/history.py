"""What happens to a dossier, and where it then stands. Pure: records in, records out.

`after(standing, change, kind_of_case, today)` is the only rule; `replay` is that, event by event.
"""

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from cases import workdays
from cases.kinds.shape import CaseType, Stage
from cases.statuses import (
    CLOSED,
    DECIDED,
    DOCUMENTS_MISSING,
    HANDED_OVER,
    READY,
    REFUSED,
)

# Kinds of events. The first makes a dossier; those with a status go to the first stage that has it.
OPENED: Final = "received"
MOVED: Final = "moved"
MISSING: Final = "document_missing"
BROUGHT: Final = "document_received"
APPOINTMENT: Final = "appointment"
NOTE: Final = "note"
BREACHED: Final = "breached"
REMINDED: Final = "reminded"
REOPENED: Final = "reopened"
CORRECTED: Final = "corrected"  # the office, the phone or the year was wrong: no move
ERASED: Final = "erased"
_TO_STATUS: Final = {
    "decided": DECIDED,
    "ready": READY,
    "handed_over": HANDED_OVER,
    "refused": REFUSED,
}
KINDS: Final = (
    *(OPENED, MOVED, MISSING, BROUGHT, APPOINTMENT),
    *_TO_STATUS,
    *(REOPENED, NOTE, BREACHED, REMINDED, CORRECTED, ERASED),
)
# What a citizen is not told of: it changes nothing of theirs.
QUIET: Final = (NOTE, BREACHED, REMINDED, CORRECTED, ERASED)


class NotPossible(ValueError):
    """A change that the dossier's standing does not allow; its text says why and what is."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event as it is asked for. `day` is the office's own; `documents`: codes of its type, or
    words; `due`: by when the citizen has to act; `note` stays inside."""

    kind: str
    stage: str | None = None
    documents: tuple[str, ...] = ()
    due: date | None = None
    reason: str = ""
    appeal: str = ""
    appointment: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dossier stands. `since`: when it came to its stage; `expected`: when it should have
    left it; `before`: the stage to go back to when all papers are there."""

    stage: str
    status: str
    since: date
    expected: date | None = None
    missing: tuple[str, ...] = ()
    due: date | None = None
    reason: str = ""
    appeal: str = ""
    appointment: datetime | None = None
    before: str = ""
    late: bool = False


def opened(
    kind: CaseType, day: date, closed: Container[date], stage: str | None = None
) -> Standing:
    """A new dossier's standing. Raises NotPossible for a stage that its type does not have."""
    first = _stage(kind, stage) if stage else kind.stages[0]
    return _arrived(Standing(first.code, first.status, day), first, day, closed)


def after(
    now: Standing, change: Change, kind: CaseType, day: date, closed: Container[date]
) -> Standing:
    """Raises NotPossible."""
    match change.kind:
        case "moved":
            return _moved(now, change, kind, day, closed)
        case "document_missing":
            return _missing(now, change, kind, day, closed)
        case "document_received":
            return _brought(now, change, kind, day, closed)
        case "appointment":
            _must_be_open(now)
            return replace(now, appointment=change.appointment)
        case "reopened":
            return _reopened(now, change, kind, day, closed)
        case "breached":
            return _breached(now, kind, day, closed)
        case "note" | "reminded" | "corrected" | "erased":
            return now
        case "decided" | "ready" | "handed_over" | "refused":
            return _to_status(now, change, kind, day, closed)
    raise NotPossible(f"{change.kind}: a dossier knows no such event: {', '.join(KINDS)}")


def replay(
    kind: CaseType, events: Iterable[tuple[Change, date]], closed: Container[date]
) -> Standing:
    """The standing to which the events lead, in order. Raises NotPossible, ValueError for none."""
    standing: Standing | None = None
    for change, day in events:
        if standing is None:
            standing = opened(kind, day, closed, change.stage)
        else:
            standing = after(standing, change, kind, day, closed)
    if standing is None:
        raise ValueError("a dossier has one event at least")
    return standing


def permitted(
    kind: CaseType, here: str | None, now: Standing, event: str, by: Collection[str] | None
) -> None:
    """`here`: the stage before that event, None for a new dossier; `by`: the roles of whoever it
    comes from, None for who may do all. Raises NotPossible for a stage to which others alone may
    bring a dossier. That it goes back once its papers are there is nobody's choice."""
    may = kind.stage(now.stage).by
    if by is None or not may or any(role in may for role in by):
        return
    if now.stage != here and event != BROUGHT:
        raise NotPossible(f"only {', '.join(may)} may bring it to {now.stage}")


def is_told(before: Standing, now: Standing, kind: str) -> bool:
    """Whether this is news to the citizen: what they can read of it has changed."""
    if kind in QUIET and before.status == now.status:
        return False
    return public(before) != public(now)


def public(one: Standing) -> tuple[object, ...]:
    """What of it a citizen can read."""
    return one.status, one.missing, one.due, one.reason, one.appointment


def _moved(
    now: Standing, change: Change, kind: CaseType, day: date, closed: Container[date]
) -> Standing:
    if change.stage is None:
        raise NotPossible("moved: say to which stage")
    to = _stage(kind, change.stage)
    here = kind.stage(now.stage)
    if here.to is not None and to.code != here.code and to.code not in here.to:
        can = ", ".join(here.to) or "nothing more"
        raise NotPossible(f"{here.code} leads to {can}, not to {to.code}")
    if to.status == DOCUMENTS_MISSING:
        return _missing(now, change, kind, day, closed)
    if to.status == REFUSED:
        return _refused(now, change, kind, to, day, closed)
    return _arrived(now, to, day, closed)


def _to_status(
    now: Standing, change: Change, kind: CaseType, day: date, closed: Container[date]
) -> Standing:
    status = _TO_STATUS[change.kind]
    to = kind.first_with(status)
    if to is None:
        raise NotPossible(f"{kind.code} has no stage that is {status}")
    if now.status == status:
        raise NotPossible(f"it is {status} already")
    _must_be_open(now)
    if status == REFUSED:
        return _refused(now, change, kind, to, day, closed)
    return _arrived(now, to, day, closed)


def _refused(
    now: Standing, change: Change, kind: CaseType, to: Stage, day: date, closed: Container[date]
) -> Standing:
    if not change.reason:
        raise NotPossible("refused: say the reason, which its holder is told")
    arrived = _arrived(now, to, day, closed)
    return replace(arrived, reason=change.reason, appeal=change.appeal or kind.appeal)


def _missing(
    now: Standing, change: Change, kind: CaseType, day: date, closed: Container[date]
) -> Standing:
    _must_be_open(now)
    to = kind.first_with(DOCUMENTS_MISSING)
    if to is None:
        raise NotPossible(f"{kind.code} has no stage that is {DOCUMENTS_MISSING}")
    if not change.documents:
        raise NotPossible("document_missing: say which documents")
    waits = now.status == DOCUMENTS_MISSING
    missing = tuple(dict.fromkeys((*now.missing, *change.documents)))
    arrived = now if waits else _arrived(now, to, day, closed)
    before = now.before if waits else now.stage
    return replace(arrived, missing=missing, due=change.due or now.due, before=before)


def _brought(
    now: Standing, change: Change, kind: CaseType, day: date, closed: Container[date]
) -> Standing:
    if now.status != DOCUMENTS_MISSING:
        raise NotPossible("document_received: nothing is missing")
    unknown = [one for one in change.documents if one not in now.missing]
    if unknown:
        raise NotPossible(
            f"{', '.join(unknown)}: not among what is missing: {', '.join(now.missing)}"
        )
    left = tuple(one for one in now.missing if change.documents and one not in change.documents)
    if left:
        return replace(now, missing=left)
    return _arrived(now, kind.stage(now.before or kind.stages[0].code), day, closed)


def _reopened(
    now: Standing, change: Change, kind: CaseType, day: date, closed: Container[date]
) -> Standing:
    if now.status not in CLOSED:
        raise NotPossible("reopened: it is not closed")
    to = _stage(kind, change.stage) if change.stage else kind.stages[0]
    if to.status in CLOSED:
        raise NotPossible(f"reopened: {to.code} is closed as well")
    arrived = _arrived(now, to, day, closed)
    if to.status != DOCUMENTS_MISSING:
        return arrived
    if not change.documents:
        raise NotPossible("reopened: say which documents are missing")
    papers = tuple(dict.fromkeys(change.documents))
    return replace(arrived, missing=papers, due=change.due, before=kind.stages[0].code)


def _breached(now: Standing, kind: CaseType, day: date, closed: Container[date]) -> Standing:
    """It stayed longer than it should: noted once a stage, and passed on where the type says so."""
    if now.late:
        raise NotPossible("breached: that is noted already")
    here = kind.stage(now.stage)
    if here.escalate is None:
        return replace(now, late=True)
    to = kind.stage(here.escalate)
    return replace(_arrived(now, to, day, closed), missing=now.missing, due=now.due)


def _arrived(now: Standing, to: Stage, day: date, closed: Container[date]) -> Standing:
    expected = None if to.days is None else workdays.after(day, to.days, closed)
    kept = now.appointment if to.status not in CLOSED else None
    return Standing(to.code, to.status, day, expected, appointment=kept)


def _stage(kind: CaseType, code: str) -> Stage:
    try:
        return kind.stage(code)
    except KeyError:
        known = ", ".join(one.code for one in kind.stages)
        raise NotPossible(f"{code}: no such stage of {kind.code}: {known}") from None


def _must_be_open(now: Standing) -> None:
    if now.status in CLOSED:
        raise NotPossible(f"it is {now.status}: reopen it first")
