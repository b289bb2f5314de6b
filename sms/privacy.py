"""Messages, what was written to us, and consent, as what is held of a person.

Erased as after SMS_KEEP_DAYS: words, numbers and addresses go, counts and costs stay. Of consent
what remains is each STOP, by the number's fingerprint alone: who wants no SMS gets none later on.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from citizens.privacy import Held, Person, erases, hinders, holds
from database.sealing import fingerprint, fingerprints
from sms import consent
from sms.models import Attempt, BadNumber, BulkRow, Consent, Inbound, Message, Receipt
from sms.states import EXPIRED, HELD, LEASED, QUEUED, SENDING, UNCERTAIN

SMS_ON_ITS_WAY = "sending"
_WAITS = (QUEUED, HELD, UNCERTAIN)


def _addresses(of: Person) -> list[str]:
    """The fingerprints of the number and, if one is kept, of the e-mail address."""
    email = of.citizen.email if of.citizen else None
    return [*of.hashes, *(fingerprints(email) if email else ())]


@holds("messages")
def _messages(db: Session, of: Person) -> list[Held]:
    query = select(Message).where(col(Message.address_hash).in_(_addresses(of)))
    return [
        {
            "at": one.created_at.isoformat(),
            "channel": one.channel,
            "text": one.body,
            "state": one.state,
        }
        for one in db.exec(query.order_by(col(Message.id)))
    ]


@holds("written")
def _written(db: Session, of: Person) -> list[Held]:
    query = select(Inbound).where(col(Inbound.phone_hash).in_(of.hashes))
    return [
        {"at": one.came_at.isoformat(), "text": one.words}
        for one in db.exec(query.order_by(col(Inbound.id)))
    ]


@holds("consent")
def _consent(db: Session, of: Person) -> list[Held]:
    return [
        {"at": one.at.isoformat(), "topic": one.topic, "given": one.given, "source": one.source}
        for one in consent.history(db, of.phone)
    ]


@hinders
def _under_way(db: Session, of: Person, now: datetime) -> str | None:
    """An SMS that a worker holds just now: in some seconds it has left."""
    held = select(Message.id).where(
        col(Message.address_hash).in_(_addresses(of)), col(Message.state).in_((LEASED, SENDING))
    )
    return SMS_ON_ITS_WAY if db.exec(held.limit(1)).first() is not None else None


@erases
def _erase(db: Session, of: Person, now: datetime) -> None:
    _erase_messages(db, _addresses(of), now)
    inbound = {"raw": None, "words": None, "phone": None, "phone_hash": None}
    db.execute(update(Inbound).where(col(Inbound.phone_hash).in_(of.hashes)).values(inbound))
    of_rows = update(BulkRow).where(col(BulkRow.phone_hash).in_(of.hashes))
    unsent = of_rows.where(col(BulkRow.state) == "ready")
    db.execute(unsent.values(state="bad", problem="erased"))
    db.execute(of_rows.values(phone=None, phone_hash=None, columns=None))
    db.execute(delete(BadNumber).where(col(BadNumber.phone_hash).in_(of.hashes)))
    _erase_consent(db, of, now)


def _erase_messages(db: Session, hashes: Sequence[str], now: datetime) -> None:
    ids = db.exec(select(Message.id).where(col(Message.address_hash).in_(hashes))).all()
    of_them = update(Message).where(col(Message.id).in_(ids))
    waiting = of_them.where(col(Message.state).in_(_WAITS))
    db.execute(waiting.values(state=EXPIRED, reason="erased", settled_at=now))
    nothing = {"address": None, "body": None, "address_hash": "", "body_hash": ""}
    db.execute(of_them.values(nothing))
    db.execute(update(Attempt).where(col(Attempt.message_id).in_(ids)).values(address_hash=""))
    db.execute(
        update(Receipt)
        .where(col(Receipt.address_hash).in_(hashes))
        .values(raw=None, address_hash=None)
    )


def _erase_consent(db: Session, of: Person, now: datetime) -> None:
    unwanted = consent.unwanted(db, of.phone)
    db.execute(delete(Consent).where(col(Consent.phone_hash).in_(of.hashes)))
    for topic in sorted(unwanted):
        db.add(
            Consent(
                phone="",
                phone_hash=fingerprint(of.phone),
                topic=topic,
                given=False,
                source="erased",
                at=now,
            )
        )
    db.flush()
