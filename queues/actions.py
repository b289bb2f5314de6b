"""What menus can do with queues: choose where, see the wait, take a ticket for now or for later."""

from datetime import date, datetime

from citizens import news
from citizens.directory import find_or_add, person_or_add
from locales.values import MOMENT, PHONE, Values, number, plain, text
from menus.actions import Context, Item, Outcome, action, chosen, source
from queues import holders, letters, phrases, standing, tickets
from queues.models import Ticket
from queues.overview import Live, overview
from queues.phrases import DAY, IN_A_LIST, STANDING, WAIT
from queues.tickets import Why

_OFFICE = {"office": text(22)}
_SERVICE = {**_OFFICE, "service_name": text(22)}
_PLACE = {**_SERVICE, "ahead": number(999), "wait": WAIT}
_TICKET = {**_PLACE, "ticket": plain(5)}
_YOURS = {**_SERVICE, "ticket": plain(5), "standing": STANDING}
_BOOKED = {**_SERVICE, "ticket": plain(5), "moment": MOMENT}
_NEXT = {**_SERVICE, "next": MOMENT}
# Why there is no ticket: each says what is possible next, where that is known.
_REFUSED = {
    "closed": {**_OFFICE, "opens": MOMENT},
    "full": _NEXT,
    "late": _NEXT,
    "no_more": _SERVICE,
    "shut": _OFFICE,
}
_TAKEN = {"gone": _NEXT, "no_more": _SERVICE}
_OF_SERVICE = {"service": chosen("queues.services")}
_OF_SLOT = {**_OF_SERVICE, "slot": chosen("queues.booking_times")}


# -- where ----------------------------------------------------------------------------------------


@source("queues.offices", label=IN_A_LIST)
def offices(context: Context) -> list[Item]:
    """Every office, how many wait there and how long; the same digit, the same office."""
    return [
        Item(str(live.place.office.id), _line(context, live.place.office.name, _at(context, live)))
        for live in overview(context.now).offices
    ]


@source("queues.services", parameters={"office_id": chosen("queues.offices")}, label=IN_A_LIST)
def services(context: Context, office_id: str) -> list[Item]:
    """The services of an office that give tickets, how many wait for each and how long."""
    live = overview(context.now).office(int(office_id))
    return [
        Item(str(service.id), _line(context, service.name, _for(context, live, service.id or 0)))
        for service in live.place.services
        if service.quota != 0
    ]


def _line(context: Context, name: str, stands: str) -> str:
    return f"{phrases.named(context.language, name)}: {stands}"


def _at(context: Context, live: Live) -> str:
    if not live.is_open:
        return phrases.say(context.language, phrases.CLOSED)
    ids = [service.id or 0 for service in live.place.services]
    together = phrases.together(live.newcomer(one).wait for one in ids)
    return phrases.in_a_list(context.language, sum(map(live.waiting, ids)), together)


def _for(context: Context, live: Live, service_id: int) -> str:
    if not live.is_open:
        return phrases.say(context.language, phrases.CLOSED)
    wait = live.newcomer(service_id).wait
    return phrases.in_a_list(context.language, live.waiting(service_id), wait)


@action(
    "queues.look",
    parameters=_OF_SERVICE,
    outcomes={"open": _PLACE, "yours": _YOURS, **_REFUSED},
    writes=False,
)
def look(context: Context, service: str) -> Outcome:
    """How the queue stands, before one takes a ticket, or why there is none."""
    held = holders.own(context.db, context.phone, int(service))
    if held is not None:
        return _yours(context, held)
    refused = tickets.refusal(context.db, int(service), context.now)
    if refused is not None:
        return _no_ticket(context, refused, int(service))
    live = overview(context.now).of_service(int(service))
    return Outcome(
        "open",
        {
            **_names(context, live, int(service)),
            "ahead": min(live.waiting(int(service)), 999),
            "wait": phrases.alone(context.language, live.newcomer(int(service)).wait),
        },
    )


# -- for now --------------------------------------------------------------------------------------


