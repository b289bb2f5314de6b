"""The SMS of a ticket as it is taken, booked or given up: to oneself, and to the other one where a
person takes it for another."""

from datetime import datetime

from sqlmodel import Session

from citizens.countries import country
from citizens.models import Citizen
from citizens.phones import masked
from locales.values import Values
from queues import phrases, tickets
from queues.models import Ticket
from queues.overview import overview
from queues.waiting import Kind, Wait
from settings import current
from sms import outbox

_MOST = 999


def taken(db: Session, ticket: Ticket, phone: str, language: str, code: str, now: datetime) -> None:
    """To who took it: the number, the place and, where it is known, the wait."""
    live = overview(now).office(ticket.office_id)
    values: dict[str, int | str]
    if ticket.appointment:
        when = live.place.local(ticket.callable_from)
        text, values = "ticket_booked", {"moment": when.isoformat()}
    else:
        wait = tickets.wait_of(ticket, now)
        text = {
            Kind.RANGE: "ticket_taken_wait",
            Kind.NO_COUNTER: "ticket_taken_no_counter",
        }.get(wait.kind, "ticket_taken")
        values = {"moment": live.local.isoformat(), **place(ticket, wait, now)}
    _post(db, ticket, "taken", text, phone, language, {"code": code, **values}, now)


def taken_for(
    db: Session,
    ticket: Ticket,
    person: Citizen,
    taker: str,
    language: str,
    code: str,
    now: datetime,
) -> None:
    """To the person: who took it (a masked number), and how to refuse. `language`: where they have
    chosen none."""
    text = "ticket_for_you_by_sms" if country(person.phone).two_way else "ticket_for_you"
    values = {"from": masked(taker), "code": code, **place(ticket, None, now)}
    spoken = person.language or language
    _post(db, ticket, "for_you", text, person.phone, spoken, values, now)


def given_up(db: Session, ticket: Ticket, by: Citizen, code: str, now: datetime) -> None:
    """To the other one, where two have to do with the ticket: it was refused, or is not wanted."""
    others = {ticket.citizen_id, ticket.taken_by_id} - {None, by.id}
    for citizen_id in others:
        other = db.get_one(Citizen, citizen_id)
        refused = ticket.citizen_id == by.id
        text = "ticket_refused" if refused else "ticket_cancelled"
        spoken = other.language or current().default_language
        _post(db, ticket, "given_up", text, other.phone, spoken, {"code": code}, now)


def place(ticket: Ticket, wait: Wait | None, now: datetime) -> dict[str, int | str]:
    """How many are ahead, and the range of minutes where there is one."""
    values: dict[str, int | str] = {"ahead": min(tickets.ahead(ticket, now), _MOST)}
    if wait is not None and wait.low is not None and wait.high is not None:
        values |= {"low": min(wait.low, _MOST), "high": min(wait.high, _MOST)}
    return values


def _post(
    db: Session,
    ticket: Ticket,
    what: str,
    text: str,
    phone: str,
    language: str,
    values: Values,
    now: datetime,
) -> None:
    of_it = overview(now).office(ticket.office_id).place
    known = {
        "ticket": ticket.label,
        "office": phrases.named(language, of_it.office.name),
        "service": phrases.named(language, of_it.service(ticket.service_id).name),
    }
    outbox.post(
        db,
        key=f"ticket:{ticket.id}:{what}",
        text=text,
        phone=phone,
        language=language,
        values={**known, **values},
        now=now,
    )
