"""Mandates: a holder lets a mediator read for them, for so many days, one dossier or all of theirs.

    give(db, holder, mediator, one(812), days=30, today)
    live(db, mediator.id, today)    what somebody may read for others
    given(db, holder.id, today)     to whom one gave that

A mandate ends by its day, or when its holder takes it back; it is never changed otherwise.
"""

from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from citizens.models import Citizen, Mandate

ALL: Final = "dossiers"
DAYS: Final = (7, 30, 90)
MOST: Final = 10  # live ones of one holder


class TooMany(ValueError):
    """This holder has as many as there may be."""


def one(case_id: int) -> str:
    """The scope of one dossier."""
    return f"dossier:{case_id}"


def case_of(mandate: Mandate) -> int | None:
    """The dossier that it is about; None for all of the holder's."""
    _, _, number = mandate.scope.partition(":")
    return int(number) if number else None


def give(
    db: Session, holder: Citizen, mediator: Citizen, scope: str, days: int, now: datetime
) -> Mandate:
    """Of the same scope for the same mediator, the new one stands for the old. Raises TooMany."""
    assert holder.id is not None
    assert mediator.id is not None
    before = given(db, holder.id, now.date())
    same = [old for old in before if (old.mediator_id, old.scope) == (mediator.id, scope)]
    if len(before) - len(same) >= MOST:
        raise TooMany
    for old in same:
        old.revoked_at = now
    mandate = Mandate(
        holder_id=holder.id,
        mediator_id=mediator.id,
        scope=scope,
        expires_on=now.date() + timedelta(days=days),
        created_at=now,
    )
    db.add(mandate)
    db.flush()
    return mandate


def revoke(mandate: Mandate, now: datetime) -> None:
    """Its holder takes it back; that it was given stays known."""
    mandate.revoked_at = mandate.revoked_at or now


def live(db: Session, mediator_id: int, today: date) -> list[Mandate]:
    """Those by which this person may read."""
    return _live(db, Mandate.mediator_id == mediator_id, today)


def given(db: Session, holder_id: int, today: date) -> list[Mandate]:
    """Those that this person gave, the latest first."""
    return _live(db, Mandate.holder_id == holder_id, today)


def _live(db: Session, whose: bool, today: date) -> list[Mandate]:
    query = select(Mandate).where(
        whose, col(Mandate.revoked_at).is_(None), col(Mandate.expires_on) >= today
    )
    return list(db.exec(query.order_by(col(Mandate.id).desc())))
