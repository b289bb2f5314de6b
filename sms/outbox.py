"""The outbox: a message is written with what it tells, in one transaction, and sent afterwards."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from background.work import wake
from citizens.countries import country
from citizens.directory import find
from database import after_commit
from database.sealing import fingerprint, fingerprints
from database.upserts import insert
from locales.values import Values
from sms import delivery
from sms.models import Message
from sms.states import EMAIL, OPTED_OUT, PRIORITIES, SMS
from sms.texts import Composed, as_written, compose, stop_hint, with_hint

_LONGEST = timedelta(days=3)  # after which a message is of no use, unless its text says less
_FIRST_AGAIN = timedelta(days=30)  # how to stop is said again to one who heard nothing since


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
    """Writes a message in the caller's transaction; a worker is woken once that commits. One who
    gave an e-mail address gets it there as well.

    `key` names what is told (`ticket:812:taken`): a second message under it is not written.
    """
    composed = compose(text, language, values)
    hinted = _with_hint(db, composed, phone, language, str(values.get("code", "")), now)
    write(db, key, text, SMS, phone, language, hinted, now)
    citizen = find(db, phone)
    if citizen is not None and citizen.email is not None and composed.topic is not None:
        write(db, f"{key}:email", text, EMAIL, citizen.email, language, composed, now)


def post_screen(
    db: Session, *, key: str, lead: str, phone: str, language: str, now: datetime
) -> None:
    """The same for what a screen would have said, to one who could not wait for it."""
    write(db, key, "screen", SMS, phone, language, as_written(lead, language), now)


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
) -> None:
    """The row itself, for what is composed already."""
    useful = composed.useful or _LONGEST
    message = Message(
        key=key,
        kind=kind,
        channel=channel,
        address=address,
        address_hash=fingerprint(address),
        language=language,
        body=composed.body,
        body_hash=fingerprint(composed.told or composed.body),
        encoding=composed.encoding,
        segments=composed.segments,
        policy=composed.policy,
        topic=composed.topic,
        priority=PRIORITIES[composed.priority],
        any_hour=composed.any_hour,
        bulk_id=bulk_id,
        due_at=now,
        expires_at=now + useful,
        created_at=now,
    )
    columns = message.model_dump(exclude={"id"})
    db.execute(insert(db, Message).values(columns).on_conflict_do_nothing(index_elements=["key"]))
    db.info["has_posted"] = True
    after_commit(db, "sms", lambda: wake(delivery.deliver_due))


def _with_hint(
    db: Session, composed: Composed, phone: str, language: str, code: str, now: datetime
) -> Composed:
    """The text with how to stop, where it is due: on each call, and on the first message of a
    topic in a while if that costs no segment more."""
    if composed.stop == "never":
        return composed
    hint = stop_hint(language, country(phone).two_way, code)
    hinted = with_hint(composed, hint)
    if composed.stop == "always":
        return hinted
    if hinted.segments > composed.segments or _heard(db, phone, composed.topic, now):
        return composed
    return hinted


def _heard(db: Session, phone: str, topic: str | None, now: datetime) -> bool:
    """Whether this number was written to on the topic not long ago."""
    before = select(Message.id).where(
        col(Message.address_hash).in_(fingerprints(phone)),
        col(Message.topic) == topic,
        col(Message.created_at) > now - _FIRST_AGAIN,
        col(Message.state) != OPTED_OUT,
    )
    return db.exec(before.limit(1)).first() is not None
