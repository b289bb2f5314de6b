"""Answers to surveys, as what is held of a person. Erased: whose answer it was; it counts still."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from citizens.privacy import Held, Person, erases, holds
from insights.models import Survey


@holds("surveys")
def _surveys(db: Session, of: Person) -> list[Held]:
    query = select(Survey).where(col(Survey.phone_hash).in_(of.hashes)).order_by(col(Survey.id))
    return [
        {
            "asked_at": one.asked_at.isoformat(),
            "about": one.subject,
            "answer": one.answer,
            "of": one.scale,
        }
        for one in db.exec(query)
    ]


@erases
def _erase(db: Session, of: Person, now: datetime) -> None:
    db.execute(
        update(Survey).where(col(Survey.phone_hash).in_(of.hashes)).values(phone="", phone_hash="")
    )
