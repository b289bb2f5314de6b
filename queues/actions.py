"""What menus can do with queues."""

from sqlmodel import col, select

from citizens.directory import find, find_or_add
from locales.catalogues import translated
from locales.values import MOMENT, Values, number, plain, text
from menus.actions import Context, Item, Outcome, action, chosen, fact, source
from queues import tickets
from queues.models import Office, Service, Ticket
from sms import outbox

_PLACE = {"office": text(22), "service_name": text(22), "ahead": number(999)}
_TICKET = {**_PLACE, "ticket": plain(5)}
_CLOSED = {"office": text(22), "opens": MOMENT}


@source("queues.offices")
def offices(context: Context) -> list[Item]:
    """Every office, always in the same order: the same digit, the same office."""
    found = context.db.exec(select(Office).order_by(col(Office.position)))
    return [Item(str(office.id), _named(context, office.name)) for office in found]


@source("queues.services", parameters={"office_id": chosen("queues.offices")})
def services(context: Context, office_id: str) -> list[Item]:
    """The services of an office."""
    found = context.db.exec(
        select(Service).where(Service.office_id == int(office_id)).order_by(col(Service.position))
    )
    return [Item(str(service.id), _named(context, service.name)) for service in found]


@action(
    "queues.look",
    parameters={"service": chosen("queues.services")},
    outcomes={"open": _PLACE, "yours": _TICKET, "closed": _CLOSED, "shut": {"office": text(22)}},
    writes=False,
)
def look(context: Context, service: str) -> Outcome:
    """How the queue stands, before one takes a ticket."""
    at = tickets.desk(context.db, int(service), context.now)
    citizen = find(context.db, context.phone)
    if citizen is not None and citizen.id is not None:
        held = tickets.live_ticket(context.db, citizen.id, at)
        if held is not None:
            return Outcome("yours", _standing(context, at, held))
    if not at.is_open:
        return _closed(context, at)
    ahead = tickets.waiting(context.db, at)
    return Outcome("open", {**_place(context, at), "ahead": ahead})


@action(
    "queues.take_ticket",
    parameters={"service": chosen("queues.services")},
    outcomes={"taken": _TICKET, "yours": _TICKET, "closed": _CLOSED, "shut": {"office": text(22)}},
    binding=True,
)
def take_ticket(context: Context, service: str) -> Outcome:
    """Gives a ticket and posts its SMS; who holds one already is told that one."""
    at = tickets.desk(context.db, int(service), context.now)
    citizen = find_or_add(context.db, context.phone)
    assert citizen.id is not None
    held = tickets.live_ticket(context.db, citizen.id, at)
    if held is not None:
        return Outcome("yours", _standing(context, at, held))
    if not at.is_open:
        return _closed(context, at)
    ticket = tickets.issue(context.db, citizen.id, at, context.now)
    standing = _standing(context, at, ticket)
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
            "moment": at.local.isoformat(),
            "code": context.service_code,
        },
        now=context.now,
    )
    return Outcome("taken", standing, facts={"has_ticket": True})


@fact("has_ticket")
def has_ticket(context: Context) -> bool:
    """Those who hold a ticket today."""
    return bool(_held_today(context))


@source("queues.my_tickets", label=text(28))
def my_tickets(context: Context) -> list[Item]:
    """The tickets this person holds today, the latest first."""
    return [
        Item(str(ticket.id), f"{ticket.label} {_named(context, service.name)}")
        for ticket, service in _held_today(context)
    ]


@action(
    "queues.my_ticket",
    parameters={"ticket_id": chosen("queues.my_tickets")},
    outcomes={"held": _TICKET, "gone": {}},
    writes=False,
)
def my_ticket(context: Context, ticket_id: str) -> Outcome:
    """How a ticket of this person's stands now."""
    for ticket, service in _held_today(context):
        if str(ticket.id) == ticket_id:
            assert service.id is not None
            at = tickets.desk(context.db, service.id, context.now)
            return Outcome("held", _standing(context, at, ticket))
    return Outcome("gone")


def _held_today(context: Context) -> list[tuple[Ticket, Service]]:
    citizen = find(context.db, context.phone)
    if citizen is None or citizen.id is None:
        return []
    return tickets.held_by(context.db, citizen.id, context.now)


def _standing(context: Context, at: tickets.Desk, ticket: Ticket) -> Values:
    ahead = tickets.waiting(context.db, at, before=ticket.number)
    return {**_place(context, at), "ticket": ticket.label, "ahead": ahead}


def _place(context: Context, at: tickets.Desk) -> Values:
    return {
        "office": _named(context, at.office.name),
        "service_name": _named(context, at.service.name),
    }


def _closed(context: Context, at: tickets.Desk) -> Outcome:
    office = _named(context, at.office.name)
    if at.opens is None:
        return Outcome("shut", {"office": office})
    return Outcome("closed", {"office": office, "opens": at.opens.isoformat()})


def _named(context: Context, name: str) -> str:
    """Names of offices and services are data; those that the catalogues know are translated."""
    return translated(context.language, "offices", name)
