"""The outbox: a message is written with what it tells, in one transaction, and sent afterwards."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session

from background.work import wake
from database import after_commit
from locales.values import Values
from sms import delivery
from sms.models import Message
from sms.texts import compose


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
    composed = compose(text, language, values)
    message = Message(
        key=key,
        kind=text,
        phone=phone,
        language=language,
        body=composed.body,
        segments=composed.segments,
        policy=composed.policy,
        due_at=now,
        created_at=now,
    )
    insert = insert_sqlite if db.get_bind().dialect.name == "sqlite" else insert_postgresql
    columns = message.model_dump(exclude={"id"})
    db.execute(insert(Message).values(columns).on_conflict_do_nothing(index_elements=["key"]))
    after_commit(db, "sms", lambda: wake(delivery.deliver_due))
