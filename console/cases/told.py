"""What a dossier's holder will read once something is done: shown before it is. Pure.

The words are the citizen's own, in French: those of the stage, or else of its status."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from cases import history
from cases.history import Change, Standing
from cases.kinds.shape import CaseType
from cases.phrases import SHORT


@dataclass(frozen=True, slots=True)
class Told:
    """`words` stand where the status stands on a phone; `next`: what comes then, if the stage says
    so; `is_news`: whether an SMS follows."""

    words: str
    next: str
    is_news: bool


def told(
    kind: CaseType, before: Standing, change: Change, today: date, closed: Container[date]
) -> Told:
    """Raises history.NotPossible."""
    after = history.after(before, change, kind, today, closed)
    stage = kind.stage(after.stage)
    words = stage.told or SHORT[after.status]
    return Told(words, stage.next, history.is_told(before, after, change.kind))