@action(
    "queues.take_ticket",
    parameters=_OF_SERVICE,
    outcomes={"taken": _TICKET, "travel_unknown": _TICKET, "yours": _YOURS, **_REFUSED},
    binding=True,
)
def take_ticket(context: Context, service: str) -> Outcome:
    """Gives a ticket and posts its SMS; who holds one already is told that one. `travel_unknown`:
    it is given, and nobody knows how far its holder has to come."""
    citizen = person_or_add(context.db, context.phone)
    travel = citizen.travel_minutes
    request = tickets.Request(int(service), citizen_id=citizen.id, travel_minutes=travel)
    try:
        ticket = tickets.take(context.db, request, context.now)
    except tickets.AlreadyHeld as held:
        return _yours(context, held.ticket)
    except tickets.Refused as refused:
        return _no_ticket(context, refused, int(service))
    _tell(context, ticket)
    name = "travel_unknown" if travel is None else "taken"
    return Outcome(name, _ticket(context, ticket), facts={"has_ticket": True})


@action(
    "queues.take_for_phone",
    parameters={**_OF_SERVICE, "other": PHONE},
    outcomes={"taken": _TICKET, "yourself": {}, "theirs": {}, "too_many": {}, **_REFUSED},
    binding=True,
)
def take_for_phone(context: Context, service: str, other: str) -> Outcome:
    """A ticket for a person whose number is known, who hears of it by SMS and can refuse it.
    `theirs`: that person has one for this service."""
    return _for_phone(context, int(service), other)


@action(
    "queues.take_without_phone",
    parameters=_OF_SERVICE,
    outcomes={"taken": _TICKET, "too_many": {}, **_REFUSED},
    binding=True,
)
def take_without_phone(context: Context, service: str) -> Outcome:
    """A ticket for a person without a phone: its SMS come to who takes it."""
    return _without_phone(context, int(service))


# -- for later ------------------------------------------------------------------------------------


@source("queues.booking_days", parameters=_OF_SERVICE, label=DAY)
def booking_days(context: Context, service: str) -> list[Item]:
    """The days on which a service can be booked."""
    today = overview(context.now).of_service(int(service)).local.date()
    return [
        Item(day.isoformat(), phrases.day(context.language, day, today))
        for day in tickets.booking_days(context.db, int(service), context.now)
    ]


@source(
    "queues.booking_times",
    parameters={**_OF_SERVICE, "day": chosen("queues.booking_days")},
    label=text(5),
)
def booking_times(context: Context, service: str, day: str) -> list[Item]:
    """The times of that day that are free."""
    found = tickets.booking_times(context.db, int(service), date.fromisoformat(day), context.now)
    return [Item(time.isoformat(), f"{time:%H:%M}") for time in found]


@action(
    "queues.book",
    parameters=_OF_SLOT,
    outcomes={"booked": _BOOKED, "yours": _YOURS, **_TAKEN},
    binding=True,
)
def book(context: Context, service: str, slot: str) -> Outcome:
    """A ticket for a time. `gone`: somebody was quicker."""
    citizen = person_or_add(context.db, context.phone)
    request = tickets.Request(
        int(service),
        citizen_id=citizen.id,
        slot=datetime.fromisoformat(slot),
        travel_minutes=citizen.travel_minutes,
    )
    try:
        ticket = tickets.take(context.db, request, context.now)
    except tickets.AlreadyHeld as held:
        return _yours(context, held.ticket)
    except tickets.Refused as refused:
        return _no_ticket(context, refused, int(service))
    _tell(context, ticket)
    return Outcome("booked", standing.booked(context, ticket), facts={"has_ticket": True})


@action(
    "queues.book_for_phone",
    parameters={**_OF_SLOT, "other": PHONE},
    outcomes={"booked": _BOOKED, "yourself": {}, "theirs": {}, "too_many": {}, **_TAKEN},
    binding=True,
)
def book_for_phone(context: Context, service: str, slot: str, other: str) -> Outcome:
    """The same for a person whose number is known, as by `queues.take_for_phone`."""
    return _for_phone(context, int(service), other, datetime.fromisoformat(slot))


