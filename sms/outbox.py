"""The outbox: a message is written with what it tells, in one transaction, and sent afterwards."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from background.work import wake
from citizens.countries import country
from citizens.directory import find
from database import after_commit
from database.sealing import fingerprint
from locales.values import Values
from sms import consent, delivery
from sms.models import Message
from sms.routes import ways
from sms.states import EMAIL, EXPIRED, HELD, PRIORITIES, QUEUED, SMS
from sms.texts import Composed, as_written, compose, stop_hint, with_hint

_LONGEST = timedelta(days=3)  # after which a message is of no use, unless its text says less


def post(
    db: Session,
    *,
    key: str,
    text: str,
    phone: str,
    language: str,
    values: Values,
    now: datetime,
    asked: bool = False,
    office: int | None = None,
) -> None:
    """Writes a message in the caller's transaction; a worker is woken once that commits. One who
    gave an e-mail address gets it there as well.

    `key` names what is told (`ticket:812:taken`): a second message under it is not written.
    `asked`: the citizen has just asked for it: it needs no consent and goes at any hour, to this
    phone alone. `office`: the id of the one whose message it is.
    """
    composed = compose(text, language, values)
    if asked:
        composed = replace(composed, topic=None, any_hour=True, stop="never")
    hinted = _with_hint(composed, phone, language, str(values.get("code", "")))
    write(db, key, text, SMS, phone, language, hinted, now, office=office)
    email = None if composed.topic is None else _email(db, phone)
    if email is not None and not _stopped(db, phone, composed.topic):
        write(db, f"{key}:email", text, EMAIL, email, language, composed, now, office=office)


def _email(db: Session, phone: str) -> str | None:
    """The citizen's address; None where this office sends no e-mails."""
    if not ways(EMAIL, ""):
        return None
    citizen = find(db, phone)
    return None if citizen is None else citizen.email


def _stopped(db: Session, phone: str, topic: str | None) -> bool:
    return consent.stops(consent.unwanted(db, phone), topic)


def post_screen(
    db: Session, *, key: str, lead: str, phone: str, language: str, now: datetime
) -> None:
    """The same for what a screen would have said, to one who could not wait for it."""
    write(db, key, "screen", SMS, phone, language, as_written(lead, language), now)


def withdraw(db: Session, keys: Collection[str], now: datetime) -> None:
    """What was to be told is not so any more: messages under these keys that have not left stay
    here, e-mails of theirs included."""
    every = [*keys, *(f"{key}:email" for key in keys)]
    db.execute(
        update(Message)
        .where(col(Message.key).in_(every), col(Message.state).in_((QUEUED, HELD)))
        .values(state=EXPIRED, reason="overtaken", settled_at=now)
        .execution_options(synchronize_session=False)
    )


def has_posted(db: Session) -> bool:
    """Whether a message was written in this transaction."""
    return bool(db.info.get("has_posted"))


def write(
    db: Session,
    key: str,
    kind: str,
    channel: str,
    address: str,
    language: str,
    composed: Composed,
    now: datetime,
    bulk_id: int | None = None,
    office: int | None = None,
) -> None:
    """The row itself, for what is composed already."""
    row = {
        "key": key,
        "kind": kind,
        "channel": channel,
        "address": address,
        "address_hash": fingerprint(address),
        "language": language,
        "body": composed.body,
        "body_hash": fingerprint(composed.told or composed.body),
        "encoding": composed.encoding,
        "segments": composed.segments,
        "policy": composed.policy,
        "topic": composed.topic,
        "priority": PRIORITIES[composed.priority],
        "any_hour": composed.any_hour,
        "bulk_id": bulk_id,
        "office_id": office,
        "state": QUEUED,
        "due_at": now,
        "expires_at": now + (composed.useful or _LONGEST),
        "attempts": 0,
        "resent": 0,
        "avoid": "",
        "created_at": now,
    }
    db.connection().execute(_insert(db.get_bind().dialect.name), row)
    db.info["has_posted"] = True
    after_commit(db, "sms", lambda: wake(delivery.deliver_due))


@lru_cache
def _insert(dialect: str) -> Insert:
    """Made once: SQLAlchemy takes longer to build a statement than to run it."""
    if dialect == "sqlite":
        return sqlite.insert(Message).on_conflict_do_nothing(index_elements=["key"])
    return postgresql.insert(Message).on_conflict_do_nothing(index_elements=["key"])


def _with_hint(composed: Composed, phone: str, language: str, code: str) -> Composed:
    """The text with how to stop: on each call, and wherever it costs no segment more."""
    if composed.stop == "never":
        return composed
    hinted = with_hint(composed, stop_hint(language, country(phone).two_way, code))
    costs_more = hinted.segments > composed.segments
    return composed if costs_more and composed.stop == "if_room" else hinted
