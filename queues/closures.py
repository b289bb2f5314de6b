"""Days that change: an office closes, opens late or ends early, and who holds a ticket is told.

Appointments outside the new hours are cancelled; so is everyone who waits, once the office does
not open again today. Others who wait keep their tickets, and are told the hours. Who is called or
served hears it at the counter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from database import after_commit
from queues import events, letters, overview, places
from queues.hours import Span, Wrong, written_hours
from queues.models import Office, SpecialDay, Ticket
from queues.moves import WAITING, NotPossible
from queues.places import Place

_FURTHEST = timedelta(days=366)
_SHOWN = 2  # stretches of a day that an SMS has room for


class Refused(Wrong):
    """Why a day can't be changed so."""


@dataclass(frozen=True, slots=True)
class Change:
    """`day`: None for today; `spans`: when it is open, none for all day closed."""

    code: str
    day: date | None
    spans: tuple[Span, ...]
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class Told:
    """How many tickets were cancelled, and how many people were told."""

    cancelled: int = 0
    people: int = 0

    def __add__(self, other: "Told") -> "Told":
        return Told(self.cancelled + other.cancelled, self.people + other.people)

    def __str__(self) -> str:
        return f"{self.cancelled} tickets cancelled, {self.people} people told"


def close(db: Session, change: Change, now: datetime) -> Told:
    """Call it in a write transaction. The same once more tells nobody twice. Raises Refused,
    LookupError."""
    place = _place(db, change.code, now)
    today = place.local(now).date()
    day = change.day or today
    if not today <= day <= today + _FURTHEST:
        raise Refused("day_too_far", f"{day}: write a day from today on, within a year")
    if len(change.reason) > 40:
        raise Refused("reason_too_long", "the reason: 40 characters at most")
    known = _special_day(db, place, day)
    hours = written_hours(change.spans)
    if known is None and change.spans == place.calendar.spans(day):
        raise Refused("same_hours", f"these are the hours of {day} already")
    special = known or SpecialDay(office_id=_id(place), day=day)
    if special.hours != hours:
        special.announced_at = None
    special.hours, special.reason = hours, change.reason
    db.add(special)
    db.flush()
    assert special.id is not None
    return announce(db, special.id, change.who, now)


def reopen(db: Session, code: str, day: date, who: str, now: datetime) -> Told:
    """The day has its usual hours again; tickets that were cancelled stay so. Raises Refused,
    LookupError."""
    place = _place(db, code, now)
    special = _special_day(db, place, day)
    if day < place.local(now).date():
        raise Refused("day_too_far", f"{day}: write a day from today on, within a year")
    if special is None:
        said = f"{code} has no hours of its own on {day}: there is nothing to take back"
        raise Refused("nothing_to_take_back", said)
    country = place.office.country
    holiday = places.public_holidays(country, day.year).get(day) if country else None
    if holiday is not None:
        said = f"{day} is a holiday ({holiday}): give hours to it by `close --hours`"
        raise Refused("holiday", said, holiday=holiday)
    db.delete(special)
    db.flush()
    place = _place(db, code, now)
    spans = place.calendar.spans(day)
    return _tell_all(db, place, day, spans, "", who, now)


def tell_new_hours(db: Session, before: Iterable[Place], who: str, now: datetime) -> Told:
    """Tells who holds a ticket of a day that has other hours than it had `before` an office was
    changed in this transaction."""
    db.flush()
    told = Told()
    after = {_id(place): place for place in places.read(db, now.date())}
    for old in before:
        place = after[_id(old)]
        for day in _days_with_holders(db, place, now):
            spans = place.calendar.spans(day)
            if spans != old.calendar.spans(day):
                reason = place.reasons.get(day, "")
                told += _tell_all(db, place, day, spans, reason, who, now)
    return told


def announce(db: Session, special_day_id: int, who: str, now: datetime) -> Told:
    """Tells who holds a ticket of this day, unless it is past, or they were told."""
    office_id = db.get_one(SpecialDay, special_day_id).office_id
    place = _place(db, db.get_one(Office, office_id).code, now)
    special = db.get_one(SpecialDay, special_day_id)
    if special.announced_at is not None or special.day < place.local(now).date():
        return Told()
    special.announced_at = now
    spans = place.calendar.spans(special.day)
    return _tell_all(db, place, special.day, spans, special.reason, who, now)


def _tell_all(
    db: Session,
    place: Place,
    day: date,
    spans: tuple[Span, ...],
    reason: str,
    who: str,
    now: datetime,
) -> Told:
    after_commit(db, "overview", overview.forget)
    local = place.local(now)
    left = spans
    if day == local.date():
        left = tuple(span for span in spans if span[1] > local.hour * 60 + local.minute)
    key = f"office:{_id(place)}:{day}:{int(now.timestamp())}"
    told = Told()
    for ticket in _holders(db, place, day, now):
        comes, of_one = place.local(ticket.callable_from), f"{key}:ticket:{ticket.id}"
        if not left or (comes > local and not _within(comes, spans)):
            if _cancel(db, ticket, f"office closed: {reason}", who, now):
                values = {"moment": comes.isoformat()}
                told += Told(1, letters.to_holder(db, ticket, of_one, "office_closed", values, now))
        elif comes <= local:
            hours = written_hours(left if len(left) <= _SHOWN else ((left[0][0], left[-1][1]),))
            told += Told(
                0, letters.to_holder(db, ticket, of_one, "office_late", {"hours": hours}, now)
            )
    return told


def _days_with_holders(db: Session, place: Place, now: datetime) -> list[date]:
    """Today always: an office that never closes has some of yesterday."""
    today = place.local(now).date()
    days = db.exec(
        select(col(Ticket.day))
        .where(Ticket.office_id == _id(place), Ticket.state == WAITING, col(Ticket.day) > today)
        .distinct()
    )
    return sorted({today, *days})


def _holders(db: Session, place: Place, day: date, now: datetime) -> list[Ticket]:
    """Who waits and would come on that day: by appointment or, today, as one who is here. Locked,
    so that nobody is told who is called at this moment."""
    mine = col(Ticket.day) == day
    if day == place.local(now).date():  # an office that never closes has some of yesterday
        mine = or_(mine, (col(Ticket.day) < day) & (col(Ticket.callable_from) <= now))
    return list(
        db.exec(
            select(Ticket)
            .where(Ticket.office_id == _id(place), Ticket.state == WAITING, mine)
            .order_by(col(Ticket.id))
            .with_for_update()
        )
    )


def _within(local: datetime, spans: Iterable[Span]) -> bool:
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in spans)


def _cancel(db: Session, ticket: Ticket, note: str, who: str, now: datetime) -> bool:
    assert ticket.id is not None
    try:
        events.move(db, ticket.id, "cancelled", now, who=who, note=note.removesuffix(": "))
    except NotPossible:
        return False
    return True


def _place(db: Session, code: str, now: datetime) -> Place:
    """As the database has it now. Of two who change an office, one waits for the other."""
    db.exec(select(Office.id).where(Office.code == code).with_for_update()).first()
    for place in places.read(db, now.date()):
        if place.office.code == code:
            return place
    raise LookupError(f"no office {code}: `flask offices list` names them")


def _special_day(db: Session, place: Place, day: date) -> SpecialDay | None:
    query = select(SpecialDay).where(SpecialDay.office_id == _id(place), SpecialDay.day == day)
    return db.exec(query).first()


def _id(place: Place) -> int:
    assert place.office.id is not None
    return place.office.id
