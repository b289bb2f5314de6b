"""An appointment gets another time, by its holder: what menus can do for that."""

from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from citizens import news
from citizens.models import Citizen
from locales.values import MOMENT, plain, text
from menus.actions import Context, Item, Outcome, action, chosen, source
from queues import events, holders, letters, phrases, standing, tickets
from queues.events import CITIZEN
from queues.models import Ticket
from queues.moves import Bar, NotPossible
from queues.overview import overview
from queues.phrases import DAY
from queues.tickets import Refused, Request

REBOOKED: Final = "another time"  # the note of an appointment that gave way to another

_ID = {"ticket_id": chosen("queues.my_tickets")}
_NAMED = {"office": text(22), "service_name": text(22)}


def rebook(db: Session, ticket: Ticket, slot: datetime, now: datetime) -> Ticket:
    """The same appointment at another time, as a new ticket: the old time is free again and the new
    one taken, or neither. Raises Refused; NotPossible for what is no appointment to come."""
    assert ticket.id is not None
    if not standing.is_later(ticket, now):
        raise NotPossible(Bar.TOO_LATE)
    request = Request(
        ticket.service_id,
        citizen_id=ticket.citizen_id,
        taken_by_id=ticket.taken_by_id,
        priority=ticket.priority,
        slot=slot,
        travel_minutes=ticket.travel_minutes,
        note=f"instead of {ticket.label}",
    )
    with db.begin_nested():
        events.move(db, ticket.id, "cancelled", now, who=CITIZEN, note=REBOOKED)
        return tickets.take(db, request, now)


@source("queues.other_days", parameters=_ID, label=DAY)
def other_days(context: Context, ticket_id: str) -> list[Item]:
    """The days to which an appointment can be moved."""
    ticket = _find(context, ticket_id)
    if ticket is None:
        return []
    today = overview(context.now).office(ticket.office_id).local.date()
    days = tickets.booking_days(context.db, ticket.service_id, context.now, without=ticket)
    return [
        Item(day.isoformat(), phrases.day(context.language, day, today))
        for day in days
        if _times(context, ticket, day)
    ]


@source(
    "queues.other_times",
    parameters={**_ID, "new_day": chosen("queues.other_days")},
    label=text(5),
)
def other_times(context: Context, ticket_id: str, new_day: str) -> list[Item]:
    """The times of that day to which it can be moved."""
    ticket = _find(context, ticket_id)
    if ticket is None:
        return []
    found = _times(context, ticket, date.fromisoformat(new_day))
    return [Item(time.isoformat(), f"{time:%H:%M}") for time in found]


@action(
    "queues.rebook",
    parameters={**_ID, "new_slot": chosen("queues.other_times")},
    outcomes={
        "moved": {**_NAMED, "ticket": plain(5), "moment": MOMENT},
        "gone": {**_NAMED, "next": MOMENT},
        "no_more": {},
        "not_now": {},
    },
    binding=True,
)
def move(context: Context, ticket_id: str, new_slot: str) -> Outcome:
    """Gives an appointment another time: the old one is kept where that is not possible. `gone`:
    somebody was quicker; `no_more`: and no other time is free; `not_now`: it is called, or gone."""
    ticket = _find(context, ticket_id)
    if ticket is None:
        return Outcome("not_now")
    try:
        moved = rebook(context.db, ticket, datetime.fromisoformat(new_slot), context.now)
    except NotPossible:
        return Outcome("not_now")
    except Refused as refused:
        if refused.next is None:
            return Outcome("no_more")
        named = standing.names(context, refused.live, ticket.service_id)
        return Outcome("gone", {**named, "next": refused.next.isoformat()})
    _tell(context, ticket, moved)
    return Outcome("moved", standing.booked(context, moved), facts={"has_ticket": True})


def _tell(context: Context, old: Ticket, moved: Ticket) -> None:
    """Who moved it; and the person for whom another has, on their own phone."""
    letters.take_back(context.db, old, context.now)
    told = (context.phone, context.language, context.service_code, context.now)
    letters.taken(context.db, moved, *told)
    if moved.citizen_id is None:
        return
    person = context.db.get_one(Citizen, moved.citizen_id)
    if person.phone != context.phone:
        letters.taken_for(context.db, moved, person, *told)
        news.changed(context.db, person.phone)


def _times(context: Context, ticket: Ticket, day: date) -> list[datetime]:
    """But the time that it has."""
    found = tickets.booking_times(context.db, ticket.service_id, day, context.now, without=ticket)
    return [time for time in found if time != ticket.callable_from]


def _find(context: Context, ticket_id: str) -> Ticket | None:
    held = holders.held(context.db, context.phone, context.now)
    found = next((one for one in held if str(one.id) == ticket_id), None)
    return found if found is not None and standing.is_later(found, context.now) else None
