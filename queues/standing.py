"""How a ticket stands, as values that screens show."""

from datetime import datetime, timedelta
from math import ceil

from locales.values import Values
from menus.actions import Context
from queues import phrases, tickets
from queues.models import Ticket
from queues.moves import AT_A_COUNTER, HELD, NO_SHOW, SERVING
from queues.overview import Live, overview

_MOST = 999


def names(context: Context, live: Live, service_id: int) -> Values:
    """The office and the service, in the citizen's language."""
    return {
        "office": phrases.named(context.language, live.place.office.name),
        "service_name": phrases.named(context.language, live.place.service(service_id).name),
    }


def of_ticket(context: Context, ticket: Ticket) -> Values:
    """The same, with the ticket's number."""
    live = overview(context.now).office(ticket.office_id)
    return {**names(context, live, ticket.service_id), "ticket": ticket.label}


def place(context: Context, ticket: Ticket) -> Values:
    """How many are ahead, and the wait."""
    return {
        **of_ticket(context, ticket),
        "ahead": min(tickets.ahead(ticket, context.now), _MOST),
        "wait": phrases.alone(context.language, tickets.wait_of(ticket, context.now)),
    }


def booked(context: Context, ticket: Ticket) -> Values:
    """When to come."""
    when = overview(context.now).office(ticket.office_id).place.local(ticket.callable_from)
    return {**of_ticket(context, ticket), "moment": when.isoformat()}


def in_short(context: Context, ticket: Ticket) -> Values:
    """In three words, beside the ticket's number."""
    return {**of_ticket(context, ticket), "standing": line(context, ticket)}


def line(context: Context, ticket: Ticket) -> str:
    """`3, 10-15 min`, `guichet 2, venez`, `le 24/11 09:30`."""
    spoken = context.language
    if is_later(ticket, context.now):
        moment = str(booked(context, ticket)["moment"])
        return phrases.say(spoken, phrases.BOOKED, moment=moment)
    if ticket.state == SERVING:
        return phrases.say(spoken, phrases.SERVING)
    if ticket.state in AT_A_COUNTER:
        return phrases.say(spoken, phrases.CALLED, counter=counter(ticket, context.now))
    if ticket.state == HELD:
        return phrases.say(spoken, phrases.HELD)
    if ticket.state == NO_SHOW:
        return phrases.say(spoken, phrases.MISSED)
    wait = tickets.wait_of(ticket, context.now)
    return phrases.in_a_list(spoken, tickets.ahead(ticket, context.now), wait)


def is_later(ticket: Ticket, now: datetime) -> bool:
    """An appointment whose time has not come."""
    return ticket.appointment and ticket.callable_from > now


def counter(ticket: Ticket, now: datetime) -> int:
    """The number of the counter that calls; 0 for one that is no more."""
    desks = overview(now).office(ticket.office_id).place.desks
    return next((desk.number for desk in desks if desk.id == ticket.counter_id), 0)


def minutes_to_return(ticket: Ticket, now: datetime) -> int:
    """How long who missed the call may still come back."""
    grace = overview(now).office(ticket.office_id).place.office.grace_minutes
    assert ticket.ended_at is not None
    left = ticket.ended_at + timedelta(minutes=grace) - now
    return min(max(1, ceil(left.total_seconds() / 60)), _MOST)
