"""What menus can do with the tickets that one holds: see how they stand, be late, give up, come
back, say how long one's way is."""

from citizens.directory import find_or_add
from locales.values import MOMENT, number, plain, text
from menus.actions import Context, Item, Outcome, action, chosen, fact, source
from queues import holders, standing, tickets
from queues.models import Ticket
from queues.moves import AT_A_COUNTER, HELD, NO_SHOW, SERVING, NotPossible
from queues.phrases import STANDING, WAIT

_ID = {"ticket_id": chosen("queues.my_tickets")}
_NUMBER = {"ticket": plain(5)}
_NAMED = {"office": text(22), "service_name": text(22), **_NUMBER}
_STANDS = {
    "waiting": {**_NAMED, **_ID, "ahead": number(999), "wait": WAIT},
    "booked": {**_NAMED, **_ID, "moment": MOMENT},
    "called": {**_NAMED, "counter": number(99)},
    "serving": _NAMED,
    "held": _NAMED,
    "missed": {**_NAMED, **_ID, "minutes": number(999)},
    "gone": {},
}


@fact("has_ticket")
def has_ticket(context: Context) -> bool:
    """Those who hold a ticket."""
    return bool(_held(context))


@source("queues.my_tickets", label=text(47))
def my_tickets(context: Context) -> list[Item]:
    """The tickets this person holds or took for others, the latest first, and how they stand."""
    return [Item(str(ticket.id), _line(context, ticket)) for ticket in _held(context)]


def _line(context: Context, ticket: Ticket) -> str:
    stands = standing.in_short(context, ticket)
    return f"{ticket.label} {stands['service_name']}: {stands['standing']}"


@action(
    "queues.latest_ticket",
    outcomes={"one": {**_NAMED, "standing": STANDING}, "none": {}},
    writes=False,
)
def latest_ticket(context: Context) -> Outcome:
    """How the latest ticket stands, in three words: what a holder sees first."""
    held = _held(context)
    return Outcome("one", standing.in_short(context, held[0])) if held else Outcome("none")


@action("queues.only_ticket", outcomes={**_STANDS, "several": {}}, writes=False)
def only_ticket(context: Context) -> Outcome:
    """How one's ticket stands now; who holds several has to choose."""
    held = _held(context)
    if len(held) > 1:
        return Outcome("several")
    return _stands(context, held[0] if held else None)


@action("queues.my_ticket", parameters=_ID, outcomes=_STANDS, writes=False)
def my_ticket(context: Context, ticket_id: str) -> Outcome:
    """How a ticket of this person's stands now."""
    return _stands(context, _find(context, ticket_id))


def _stands(context: Context, ticket: Ticket | None) -> Outcome:
    if ticket is None:
        return Outcome("gone")
    named = {**standing.of_ticket(context, ticket)}
    chosen_one = {**named, "ticket_id": str(ticket.id)}
    if standing.is_later(ticket, context.now):
        return Outcome("booked", {**chosen_one, **standing.booked(context, ticket)})
    if ticket.state in (SERVING, HELD):
        return Outcome("serving" if ticket.state == SERVING else "held", named)
    if ticket.state in AT_A_COUNTER:
        return Outcome("called", {**named, "counter": standing.counter(ticket, context.now)})
    if ticket.state == NO_SHOW:
        minutes = standing.minutes_to_return(ticket, context.now)
        return Outcome("missed", {**chosen_one, "minutes": minutes})
    return Outcome("waiting", {**chosen_one, **standing.place(context, ticket)})


@action("queues.be_late", parameters=_ID, outcomes={"moved": {}, "before": {}, "not_now": {}})
def be_late(context: Context, ticket_id: str) -> Outcome:
    """Lets some others go first, once (`before`: it was done). `not_now`: it is called, or gone."""
    ticket = _find(context, ticket_id)
    if ticket is None:
        return Outcome("not_now")
    if ticket.moved_back:
        return Outcome("before")
    try:
        tickets.move_back(context.db, ticket, context.now)
    except NotPossible:
        return Outcome("not_now")
    return Outcome("moved")


@action("queues.give_up", parameters=_ID, outcomes={"given_up": _NUMBER, "not_now": {}})
def give_up(context: Context, ticket_id: str) -> Outcome:
    """Gives a ticket up, or refuses one that another took: the other one hears of it."""
    ticket = _find(context, ticket_id)
    if ticket is None:
        return Outcome("not_now")
    done = holders.give_up(context.db, ticket, context.phone, context.service_code, context.now)
    if not done:
        return Outcome("not_now")
    left = {"has_ticket": bool(_held(context))}
    return Outcome("given_up", {"ticket": ticket.label}, facts=left)


@action("queues.come_back", parameters=_ID, outcomes={"back": _NUMBER, "over": {}})
def come_back(context: Context, ticket_id: str) -> Outcome:
    """Who missed the call is there. `over`: it took too long."""
    ticket = _find(context, ticket_id)
    if ticket is None:
        return Outcome("over", facts={"has_ticket": bool(_held(context))})
    try:
        tickets.come_back(context.db, ticket, context.now)
    except NotPossible:
        return Outcome("over")
    return Outcome("back", {"ticket": ticket.label}, facts={"has_ticket": True})


@action(
    "queues.keep_travel",
    parameters={"travel": number(999)},
    outcomes={"kept": {}},
    repeatable=True,
)
def keep_travel(context: Context, travel: int) -> Outcome:
    """Remembers how many minutes one's way takes: "come now" is said so much earlier."""
    citizen = find_or_add(context.db, context.phone)
    holders.keep_travel(context.db, citizen, int(travel))
    return Outcome("kept")


def _held(context: Context) -> list[Ticket]:
    return holders.held(context.db, context.phone, context.now)


def _find(context: Context, ticket_id: str) -> Ticket | None:
    return next((one for one in _held(context) if str(one.id) == ticket_id), None)
