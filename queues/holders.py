"""Whose ticket it is: of the person, or of who took it for another; what either may do with it."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select, update

from citizens.directory import find, person
from citizens.models import Citizen
from database.sealing import fingerprints
from queues import letters, tickets
from queues.models import IS_LIVE, Ticket
from queues.moves import WAITING

MOST_FOR_PHONES = 5  # tickets that one phone may take in a day for others who have one

# Made once: whoever looks at a queue asks, and SQLAlchemy takes longer to build it than to run it.
_OWN = (
    sql_select(col(Ticket.id))
    .join(Citizen, col(Ticket.citizen_id) == col(Citizen.id))
    .where(
        col(Citizen.phone_hash) == bindparam("hash"),
        col(Ticket.service_id) == bindparam("service"),
        IS_LIVE,
    )
)


def held(db: Session, phone: str, now: datetime) -> list[Ticket]:
    """The tickets that this phone has to do with, the latest first."""
    citizen = person(db, phone)
    return [] if citizen is None else tickets.held_by(db, citizen.id, now)


def own(db: Session, phone: str, service_id: int) -> Ticket | None:
    """The live ticket that this person has for the service, by whomever it was taken."""
    connection = db.connection()
    for hashed in fingerprints(phone):
        held = connection.execute(_OWN, {"hash": hashed, "service": service_id}).first()
        if held is not None:
            return db.get_one(Ticket, held.id)
    return None


def took_too_many(db: Session, taker_id: int | None, now: datetime) -> bool:
    """Each is an SMS to somebody who did not ask for it; refused and given up, they still were."""
    taken = db.exec(
        select(func.count()).where(
            Ticket.taken_by_id == taker_id,
            col(Ticket.citizen_id).is_not(None),
            Ticket.created_at > now - timedelta(days=1),
        )
    ).one()
    return taken >= MOST_FOR_PHONES


def give_up(db: Session, ticket: Ticket, phone: str, code: str, now: datetime) -> bool:
    """False where that is not possible any more. The other one hears of it, if there are two."""
    by = find(db, phone)
    assert by is not None
    refuses = ticket.citizen_id == by.id and ticket.taken_by_id not in (None, by.id)
    if not tickets.cancel(db, ticket, now, note="refused" if refuses else ""):
        return False
    letters.given_up(db, ticket, by, code, now)
    return True


def keep_travel(db: Session, citizen: Citizen, minutes: int) -> None:
    """How long this person's way is: for the next tickets, and for those that they have."""
    citizen.travel_minutes = minutes
    db.add(citizen)
    db.execute(
        update(Ticket)
        .where(col(Ticket.citizen_id) == citizen.id, col(Ticket.state) == WAITING)
        .values(travel_minutes=minutes)
        .execution_options(synchronize_session=False)
    )
