"""What citizens agreed to: a ledger per number and topic, whose last word holds.

Who asked for nothing is written to: they took a ticket, or left a dossier. Who said STOP gets no
more of it, until they say otherwise. A call for a ticket that one holds says how to stop.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from database.sealing import fingerprint
from database.upserts import insert
from sms.models import BadNumber, Consent
from sms.states import EVERYTHING


def change(
    db: Session,
    phone: str,
    topics: Iterable[str],
    *,
    given: bool,
    source: str,
    by: str | None = None,
) -> None:
    """Writes a change of mind. `source`: sms, gateway, ussd or console; `by`: who, on a console."""
    sealed = fingerprint(phone)
    now = datetime.now(UTC)
    for topic in topics:
        db.add(
            Consent(
                phone=phone,
                phone_hash=sealed,
                topic=topic,
                given=given,
                source=source,
                by=by,
                at=now,
            )
        )


def withdrawn(db: Session, hashes: Collection[str]) -> dict[str, set[str]]:
    """The topics that each of these numbers wants no more of."""
    last = (
        select(func.max(Consent.id))
        .where(col(Consent.phone_hash).in_(list(hashes)))
        .group_by(col(Consent.phone_hash), col(Consent.topic))
    )
    rows = db.exec(
        select(Consent.phone_hash, Consent.topic).where(
            col(Consent.id).in_(last), col(Consent.given).is_(False)
        )
    )
    found: dict[str, set[str]] = defaultdict(set)
    for phone, topic in rows:
        found[phone].add(topic)
    return found


def stops(unwanted: Collection[str], topic: str | None) -> bool:
    """Whether a message on the topic is not to be sent to one who wants none of these. A text
    without a topic answers the citizen, and is stopped by an operator's own list only."""
    return EVERYTHING in unwanted or topic in unwanted


def mark_number(db: Session, phone_hash: str, reason: str, gateway: str) -> None:
    """Remembers a number that can't be reached, ever."""
    row = {"phone_hash": phone_hash, "reason": reason, "gateway": gateway, "at": datetime.now(UTC)}
    db.execute(insert(db, BadNumber).values(row).on_conflict_do_nothing())
