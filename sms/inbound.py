"""What citizens write: stored as it comes, understood and answered by a job.

Each SMS is kept once, and handled once: what it changes, its reply and `handled_at` are one
transaction. Those of one number go in the order in which they came, whatever the number of
workers. Machines are not talked to: nothing is said to short codes, to senders with letters or to
ourselves; one number gets few replies an hour, and told how this works once in it.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

import moment
from background.clock import every
from background.work import awake, stopping, wake
from citizens.directory import find
from citizens.phones import masked, normal
from database import after_commit, reading, writing
from database.sealing import fingerprint, fingerprints
from database.upserts import insert
from menus.codes import code_to_dial
from settings import current
from sms import consent, outbox
from sms.answers import Asked, Reply, reply_to, understood
from sms.gateways import ID_LENGTH, kept
from sms.gateways.callbacks import Inbound as Told
from sms.keywords import UNKNOWN, understand
from sms.models import Inbound
from sms.routes import INBOUND, ways
from sms.states import SMS

log = logging.getLogger(__name__)

REPLIES_AN_HOUR: Final = 6
_HOUR: Final = timedelta(hours=1)
_SAME_SECONDS: Final = 120
_BATCH: Final = 500  # SMS that one job handles
_FAILED: Final = "failed"  # as a keyword: it could not be handled, the log says why


def store(
    db: Session,
    gateway: str,
    *,
    gateway_id: str | None,
    phone: str | None,
    sent_to: str | None = None,
    words: str | None,
    raw: str,
) -> None:
    """Keeps an SMS that came in, once, whatever it says. `raw` is all that came, in a settled
    order."""
    if gateway_id:
        identity = f"{gateway}\0{gateway_id}\0{phone}"
    else:  # told twice within minutes it is one; later, the citizen asks again
        identity = f"{gateway}\0{raw}\0{int(time.time()) // _SAME_SECONDS}"
    phone = _normal(phone)
    row = Inbound(
        mark=fingerprint(identity.encode("utf-8", "replace").decode()),
        gateway=gateway,
        gateway_id=kept(gateway_id, ID_LENGTH) or None,
        phone=phone,
        phone_hash=None if phone is None else fingerprint(phone),
        sent_to=kept(sent_to, 20) or None,
        words=words or "",
        raw=raw,
    )
    db.execute(insert(db, Inbound).values(row.model_dump(exclude={"id"})).on_conflict_do_nothing())
    after_commit(db, "inbound", lambda: wake(handle))


def _come_in(gateway: str, said: Told) -> None:
    """An SMS that came over a gateway's own connection."""
    with writing() as db:
        store(db, gateway, **said)


INBOUND.append(_come_in)


def _normal(phone: str | None) -> str | None:
    """As E.164 where it is a number; a short code or a name stays what it is."""
    try:
        return normal(phone) if phone else None
    except ValueError:
        return phone


@every(seconds=5)
def handle() -> None:
    """Handles what came in and is not handled yet, one after the other. Runs as a job."""
    awake(handle)
    for _ in range(_BATCH):
        if stopping():
            return
        inbound_id = None
        try:
            with writing() as db:
                inbound_id = _next(db)
                if inbound_id is None:
                    return
                _handle(db, db.exec(select(Inbound).where(Inbound.id == inbound_id)).one())
        except (OperationalError, IntegrityError) as problem:
            # Away, or somebody was quicker (the same citizen dials just now): the next time.
            log.warning("inbound: waits on the database: %s", type(problem).__name__)
            return
        except Exception as problem:  # what can't be handled must not hold up what came after it
            _give_up(inbound_id, problem)
    wake(handle)


def _next(db: Session) -> int | None:
    """The oldest that waits, and is the oldest of its number, held against other workers."""
    before = aliased(Inbound)
    earlier = (
        select(before.id)
        .where(
            col(before.phone_hash) == col(Inbound.phone_hash),
            col(before.handled_at).is_(None),
            col(before.id) < col(Inbound.id),
        )
        .exists()
    )
    first = (
        select(Inbound.id)
        .where(col(Inbound.handled_at).is_(None), ~earlier)
        .order_by(col(Inbound.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Inbound)
    )
    return db.exec(first).first()


def _give_up(inbound_id: int | None, problem: Exception) -> None:
    # No traceback of a database's error: it may show what was written.
    plain = isinstance(problem, DBAPIError)
    log.error("inbound %s is given up: %s", inbound_id, type(problem).__name__, exc_info=not plain)
    with writing() as db:
        db.execute(
            update(Inbound)
            .where(col(Inbound.id) == inbound_id)
            .values(handled_at=moment.now(), keyword=_FAILED)
        )


def _handle(db: Session, inbound: Inbound) -> None:
    now = moment.now()
    inbound.handled_at = now
    phone = inbound.phone
    if phone is None or not _is_a_person(phone, inbound.sent_to):
        return
    consent.forgive_number(db, phone)
    meant = understand(inbound.words or "")
    citizen = find(db, phone)
    language = (citizen and citizen.language) or meant.language or current().default_language
    asked = Asked(db, phone, meant.rest, language, code_to_dial(db), now)
    reply = reply_to(meant.keyword, asked)
    inbound.keyword = meant.keyword if understood(reply) else UNKNOWN
    if reply is not None and _may_reply(db, inbound, phone, now):
        inbound.reply_key = f"inbound:{inbound.id}"
        _post(db, inbound.reply_key, asked, reply)


def _is_a_person(phone: str, sent_to: str | None) -> bool:
    """Not one of our own senders, a short code or a sender with letters."""
    try:
        normal(phone)
    except ValueError:
        return False
    ours = {sent_to, current().at_sender_id, *(way.sender for way in ways(SMS, phone))}
    return phone not in {_normal(one) for one in ours}


def _may_reply(db: Session, inbound: Inbound, phone: str, now: datetime) -> bool:
    replied = select(Inbound.keyword, func.count()).where(
        col(Inbound.phone_hash).in_(fingerprints(phone)),
        col(Inbound.reply_key).is_not(None),
        col(Inbound.handled_at) > now - _HOUR,
    )
    said: dict[str | None, int] = dict(db.exec(replied.group_by(col(Inbound.keyword))).all())
    if sum(said.values()) >= REPLIES_AN_HOUR:
        log.warning(
            "inbound: no reply to %s, it had %d in an hour", masked(phone), sum(said.values())
        )
        return False
    return inbound.keyword != UNKNOWN or UNKNOWN not in said


def _post(db: Session, key: str, asked: Asked, reply: Reply) -> None:
    outbox.post(
        db,
        key=key,
        text=reply.text,
        phone=asked.phone,
        language=reply.language or asked.language,
        values=reply.values,
        now=asked.now,
        asked=True,
    )


def waiting() -> int:
    """How many are not handled yet."""
    with reading() as db:
        unhandled = select(func.count()).where(col(Inbound.handled_at).is_(None))
        return db.exec(unhandled).one()
