"""Surveys: one question by SMS, answered by one number; or at the next dial.

Nobody is asked who wants no surveys or was asked within a week. Who can't answer an SMS (where
there is no two-way SMS, all but those whose own SMS have reached us) is asked at the next dial. An
answer counts for the last question, for a week; who thinks again within an hour changes it.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from citizens import news
from citizens.countries import country
from database.sealing import fingerprint, fingerprints
from insights.models import Survey
from menus.codes import code_to_dial
from sms import consent, outbox
from sms.models import Inbound
from sms.states import SURVEYS

SCALES: Final = {5: 1, 10: 0}  # the most that can be answered -> the least
OPEN: Final = timedelta(days=7)
BETWEEN: Final = timedelta(days=7)
SECOND_THOUGHTS: Final = timedelta(hours=1)

# Made once: SQLAlchemy takes longer to build a statement than to run it.
_LAST = (
    select(Survey)
    .where(col(Survey.phone_hash).in_(bindparam("hashes", expanding=True)))
    .order_by(col(Survey.id).desc())
    .limit(1)
)

_LAST_ID = _LAST.with_only_columns(col(Survey.id))

Asking = Literal["asked", "at_next_dial", "withdrawn", "asked_lately"]


def ask(
    db: Session,
    phone: str,
    language: str,
    *,
    subject: str,
    scale: int,
    now: datetime,
    office: int | None = None,
) -> Asking:
    """Asks how it went, if this number may be asked; says whether it was, or why not. Call it in a
    write transaction. `office`: where it went so."""
    if consent.stops(consent.unwanted(db, phone), SURVEYS):
        return "withdrawn"
    last = _last(db, phone)
    if last is not None and last.asked_at > now - BETWEEN:
        return "asked_lately"
    survey = Survey(
        phone=phone, phone_hash=fingerprint(phone), subject=subject, scale=scale, asked_at=now
    )
    db.add(survey)
    db.flush()
    if not (country(phone).two_way or _has_written(db, phone)):
        news.changed(db, phone)
        return "at_next_dial"
    outbox.post(
        db,
        key=f"survey:{survey.id}",
        text="survey",
        phone=phone,
        language=language,
        values={"least": SCALES[scale], "most": scale, "code": code_to_dial(db)},
        now=now,
        office=office,
    )
    return "asked"


def answer(db: Session, phone: str, number: int, now: datetime) -> Literal["first", "again"] | None:
    """Notes the answer to the last question; None where this number answers none."""
    survey = _last(db, phone)
    if survey is None or survey.asked_at <= now - OPEN:
        return None
    if not SCALES[survey.scale] <= number <= survey.scale:
        return None
    if survey.answered_at is not None and survey.answered_at <= now - SECOND_THOUGHTS:
        return None
    first = survey.answered_at is None
    survey.answer = number
    survey.answered_at = survey.answered_at or now
    return "first" if first else "again"


def open_question(db: Session, phone: str, now: datetime) -> Survey | None:
    """The last question, while it waits for an answer. Asked at each dial: it locks nothing."""
    last = db.connection().execute(_LAST_ID, {"hashes": fingerprints(phone)}).first()
    survey = None if last is None else db.get(Survey, last.id)
    if survey is None or survey.answered_at is not None or survey.asked_at <= now - OPEN:
        return None
    return survey


def last(db: Session, phone: str) -> Survey | None:
    """The last question, answered or not."""
    return db.exec(_LAST, params={"hashes": fingerprints(phone)}).first()


def latest(db: Session, most: int) -> list[Survey]:
    """The latest questions, the newest first."""
    return list(db.exec(select(Survey).order_by(col(Survey.id).desc()).limit(most)))


def _last(db: Session, phone: str) -> Survey | None:
    """Of two answers at once, one waits for the other."""
    return db.exec(_LAST.with_for_update(), params={"hashes": fingerprints(phone)}).first()


def _has_written(db: Session, phone: str) -> bool:
    of_it = select(Inbound.id).where(col(Inbound.phone_hash).in_(fingerprints(phone)))
    return db.exec(of_it.limit(1)).first() is not None
