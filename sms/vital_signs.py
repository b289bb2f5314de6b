"""How each provider does now: its breakers, what came of the last calls, what it may do a second,
what it cost. Read when somebody looks; bounded, however many messages there are."""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from settings import current
from sms import breakers, breaking, routes, spending
from sms.models import Attempt, Message, Spent
from sms.providers import Rate
from sms.spending import read_cost
from sms.states import UNCERTAIN

LATELY: Final = timedelta(minutes=5)
_LAST: Final = 5_000  # calls that are looked at
Standing = Literal["closed", "open", "half", "paused"]


@dataclass(frozen=True, slots=True)
class Fuse:
    """A breaker, of one sender; `since` when it opened, `until` when it is tried again."""

    sender: str | None
    standing: Standing = "closed"
    reason: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Calls:
    """What came of the last calls. `lately`: outcome -> messages within LATELY; `reason`: of the
    last one that failed."""

    lately: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    accepted_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Vital:
    """One provider; `doubts`: its messages that may have left or not."""

    name: str
    fuses: list[Fuse]
    rates: list[Rate]
    calls: Calls
    doubts: int

    @property
    def standing(self) -> Standing:
        """The worst of its breakers."""
        order: tuple[Standing, ...] = ("paused", "open", "half", "closed")
        return min((fuse.standing for fuse in self.fuses), key=order.index, default="closed")


def vitals(db: Session, now: datetime) -> list[Vital]:
    """Of every provider that messages may leave by, and those that were tried lately."""
    calls, ways = _calls(db, now), routes.all_ways()
    opened = {(one.gateway, one.sender): one for one in breakers.states()}
    doubts = _doubts(db)
    return [
        Vital(
            name,
            [_fuse(way.sender, opened.get((name, way.sender))) for way in ways.get(name, [])],
            routes.limits(name),
            calls.get(name, Calls()),
            doubts.get(name, 0),
        )
        for name in (*ways, *sorted(set(calls) - set(ways)))
    ]


def _fuse(sender: str | None, opened: breakers.Open | None) -> Fuse:
    if opened is None:
        return Fuse(sender)
    if opened.reason == breaking.BY_HAND:
        return Fuse(sender, "paused", "", opened.since)
    half = opened.until <= datetime.fromtimestamp(time.time(), UTC)
    return Fuse(sender, "half" if half else "open", opened.reason, opened.since, opened.until)


def _calls(db: Session, now: datetime) -> Mapping[str, Calls]:
    told: Any = select(Attempt.gateway, Attempt.outcome, Attempt.reason, Attempt.started_at)
    last = told.order_by(col(Attempt.id).desc()).limit(_LAST).subquery()
    lately = func.sum(case((last.c.started_at >= now - LATELY, 1), else_=0))
    columns = last.c.gateway, last.c.outcome, last.c.reason
    rows = db.execute(
        last.select()
        .with_only_columns(*columns, func.max(last.c.started_at), lately)
        .group_by(*columns)
    )
    found: dict[str, Calls] = defaultdict(Calls)
    for gateway, outcome, reason, at, count in rows:
        calls = found[gateway]
        if outcome is None:  # under way, or cut off by a crash
            continue
        calls.lately[outcome] += int(count)
        if outcome == "accepted":
            calls.accepted_at = max(at, calls.accepted_at or at)
        elif calls.failed_at is None or at >= calls.failed_at:
            calls.failed_at, calls.reason = at, reason or ""
    return found


def _doubts(db: Session) -> dict[str | None, int]:
    return dict(
        db.exec(
            select(Message.gateway, func.count())
            .where(col(Message.state) == UNCERTAIN)
            .group_by(col(Message.gateway))
        ).all()
    )


# -- what it costs ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """What a day cost in one currency; empty where nothing was told. `cost`: in its unit."""

    day: date
    gateway: str
    currency: str
    cost: float
    messages: int
    segments: int


@dataclass(frozen=True, slots=True)
class Spend:
    """`days`: the last ones; `month`: this month's sums by currency; `cap`: what a day may cost,
    and how much of that this day has cost, in its currency's unit."""

    days: list[Day]
    month: Mapping[str, float]
    cap: tuple[str, float, float] | None


def spend(db: Session, now: datetime, days: int = 30) -> Spend:
    today = spending.today(now)
    since = min(today - timedelta(days=days - 1), today.replace(day=1))
    rows = db.exec(
        select(Spent).where(col(Spent.day) >= since).order_by(col(Spent.day).desc(), Spent.gateway)
    )
    found = [
        Day(
            *(one.day, one.gateway, one.currency, one.millionths / 1_000_000),
            *(one.messages, one.segments),
        )
        for one in rows
    ]
    month: dict[str, float] = defaultdict(float)
    for one in found:
        if one.currency and one.day >= today.replace(day=1):
            month[one.currency] += one.cost
    latest = [one for one in found if one.day > today - timedelta(days=days)]
    return Spend(latest, month, _cap(found, today))


def _cap(days: list[Day], today: date) -> tuple[str, float, float] | None:
    cap = read_cost(current().sms_spend_cap)
    if cap is None:
        return None
    currency, most = cap
    spent = sum(one.cost for one in days if one.day == today and one.currency == currency)
    return currency, most / 1_000_000, spent
