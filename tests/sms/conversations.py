"""What the tests of the outbox share: messages to post, time to let pass."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from database import reading, writing
from sms import outbox
from sms.models import Attempt, Message

PHONE = "+221770000050"
VALUES = {
    "ticket": "A001",
    "office": "Mairie",
    "service": "Etat civil",
    "ahead": 3,
    "moment": "2026-11-24T09:30:00+00:00",
    "code": "*384*50#",
}


def post(key: str = "ticket:1:taken", number: str = PHONE, **values: object) -> None:
    """Each key has a text of its own, unless told otherwise: the same one is not sent twice."""
    told = {**VALUES, "office": key[:22], **values}
    with writing() as db:
        outbox.post(
            db,
            key=key,
            text="ticket_taken",
            phone=number,
            language="fr",
            values=told,
            now=datetime.now(UTC),
        )


def messages() -> list[Message]:
    with reading() as db:
        return list(db.exec(select(Message).order_by(Message.id)))


def attempts() -> list[Attempt]:
    with reading() as db:
        return list(db.exec(select(Attempt).order_by(Attempt.id)))


def later(seconds: float) -> None:
    """Lets time pass for every message: what is due then is due now."""
    with writing() as db:
        for message in db.exec(select(Message)):
            message.due_at -= timedelta(seconds=seconds)
            db.add(message)
