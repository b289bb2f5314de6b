"""What citizens agreed to: a ledger per number and topic, whose last word holds.

Who asked for nothing is written to: they took a ticket, or left a dossier. Who said STOP gets no
more of it, until they say otherwise. A call for a ticket that one holds says how to stop.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

import moment
from database.sealing import fingerprint, fingerprints
from database.upserts import insert
from sms.models import BadNumber, Consent
from sms.states import EVERYTHING, TOPICS


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
    now = moment.now()
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


def unwanted(db: Session, phone: str) -> set[str]:
    """The topics that this number wants no more of, and EVERYTHING where an operator says so."""
    return set().union(*withdrawn(db, fingerprints(phone)).values())


def switch(db: Session, phone: str, topic: str, source: str) -> bool:
    """Turns a topic on or off; says whether it is on now. Where all was off, only this one is on
    then."""
    off = unwanted(db, phone)
    if EVERYTHING not in off:
        change(db, phone, [topic], given=topic in off, source=source)
        return topic in off
    others = [one for one in TOPICS if one != topic and one not in off]
    change(db, phone, others, given=False, source=source)
    change(db, phone, [topic, EVERYTHING], given=True, source=source)
    return True


def history(db: Session, phone: str) -> list[Consent]:
    """Each change of mind of this number, the first one first."""
    of_it = select(Consent).where(col(Consent.phone_hash).in_(fingerprints(phone)))
    return list(db.exec(of_it.order_by(col(Consent.id))))


def forgive_number(db: Session, phone: str) -> None:
    """A number that writes to us can be reached."""
    db.execute(delete(BadNumber).where(col(BadNumber.phone_hash).in_(fingerprints(phone))))


def stops(unwanted: Collection[str], topic: str | None) -> bool:
    """Whether a message on the topic is not to be sent to one who wants none of these. A text
    without a topic answers the citizen, and is stopped by an operator's own list only."""
    return EVERYTHING in unwanted or topic in unwanted


def mark_number(db: Session, phone_hash: str, reason: str, gateway: str) -> None:
    """Remembers a number that can't be reached, ever."""
    row = {"phone_hash": phone_hash, "reason": reason, "gateway": gateway, "at": moment.now()}
    db.execute(insert(db, BadNumber).values(row).on_conflict_do_nothing())
