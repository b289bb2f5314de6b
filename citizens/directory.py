"""Finding a citizen by phone number, through its fingerprint."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

import moment
from citizens import news
from citizens.models import Citizen
from database.sealing import fingerprint, fingerprints


class Person(NamedTuple):
    """What a dial wants to know of a citizen. `travel_minutes`: from home to the office."""

    id: int
    language: str | None
    travel_minutes: int | None


def find(db: Session, phone: str) -> Citizen | None:
    """The citizen of this number (E.164), or None."""
    return db.exec(_BY_PHONE, params={"hashes": fingerprints(phone)}).first()


def find_or_add(db: Session, phone: str) -> Citizen:
    """The citizen of this number, added at first sight. Call it in a write transaction; of two who
    add the same one, the later fails (IntegrityError)."""
    citizen = find(db, phone)
    if citizen is None:
        citizen = Citizen(phone_hash=fingerprint(phone), phone=phone)
        db.add(citizen)
        db.flush()
    return citizen


def person(db: Session, phone: str) -> Person | None:
    """As `find`, for a dial. Several facts ask for the same one: a session remembers its answer."""
    asked: dict[str, Person | None] = db.info.setdefault("people", {})
    if phone not in asked:
        asked[phone] = _person(db, phone)
    return asked[phone]


def at_the_counter(db: Session, phone: str, language: str | None) -> Citizen:
    """The citizen of a number that an agent writes down, who speaks this language unless they have
    chosen one."""
    citizen = find_or_add(db, phone)
    if citizen.language is None:
        citizen.language = language
    news.changed(db, phone)
    return citizen


def find_or_add_all(db: Session, phones: Iterable[str]) -> dict[str, Citizen]:
    """The citizens of these numbers, by number, in two statements. As `find_or_add`."""
    hashes = {hashed: phone for phone in phones for hashed in fingerprints(phone)}
    known = db.exec(select(Citizen).where(col(Citizen.phone_hash).in_(hashes)))
    found = {hashes[one.phone_hash]: one for one in known}
    new = {
        phone: Citizen(phone_hash=fingerprint(phone), phone=phone)
        for phone in sorted({*hashes.values()} - found.keys())
    }
    db.add_all(new.values())
    db.flush()
    db.info.pop("people", None)
    return found | new


def person_or_add(db: Session, phone: str) -> Person:
    """As `find_or_add`, for a dial."""
    known = person(db, phone)
    if known is None:
        added: Any = db.connection().execute(_ADD, _row(phone)).scalar_one()
        known = db.info["people"][phone] = Person(added, None, None)
    return known


def keep_language(db: Session, phone: str, language: str) -> None:
    """The language of this number's citizen, who is added at first sight. Of two who do so at once,
    the later one's stands."""
    db.info.pop("people", None)
    connection = db.connection()
    for former in fingerprints(phone)[1:]:
        if connection.execute(_SPEAKS, {"hash": former, "language": language}).rowcount:
            return
    connection.execute(
        _add_or_speak(connection.dialect.name), {**_row(phone), "language": language}
    )


def _person(db: Session, phone: str) -> Person | None:
    connection = db.connection()
    for hashed in fingerprints(phone):
        row: Any = connection.execute(_PERSON, {"hash": hashed}).first()
        if row is not None:
            return Person(*row)
    return None


def _row(phone: str) -> dict[str, Any]:
    return {"phone_hash": fingerprint(phone), "phone": phone, "created_at": moment.now()}


# Made once: every dial asks, and SQLAlchemy takes longer to build a statement than to run it.

_BY_PHONE = select(Citizen).where(col(Citizen.phone_hash).in_(bindparam("hashes", expanding=True)))
_PERSON = select(col(Citizen.id), col(Citizen.language), col(Citizen.travel_minutes)).where(
    col(Citizen.phone_hash) == bindparam("hash")
)
_ADD = insert(Citizen).returning(col(Citizen.id))
_SPEAKS = (
    update(Citizen)
    .where(col(Citizen.phone_hash) == bindparam("hash"))
    .values(language=bindparam("language"))
)


@lru_cache
def _add_or_speak(dialect: str) -> Any:
    made = sqlite.insert(Citizen) if dialect == "sqlite" else postgresql.insert(Citizen)
    return made.on_conflict_do_update(
        index_elements=["phone_hash"], set_={"language": made.excluded.language}
    )
