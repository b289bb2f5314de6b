"""What queues answer to an SMS: TICKET, RETARD, LA and ANNULER."""

from collections.abc import Callable

from citizens import news
from citizens.directory import find_or_add
from queues import holders, letters, phrases, standing, tickets
from queues.models import Ticket
from queues.moves import AT_A_COUNTER, HELD, NO_SHOW, SERVING, WAITING, NotPossible
from queues.overview import overview
from queues.written import Office, Wanted, wanted
from sms.answers import Asked, Reply, keyword
from sms.keywords import CANCEL, HERE, LATE, TICKET, label_in


@keyword(TICKET)
def ticket(asked: Asked) -> Reply | None:
    """With the name of an office, a ticket is taken there. Else the ticket that is named, or the
    latest one: how it stands now; who has none hears how to write for one."""
    meant = wanted(asked.rest, _offices(asked))
    if meant.office is not None:
        return _take(asked, meant)
    held = _held(asked)
    if held:
        return _stands(asked, (_named(asked, held) or held)[0])
    if asked.rest and not label_in(asked.rest):
        return Reply("ticket_which_office", {"example": _example(asked)})
    return Reply("ticket_how", {"example": _example(asked)})


def _take(asked: Asked, meant: Wanted) -> Reply | None:
    """The SMS of the ticket is the answer."""
    office = meant.office
    assert office is not None
    if meant.service_id is None:
        first = office.letters[0] if office.letters else ""
        return Reply(
            "ticket_which_service",
            {
                "office": phrases.named(asked.language, office.name),
                "example": f"{office.code.upper()} {first}",
                "letters": ", ".join(office.letters),
            },
        )
    citizen = find_or_add(asked.db, asked.phone)
    travel = citizen.travel_minutes
    request = tickets.Request(meant.service_id, citizen_id=citizen.id, travel_minutes=travel)
    try:
        taken = tickets.take(asked.db, request, asked.now)
    except tickets.AlreadyHeld as held:
        return _stands(asked, held.ticket)
    except tickets.Refused as refused:
        return _refused(asked, refused, meant.service_id)
    letters.taken(asked.db, taken, asked.phone, asked.language, asked.code, asked.now)
    news.changed(asked.db, asked.phone)
    return None


def _refused(asked: Asked, refused: tickets.Refused, service_id: int) -> Reply:
    place = refused.live.place
    named = {
        "office": phrases.named(asked.language, place.office.name),
        "service": phrases.named(asked.language, place.service(service_id).name),
    }
    if refused.next is None:
        return Reply("ticket_no_more", named)
    return Reply("ticket_not_now", {**named, "moment": refused.next.isoformat()})


@keyword(LATE)
def be_late(asked: Asked) -> Reply:
    """Lets some others go first, once."""
    return _with_one(asked, "ticket_which_late", _move_back)


def _move_back(asked: Asked, ticket: Ticket) -> Reply:
    if ticket.moved_back and ticket.state == WAITING:
        return Reply("ticket_late_before", {"ticket": ticket.label})
    try:
        tickets.move_back(asked.db, ticket, asked.now)
    except NotPossible:
        return _stands(asked, ticket)
    return Reply("ticket_late", {"ticket": ticket.label})


@keyword(HERE)
def come_back(asked: Asked) -> Reply:
    """Who missed the call is there; to others it is said how their ticket stands."""
    held = _held(asked)
    if not held:
        return Reply("ticket_none")
    missed = [ticket for ticket in held if ticket.state == NO_SHOW]
    if not missed:
        return _stands(asked, held[0])
    try:
        tickets.come_back(asked.db, missed[0], asked.now)
    except NotPossible:
        return Reply("ticket_none")
    return Reply("ticket_back", {"ticket": missed[0].label})


@keyword(CANCEL)
def give_up(asked: Asked) -> Reply:
    """Who holds several tickets has to say which one; one that another took is refused."""
    return _with_one(asked, "ticket_which", _give_up)


def _give_up(asked: Asked, ticket: Ticket) -> Reply:
    if not holders.give_up(asked.db, ticket, asked.phone, asked.code, asked.now):
        return Reply("ticket_none")
    return Reply("ticket_cancelled", {"ticket": ticket.label})


def _with_one(asked: Asked, which: str, do: Callable[[Asked, Ticket], Reply]) -> Reply:
    """Does it with the ticket that is meant, if it is clear which one is."""
    held = _held(asked)
    if not held:
        return Reply("ticket_none")
    meant = _named(asked, held) if label_in(asked.rest) else held
    if len(meant) != 1:
        return Reply(which, {"ticket": held[0].label})
    return do(asked, meant[0])


def _stands(asked: Asked, ticket: Ticket) -> Reply:
    """How a ticket stands now."""
    place = overview(asked.now).office(ticket.office_id).place
    named = {
        "ticket": ticket.label,
        "office": phrases.named(asked.language, place.office.name),
        "service": phrases.named(asked.language, place.service(ticket.service_id).name),
    }
    if standing.is_later(ticket, asked.now):
        when = place.local(ticket.callable_from).isoformat()
        return Reply("ticket_place_booked", {**named, "moment": when})
    if ticket.state in (SERVING, HELD):
        return Reply("ticket_place_counter", named)
    if ticket.state in AT_A_COUNTER:
        counter = standing.counter(ticket, asked.now)
        return Reply("ticket_place_called", {**named, "counter": counter})
    if ticket.state == NO_SHOW:
        minutes = standing.minutes_to_return(ticket, asked.now)
        return Reply("ticket_place_missed", {**named, "minutes": minutes})
    values = letters.place(ticket, tickets.wait_of(ticket, asked.now), asked.now)
    text = "ticket_place_wait" if "low" in values else "ticket_place"
    return Reply(text, {**named, **values})


def _held(asked: Asked) -> list[Ticket]:
    return holders.held(asked.db, asked.phone, asked.now)


def _named(asked: Asked, held: list[Ticket]) -> list[Ticket]:
    """Those with the label that was written; two offices may have given the same."""
    label = label_in(asked.rest)
    return [ticket for ticket in held if ticket.label == label]


def _offices(asked: Asked) -> list[Office]:
    """The offices, by their codes and by their names in French and in the citizen's language."""
    return [
        Office(
            code=live.place.office.code,
            name=live.place.office.name,
            also=phrases.named(asked.language, live.place.office.name),
            services={one.prefix: one.id for one in live.place.services if one.id is not None},
        )
        for live in overview(asked.now).offices
    ]


def _example(asked: Asked) -> str:
    """The first service of the first office."""
    for office in _offices(asked):
        if office.letters:
            return f"{office.code.upper()} {office.letters[0]}"
    return "MAIRIE A"
