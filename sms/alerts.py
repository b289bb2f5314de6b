"""What operators must know at once: told in the log, and to ALERTS_TO by e-mail or SMS, once a day
each."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

import moment
from background.clock import every
from database import writing
from settings import current
from sms import breakers, outbox, spending
from sms.breaking import BY_HAND
from sms.models import Message
from sms.states import EMAIL, HELD, SMS
from sms.texts import as_written

log = logging.getLogger(__name__)

_logged: set[str] = set()  # by this process


@every(seconds=30)
def watch() -> None:
    """Runs as a job."""
    now = moment.now()
    with writing() as db:
        for name, what in _wrong(db, now):
            _tell(db, f"alert:{name}:{spending.today(now)}", what, now)


def _wrong(db: Session, now: datetime) -> Iterator[tuple[str, str]]:
    """A name and what to say, for each thing that is wrong now."""
    if spending.cap_reached(db, now):
        cap = current().sms_spend_cap
        yield "spend_cap", f"plafond des SMS du jour atteint ({cap}) : seuls les appels partent"
    held = select(Message.id).where(Message.state == HELD, Message.reason == "risk_hold").limit(1)
    if db.exec(held).first() is not None:
        yield "risk_hold", "l'opérateur retient des SMS : voir flask sms tail"
    for broken in breakers.states():
        if broken.reason == BY_HAND:  # who did that knows
            continue
        yield (
            f"breaker:{broken.gateway}",
            f"{broken.gateway} ne prend plus de SMS : {broken.reason}",
        )


def _tell(db: Session, key: str, what: str, now: datetime) -> None:
    """The messages' keys are unique: who was told is not told again."""
    if key not in _logged:
        _logged.add(key)
        log.error("alert: %s", what)
    language = current().default_language
    for number, address in enumerate(current().alerts_to):
        channel = EMAIL if "@" in address else SMS
        composed = replace(as_written(f"Guichet : {what}", language), priority="call")
        outbox.write(db, f"{key}:{number}", "alert", channel, address, language, composed, now)
