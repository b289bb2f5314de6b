"""What can be done with a dossier as it stands, and by whom. Pure.

What its type allows (`to` of the stage where it is) and what the person's role allows (`by` of the
stage where it would go). What another role may do is named, so that one knows whom to ask.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.history import Standing
from cases.kinds.shape import SYSTEM, CaseType, Stage
from cases.statuses import (
    CLOSED,
    DOCUMENTS_MISSING,
    HANDED_OVER,
    READY,
    REFUSED,
)

BROUGHT: Final = "brought"
HAND_OVER: Final = "hand-over"
READY_NOW: Final = "ready"
MOVE: Final = "move"
ASK: Final = "ask"
APPOINTMENT: Final = "appointment"
REFUSE: Final = "refuse"
REOPEN: Final = "reopen"
NOTE: Final = "note"
CORRECT: Final = "correct"
# In the order in which they are shown; the first of a dossier's own ways on is what comes next.
ON: Final = (BROUGHT, MOVE, READY_NOW, HAND_OVER)
DEEDS: Final = (*ON, ASK, APPOINTMENT, REFUSE, REOPEN, NOTE, CORRECT)

# Whether the person has this role at least.
May = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Offer:
    """`stages`: to which it can lead, the one for those that lead to one; `barred`: its type allows
    it, but not to this person."""

    deed: str
    stages: tuple[Stage, ...] = ()
    barred: bool = False

    @property
    def stage(self) -> Stage:
        return self.stages[0]


def offers(kind: CaseType, now: Standing, may: May) -> dict[str, Offer]:
    """By deed, in the order of DEEDS; what is ready is handed over before all else."""
    found = _closed(kind, now, may) if now.status in CLOSED else _open(kind, now, may)
    by_deed = {one.deed: one for one in (*found, Offer(NOTE), Offer(CORRECT))}
    first = (HAND_OVER,) if now.status == READY else ()
    return {deed: by_deed[deed] for deed in (*first, *DEEDS) if deed in by_deed}


def _open(kind: CaseType, now: Standing, may: May) -> Iterable[Offer]:
    reached = [one for one in _reachable(kind, now) if one.code != now.stage]
    yield Offer(APPOINTMENT)
    if now.status == DOCUMENTS_MISSING:
        yield Offer(BROUGHT, (kind.stage(now.before or kind.stages[0].code),))
    asking = kind.first_with(DOCUMENTS_MISSING)
    if asking and (now.status == DOCUMENTS_MISSING or asking in reached):
        yield _to(ASK, asking, may)
    own = {READY: READY_NOW, HANDED_OVER: HAND_OVER, REFUSED: REFUSE}
    for status, deed in own.items():
        target = kind.first_with(status)
        if target and target in reached and now.status != status:
            yield _to(deed, target, may)
    apart = {kind.first_with(status) for status in own}
    others = [
        one
        for one in reached
        if one not in apart and one.status not in (DOCUMENTS_MISSING, REFUSED)
    ]
    if others:
        yield _any_of(MOVE, others, may)


def _closed(kind: CaseType, now: Standing, may: May) -> Iterable[Offer]:
    again = [one for one in kind.stages if one.status not in (*CLOSED, DOCUMENTS_MISSING)]
    if again:
        yield _any_of(REOPEN, again, may)


def _reachable(kind: CaseType, now: Standing) -> list[Stage]:
    to = kind.stage(now.stage).to
    return [one for one in kind.stages if to is None or one.code in to]


def _to(deed: str, stage: Stage, may: May) -> Offer:
    return Offer(deed, (stage,), barred=not _may_bring(stage, may))


def _any_of(deed: str, stages: list[Stage], may: May) -> Offer:
    allowed = tuple(one for one in stages if _may_bring(one, may))
    return Offer(deed, allowed or tuple(stages), barred=not allowed)


def _may_bring(stage: Stage, may: May) -> bool:
    """Each role may do all that those before it may."""
    return not stage.by or any(may(role) for role in stage.by if role != SYSTEM)


def is_late(now: Standing, today: date) -> bool:
    """Whether the office keeps it longer than it should: also before the clock has noted it."""
    if now.status in (*CLOSED, READY, DOCUMENTS_MISSING):
        return False
    return now.late or (now.expected is not None and now.expected < today)


def is_overdue(now: Standing, today: date) -> bool:
    """Whether its holder was to bring something, and the day for it has passed."""
    until = now.due or now.expected
    return now.status == DOCUMENTS_MISSING and until is not None and until < today
