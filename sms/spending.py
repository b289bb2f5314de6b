"""What messages cost, by day, gateway and currency; and the day's cap."""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlmodel import Session, col, select

from database.upserts import insert
from settings import current
from sms.gateways import Accepted, Result
from sms.models import Message, Spent

log = logging.getLogger(__name__)

_COST: Final = re.compile(r"([A-Z]{3})\s*(\d+(?:\.\d+)?)")


def read_cost(said: str | None) -> tuple[str, int] | None:
    """`KES 0.8000` -> ("KES", 800000): the currency and millionths of its unit."""
    found = _COST.fullmatch(said.strip()) if said else None
    return found and (found[1], int(Decimal(found[2]) * 1_000_000))


def today(now: datetime) -> date:
    """The day of the offices' zone."""
    return now.astimezone(current().zone).date()


def add(db: Session, sent: Iterable[tuple[str, Message, Result]], now: datetime) -> None:
    """Counts what was accepted: the gateway's name, the message, its result."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for gateway, message, result in sent:
        if not isinstance(result, Accepted):
            continue
        currency, amount = read_cost(result.cost) or ("", 0)
        entry = sums[gateway, currency]
        for at, value in enumerate((amount, 1, message.segments)):
            entry[at] += value
    for (gateway, currency), (amount, count, segments) in sorted(sums.items()):
        row = Spent(
            day=today(now),
            gateway=gateway,
            currency=currency,
            millionths=amount,
            messages=count,
            segments=segments,
        )
        new = insert(db, Spent).values(row.model_dump())
        raised = {
            name: col(getattr(Spent, name)) + new.excluded[name]
            for name in ("millionths", "messages", "segments")
        }
        db.execute(
            new.on_conflict_do_update(index_elements=["day", "gateway", "currency"], set_=raised)
        )


def cap_reached(db: Session, now: datetime) -> bool:
    """Whether this day's messages cost what may be spent on a day."""
    cap = read_cost(current().sms_spend_cap)
    if cap is None:
        return False
    currency, most = cap
    return _sum(db, currency, now) >= most


def of_day(db: Session, now: datetime) -> list[Spent]:
    """What this day cost so far."""
    return list(db.exec(select(Spent).where(Spent.day == today(now)).order_by(Spent.gateway)))


def _sum(db: Session, currency: str, now: datetime) -> int:
    return sum(spent.millionths for spent in of_day(db, now) if spent.currency == currency)


def price(db: Session) -> tuple[str, Decimal] | None:
    """What a segment has cost on average where most was sent, over the last 30 days in which
    anything was charged: its currency, and in that currency's unit."""
    rows = db.exec(
        select(Spent)
        .where(Spent.currency != "", Spent.segments > 0)
        .order_by(col(Spent.day).desc())
        .limit(90)
    ).all()
    if not rows:
        return None
    latest = rows[0].day
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if (latest - row.day).days < 30:
            sums[row.currency][0] += row.millionths
            sums[row.currency][1] += row.segments
    currency = max(sums, key=lambda one: sums[one][1])
    millionths, segments = sums[currency]
    return currency, Decimal(millionths) / 1_000_000 / segments
