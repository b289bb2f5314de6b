"""What a file of offices, or a form of the console, brings about: it is written, those whose day
changes are told, and each change is in the access log. All of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import update
from sqlmodel import Session, col, select

from citizens import audit
from database import writing
from queues import closures, places
from queues.closures import Told
from queues.models import Office, SpecialDay
from queues.setup import exporting, parts
from queues.setup.parts import Part, Plain
from queues.setup.shape import OfficesFile
from queues.setup.writing import Report, write

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something: `signature` in the access log, `who` in what happens to tickets."""

    signature: str
    who: str


@dataclass(frozen=True, slots=True)
class Applied:
    report: Report
    told: Told


class _OnlyLooking(Exception):
    """Takes a transaction back that was to show what it would do."""


def apply(
    db: Session,
    file: OfficesFile,
    by: Author,
    now: datetime,
    *,
    did: str = "offices.import",
    remove: bool = False,
    part: Part | None = None,
) -> Applied:
    """Call it in a write transaction. Of two who change an office, one waits for the other.
    `part`: the only one that changes, which the access log then has as it was and is."""
    codes = [part.code for part in file.offices]
    lock(db, codes)
    old = [place for place in places.read(db, now.date()) if place.office.code in codes]
    was = _part(db, codes, part)
    report = write(db, file, remove)
    told = closures.tell_new_hours(db, old, by.who, now)
    db.execute(
        update(SpecialDay).where(col(SpecialDay.id).in_(report.days)).values(announced_at=now)
    )
    before, after = parts.difference(was, _part(db, codes, part))
    for change in report.changes:
        audit.note(db, by.signature, did, change, before, after)
    return Applied(report, told)


def _part(db: Session, codes: list[str], part: Part | None) -> Plain | None:
    if part is None:
        return None
    db.flush()
    return parts.found(exporting.plain(db, codes[0])["offices"][0], part)


def lock(db: Session, codes: list[str]) -> None:
    query = select(Office.id).where(col(Office.code).in_(codes)).order_by(col(Office.id))
    db.exec(query.with_for_update()).all()


def tried(do: Callable[[Session], _T]) -> _T:
    """What this would bring about: it is done, and taken back."""
    found: list[_T] = []
    try:
        with writing() as db:
            found.append(do(db))
            raise _OnlyLooking
    except _OnlyLooking:
        return found[0]