@action(
    "queues.book_without_phone",
    parameters=_OF_SLOT,
    outcomes={"booked": _BOOKED, "too_many": {}, **_TAKEN},
    binding=True,
)
def book_without_phone(context: Context, service: str, slot: str) -> Outcome:
    """The same for a person without a phone: its SMS come to who books."""
    return _without_phone(context, int(service), datetime.fromisoformat(slot))


@action(
    "queues.next_opening",
    parameters=_OF_SERVICE,
    outcomes={"open": _SERVICE, "closed": {**_OFFICE, "opens": MOMENT}, "shut": _OFFICE},
    writes=False,
)
def next_opening(context: Context, service: str) -> Outcome:
    """Where there is nothing to book: whether there are tickets for now, else when it opens."""
    refused = tickets.refusal(context.db, int(service), context.now)
    live = overview(context.now).of_service(int(service))
    if refused is None:
        return Outcome("open", _names(context, live, int(service)))
    office = {"office": phrases.named(context.language, live.place.office.name)}
    if refused.next is None:
        return Outcome("shut", office)
    return Outcome("closed", {**office, "opens": refused.next.isoformat()})


# -- for others -----------------------------------------------------------------------------------


def _for_phone(context: Context, service: int, other: str, slot: datetime | None = None) -> Outcome:
    if other == context.phone:
        return Outcome("yourself")
    taker = person_or_add(context.db, context.phone)
    if holders.took_too_many(context.db, taker.id, context.now):
        return Outcome("too_many")
    person = find_or_add(context.db, other)
    request = tickets.Request(
        service,
        citizen_id=person.id,
        taken_by_id=taker.id,
        slot=slot,
        travel_minutes=person.travel_minutes,
    )
    try:
        ticket = tickets.take(context.db, request, context.now)
    except tickets.AlreadyHeld:
        return Outcome("theirs")
    except tickets.Refused as refused:
        return _no_ticket(context, refused, service)
    told = (person, context.phone, context.language, context.service_code, context.now)
    letters.taken_for(context.db, ticket, *told)
    news.changed(context.db, other)
    return _given(context, ticket)


def _without_phone(context: Context, service: int, slot: datetime | None = None) -> Outcome:
    taker = person_or_add(context.db, context.phone)
    request = tickets.Request(
        service, taken_by_id=taker.id, slot=slot, travel_minutes=taker.travel_minutes
    )
    try:
        ticket = tickets.take(context.db, request, context.now)
    except tickets.Refused as refused:
        return _no_ticket(context, refused, service)
    _tell(context, ticket)
    return _given(context, ticket)


def _given(context: Context, ticket: Ticket) -> Outcome:
    facts = {"has_ticket": True}
    if ticket.appointment:
        return Outcome("booked", standing.booked(context, ticket), facts=facts)
    return Outcome("taken", standing.place(context, ticket), facts=facts)


# -- what is shown --------------------------------------------------------------------------------


def _tell(context: Context, ticket: Ticket) -> None:
    told = (context.phone, context.language, context.service_code, context.now)
    letters.taken(context.db, ticket, *told)


def _ticket(context: Context, ticket: Ticket) -> Values:
    return standing.place(context, ticket)


def _yours(context: Context, ticket: Ticket) -> Outcome:
    return Outcome("yours", standing.in_short(context, ticket))


def _no_ticket(context: Context, refused: tickets.Refused, service_id: int) -> Outcome:
    if refused.why is Why.TOO_MANY:
        return Outcome("too_many")
    if refused.why is not Why.CLOSED:
        return _next(context, refused, service_id, _NAMES[refused.why])
    office = {"office": phrases.named(context.language, refused.live.place.office.name)}
    if refused.next is None:
        return Outcome("shut", office)
    return Outcome("closed", {**office, "opens": refused.next.isoformat()})


_NAMES = {Why.FULL: "full", Why.TOO_LATE: "late", Why.TAKEN: "gone"}


def _next(context: Context, refused: tickets.Refused, service_id: int, name: str) -> Outcome:
    names = _names(context, refused.live, service_id)
    if refused.next is None:
        return Outcome("no_more", names)
    return Outcome(name, {**names, "next": refused.next.isoformat()})


def _names(context: Context, live: Live, service_id: int) -> Values:
    return standing.names(context, live, service_id)
