"""The outbox: a message is written with what it tells, in one transaction, and sent afterwards."""

from datetime import datetime

from sqlmodel import Session

from background.work import wake
from database import after_commit
from database.upserts import insert
from locales.values import Values
from sms import delivery
from sms.models import Message
from sms.texts import Composed, as_written, compose


def post(
    db: Session,
    *,
    key: str,
    text: str,
    phone: str,
    language: str,
    values: Values,
    now: datetime,
) -> None:
    """Writes a message in the caller's transaction; a worker is woken once that commits.

    `key` names what is told (`ticket:812:taken`): a second message under it is not written.
    """
    _write(db, key, text, phone, language, compose(text, language, values), now)


def post_screen(
    db: Session, *, key: str, lead: str, phone: str, language: str, now: datetime
) -> None:
    """The same for what a screen would have said, to one who could not wait for it."""
    composed = as_written(lead, language)
    _write(db, key, "screen", phone, language, composed, now)


def has_posted(db: Session) -> bool:
    """Whether a message was written in this transaction."""
    return bool(db.info.get("has_posted"))


def _write(
    db: Session,
    key: str,
    kind: str,
    phone: str,
    language: str,
    composed: Composed,
    now: datetime,
) -> None:
    message = Message(
        key=key,
        kind=kind,
        phone=phone,
        language=language,
        body=composed.body,
        segments=composed.segments,
        policy=composed.policy,
        due_at=now,
        created_at=now,
    )
    columns = message.model_dump(exclude={"id"})
    db.execute(insert(db, Message).values(columns).on_conflict_do_nothing(index_elements=["key"]))
    db.info["has_posted"] = True
    after_commit(db, "sms", lambda: wake(delivery.deliver_due))
