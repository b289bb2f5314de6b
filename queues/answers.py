"""What queues answer to an SMS: TICKET and ANNULER."""

from citizens import news
from citizens.directory import find
from locales.catalogues import translated
from queues import tickets
from queues.models import Ticket
from queues.overview import overview
from sms.answers import Asked, Reply, keyword
from sms.keywords import CANCEL, TICKET, label_in


@keyword(TICKET)
def place_in_the_queue(asked: Asked) -> Reply:
    """The ticket that is named, else the latest one, and how many are ahead of it now."""
    held = _held(asked)
    if not held:
        return Reply("ticket_none")
    ticket = (_named(asked, held) or held)[0]
    place = overview(asked.now).office(ticket.office_id).place
    return Reply(
        "ticket_place",
        {
            "ticket": ticket.label,
            "office": translated(asked.language, "offices", place.office.name),
            "service": translated(asked.language, "offices", place.service(ticket.service_id).name),
            "ahead": tickets.ahead(ticket, asked.now),
        },
    )


@keyword(CANCEL)
def give_up(asked: Asked) -> Reply:
    """Who holds several tickets has to say which one."""
    held = _held(asked)
    if not held:
        return Reply("ticket_none")
    meant = _named(asked, held) if label_in(asked.rest) else held
    if len(meant) != 1:
        return Reply("ticket_which", {"ticket": held[0].label})
    [ticket] = meant
    if not tickets.cancel(asked.db, ticket, asked.now):
        return Reply("ticket_none")
    news.changed(asked.db, asked.phone)
    return Reply("ticket_cancelled", {"ticket": ticket.label})


def _held(asked: Asked) -> list[Ticket]:
    citizen = find(asked.db, asked.phone)
    if citizen is None or citizen.id is None:
        return []
    return tickets.held_by(asked.db, citizen.id, asked.now)


def _named(asked: Asked, held: list[Ticket]) -> list[Ticket]:
    """Those with the label that was written; two offices may have given the same."""
    label = label_in(asked.rest)
    return [ticket for ticket in held if ticket.label == label]
