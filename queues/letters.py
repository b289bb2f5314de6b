"""The SMS about a ticket: to whom, in which language, under which key. As it is taken, booked or
given up: to oneself, and to the other one where a person takes it for another."""

from datetime import datetime

from sqlmodel import Session

from citizens.countries import country
from citizens.models import Citizen
from citizens.phones import masked
from locales.values import Values
from menus.codes import code_to_dial
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
        text, values = "ticket_booked", {"moment": _local(ticket, now).isoformat()}
    else:
        wait = tickets.wait_of(ticket, now)
        text = {
            Kind.RANGE: "ticket_taken_wait",
            Kind.NO_COUNTER: "ticket_taken_no_counter",
        }.get(wait.kind, "ticket_taken")
        values = {"moment": live.local.isoformat(), **place(ticket, wait, now)}
    _post(db, ticket, key(ticket, "taken"), text, phone, language, {"code": code, **values}, now)


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
    values: dict[str, int | str] = {"from": masked(taker), "code": code}
    if ticket.appointment:
        text = "ticket_booked_for_you"
        values["moment"] = _local(ticket, now).isoformat()
    else:
        text = "ticket_for_you_by_sms" if country(person.phone).two_way else "ticket_for_you"
        values |= place(ticket, None, now)
    spoken = person.language or language
    _post(db, ticket, key(ticket, "for_you"), text, person.phone, spoken, values, now)


def take_back(db: Session, ticket: Ticket, now: datetime) -> None:
    """That it was taken, as far as that has not left: it is not so any more."""
    outbox.withdraw(db, [key(ticket, "taken"), key(ticket, "for_you")], now)


def given_up(db: Session, ticket: Ticket, by: Citizen, code: str, now: datetime) -> None:
    """To the other one, where two have to do with the ticket: it was refused, or is not wanted."""
    others = {ticket.citizen_id, ticket.taken_by_id} - {None, by.id}
    for citizen_id in others:
        other = db.get_one(Citizen, citizen_id)
        refused = ticket.citizen_id == by.id
        text = "ticket_refused" if refused else "ticket_cancelled"
        spoken = other.language or current().default_language
        _post(db, ticket, key(ticket, "given_up"), text, other.phone, spoken, {"code": code}, now)


def _local(ticket: Ticket, now: datetime) -> datetime:
    return overview(now).office(ticket.office_id).place.local(ticket.callable_from)


def place(ticket: Ticket, wait: Wait | None, now: datetime) -> dict[str, int | str]:
    """How many are ahead, and the range of minutes where there is one."""
    values: dict[str, int | str] = {"ahead": min(tickets.ahead(ticket, now), _MOST)}
    if wait is not None and wait.low is not None and wait.high is not None:
        values |= {"low": min(wait.low, _MOST), "high": min(wait.high, _MOST)}
    return values


def to_holder(
    db: Session, ticket: Ticket, under: str, text: str, values: Values, now: datetime
) -> bool:
    """To whoever is told of this ticket, in their language, with the code to dial; False where
    nobody can be: the ticket is a slip of paper."""
    person = contact(db, ticket)
    if person is None:
        return False
    spoken = person.language or current().default_language
    known = {"code": code_to_dial(db), **values}
    _post(db, ticket, under, text, person.phone, spoken, known, now)
    return True


def key(ticket: Ticket, what: str, step: int = 0) -> str:
    """What the outbox knows a message by: each is written once. `step` is for what may happen
    again."""
    return f"ticket:{ticket.id}:{what}" + (f":{step}" if step else "")


def contact(db: Session, ticket: Ticket) -> Citizen | None:
    """Whose phone is told: the person's own, else that of who took it; None for a slip of paper."""
    citizen_id = ticket.citizen_id or ticket.taken_by_id
    return None if citizen_id is None else db.get_one(Citizen, citizen_id)


def _post(
    db: Session,
    ticket: Ticket,
    under: str,
    text: str,
    phone: str,
    language: str,
    values: Values,
    now: datetime,
) -> None:
    """With the names that every text about a ticket may show."""
    of_it = overview(now).office(ticket.office_id).place
    known = {
        "ticket": ticket.label,
        "office": phrases.named(language, of_it.office.name),
        "service": phrases.named(language, of_it.service(ticket.service_id).name),
    }
    outbox.post(
        db,
        key=under,
        text=text,
        phone=phone,
        language=language,
        values={**known, **values},
        now=now,
        office=ticket.office_id,
    )
