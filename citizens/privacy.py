"""What is held of a person, and how it is erased: each room says so for what it keeps.

    @holds("tickets")
    def tickets(db: Session, person: Person) -> list[Held]: ...

    @hinders
    def live_ticket(db: Session, person: Person, now: datetime) -> str | None: ...

    @erases
    def unlink(db: Session, person: Person, now: datetime) -> None: ...

All rooms erase in one transaction. What is erased last is the citizen's own row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from citizens import audit, emails, news
from citizens.directory import find
from citizens.models import Citizen, Mandate
from database.sealing import fingerprints

ASKED: Final = "citizens.copy_asked"
COPIED: Final = "citizens.export"
GONE: Final = "citizens.erase"

Held = Mapping[str, Any]  # one thing that is kept, as JSON can say it


@dataclass(frozen=True, slots=True)
class Person:
    """A number (E.164), its fingerprints under every key, and its citizen where there is one."""

    phone: str
    hashes: tuple[str, ...]
    citizen: Citizen | None

    @property
    def id(self) -> int | None:
        return self.citizen.id if self.citizen else None


class Hindered(Exception):
    """It can't be erased now; `why` is a word of the room that says so."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why: Final = why


Holds = Callable[[Session, Person], list[Held]]
Hinders = Callable[[Session, Person, datetime], str | None]
Erases = Callable[[Session, Person, datetime], None]

_holding: dict[str, Holds] = {}
_hindering: list[Hinders] = []
_erasing: list[Erases] = []


def holds(what: str) -> Callable[[Holds], Holds]:
    """Offers a list of what is held, under this name; nothing in it that its person may not see."""

    def register(listing: Holds) -> Holds:
        if what in _holding:
            raise ValueError(f"{what} is listed already")
        _holding[what] = listing
        return listing

    return register


def hinders(asked: Hinders) -> Hinders:
    """Has this asked first: a word for why not now, or None."""
    _hindering.append(asked)
    return asked


def erases(erase: Erases) -> Erases:
    """Has this called when a person is erased, in the same transaction."""
    _erasing.append(erase)
    return erase


def person(db: Session, phone: str) -> Person:
    return Person(phone, tuple(fingerprints(phone)), find(db, phone))


def count(db: Session, of: Person, what: str) -> int:
    return len(_holding[what](db, of))


def held(db: Session, of: Person) -> dict[str, Any]:
    """Everything, as JSON can say it, by what it is; lists of nothing are left out."""
    found: dict[str, Any] = {"phone": of.phone}
    if of.citizen is not None:
        found["citizen"] = _own(of.citizen)
    for what, listing in _holding.items():
        kept = listing(db, of)
        if kept:
            found[what] = kept
    return found


def _own(citizen: Citizen) -> Held:
    return {
        "language": citizen.language,
        "email": citizen.email,
        "travel_minutes": citizen.travel_minutes,
        "birth_year": citizen.birth_year,
        "since": citizen.created_at.isoformat(),
    }


@holds("mandates")
def _mandates(db: Session, of: Person) -> list[Held]:
    """The other one's number is theirs, and is not told."""
    if of.id is None:
        return []
    return [
        {
            "as": "holder" if one.holder_id == of.id else "mediator",
            "scope": one.scope,
            "expires_on": one.expires_on.isoformat(),
            "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
        }
        for one in db.exec(select(Mandate).where(_of_mandates(of.id)).order_by(col(Mandate.id)))
    ]


def _of_mandates(citizen_id: int) -> Any:
    return or_(col(Mandate.holder_id) == citizen_id, col(Mandate.mediator_id) == citizen_id)


def erase(db: Session, of: Person, now: datetime, who: str) -> None:
    """Erases what all rooms hold of this person, and the citizen. What is left of it is one line of
    the access log, which names nobody. Raises Hindered, and nothing is erased."""
    for asked in _hindering:
        why = asked(db, of, now)
        if why is not None:
            raise Hindered(why)
    citizen_id = of.id
    for erase_room in _erasing:
        erase_room(db, of, now)
    if citizen_id is not None:
        db.execute(delete(Mandate).where(_of_mandates(citizen_id)))
        db.flush()
        db.delete(of.citizen)
        db.flush()
    db.info.pop("people", None)
    audit.note(db, who, GONE, _about(citizen_id or 0))
    news.changed(db, of.phone)


def ask_for_copy(db: Session, of: Person) -> None:
    """Notes that this person wants a copy of all that is held: the office hands it over."""
    if of.id is not None:
        audit.note(db, "citizen", ASKED, _about(of.id))


def note_copy(db: Session, of: Person, who: str) -> None:
    """The copy was made."""
    audit.note(db, who, COPIED, _about(of.id or 0))


def copies_to_make(db: Session) -> list[tuple[datetime, Citizen]]:
    """Who has asked for a copy, and when, and got none since; the longest first."""
    noted = select(audit.AuditEntry).where(col(audit.AuditEntry.did).in_((ASKED, COPIED, GONE)))
    asked: dict[str, datetime] = {}
    for entry in db.exec(noted.order_by(col(audit.AuditEntry.id))):
        if entry.did == ASKED:
            asked.setdefault(entry.about, entry.at)
        else:
            asked.pop(entry.about, None)
    found = [(at, db.get(Citizen, int(about.partition(":")[2]))) for about, at in asked.items()]
    return [(at, citizen) for at, citizen in found if citizen is not None]


def _about(citizen_id: int) -> str:
    return f"citizen:{citizen_id}"


def shown_email(citizen: Citizen | None) -> str | None:
    """Masked: phones are shared."""
    return emails.masked(citizen.email) if citizen and citizen.email else None
