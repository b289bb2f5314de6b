"""What menus can do with queues."""

from citizens.directory import find, find_or_add
from locales.catalogues import translated
from locales.values import MOMENT, Values, number, plain, text
from menus.actions import Context, Item, Outcome, action, chosen, fact, source
from queues import tickets
from queues.models import Ticket
from queues.overview import Live, overview
from sms import outbox

_PLACE = {"office": text(22), "service_name": text(22), "ahead": number(999)}
_TICKET = {**_PLACE, "ticket": plain(5)}
_CLOSED = {"office": text(22), "opens": MOMENT}


@source("queues.offices")
def offices(context: Context) -> list[Item]:
    """Every office, always in the same order: the same digit, the same office."""
    return [
        Item(str(live.place.office.id), _named(context, live.place.office.name))
        for live in overview(context.now).offices
    ]


@source("queues.services", parameters={"office_id": chosen("queues.offices")})
def services(context: Context, office_id: str) -> list[Item]:
    """The services of an office."""
    place = overview(context.now).office(int(office_id)).place
    return [Item(str(service.id), _named(context, service.name)) for service in place.services]


@action(
    "queues.look",
    parameters={"service": chosen("queues.services")},
    outcomes={"open": _PLACE, "yours": _TICKET, "closed": _CLOSED, "shut": {"office": text(22)}},
    writes=False,
)
def look(context: Context, service: str) -> Outcome:
    """How the queue stands, before one takes a ticket."""
    held = [one for one in _held(context) if one.service_id == int(service)]
    if held:
        return Outcome("yours", _standing(context, held[0]))
    live = overview(context.now).of_service(int(service))
    if not live.is_open:
        return _closed(context, live)
    place = _place(context, live, int(service))
    return Outcome("open", {**place, "ahead": live.waiting(int(service))})


@action(
    "queues.take_ticket",
    parameters={"service": chosen("queues.services")},
    outcomes={"taken": _TICKET, "yours": _TICKET, "closed": _CLOSED, "shut": {"office": text(22)}},
    binding=True,
)
def take_ticket(context: Context, service: str) -> Outcome:
    """Gives a ticket and posts its SMS; who holds one already is told that one."""
    citizen = find_or_add(context.db, context.phone)
    request = tickets.Request(int(service), citizen_id=citizen.id)
    try:
        ticket = tickets.take(context.db, request, context.now)
    except tickets.AlreadyHeld as held:
        return Outcome("yours", _standing(context, held.ticket))
    except tickets.Refused as refused:
        return _closed(context, refused.live)
    standing = _standing(context, ticket)
    live = overview(context.now).of_service(int(service))
    outbox.post(
        context.db,
        key=f"ticket:{ticket.id}:taken",
        text="ticket_taken",
        phone=context.phone,
        language=context.language,
        values={
            "ticket": ticket.label,
            "office": standing["office"],
            "service": standing["service_name"],
            "ahead": standing["ahead"],
            "moment": live.local.isoformat(),
            "code": context.service_code,
        },
        now=context.now,
    )
    return Outcome("taken", standing, facts={"has_ticket": True})


@fact("has_ticket")
def has_ticket(context: Context) -> bool:
    """Those who hold a ticket."""
    return bool(_held(context))


@source("queues.my_tickets", label=text(28))
def my_tickets(context: Context) -> list[Item]:
    """The tickets this person holds, the latest first."""
    return [
        Item(str(ticket.id), f"{ticket.label} {_standing(context, ticket)['service_name']}")
        for ticket in _held(context)
    ]


@action(
    "queues.my_ticket",
    parameters={"ticket_id": chosen("queues.my_tickets")},
    outcomes={"held": _TICKET, "gone": {}},
    writes=False,
)
def my_ticket(context: Context, ticket_id: str) -> Outcome:
    """How a ticket of this person's stands now."""
    for ticket in _held(context):
        if str(ticket.id) == ticket_id:
            return Outcome("held", _standing(context, ticket))
    return Outcome("gone")


def _held(context: Context) -> list[Ticket]:
    citizen = find(context.db, context.phone)
    if citizen is None or citizen.id is None:
        return []
    return tickets.held_by(context.db, citizen.id, context.now)


def _standing(context: Context, ticket: Ticket) -> Values:
    live = overview(context.now).office(ticket.office_id)
    ahead = tickets.ahead(ticket, context.now)
    return {**_place(context, live, ticket.service_id), "ticket": ticket.label, "ahead": ahead}


def _place(context: Context, live: Live, service_id: int) -> Values:
    return {
        "office": _named(context, live.place.office.name),
        "service_name": _named(context, live.place.service(service_id).name),
    }


def _closed(context: Context, live: Live) -> Outcome:
    office = _named(context, live.place.office.name)
    if live.opens is None:
        return Outcome("shut", {"office": office})
    return Outcome("closed", {"office": office, "opens": live.opens.isoformat()})


def _named(context: Context, name: str) -> str:
    """Names of offices and services are data; those that the catalogues know are translated."""
    return translated(context.language, "offices", name)
