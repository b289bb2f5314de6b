"""A part of an office, from its form into the database: checked as a file is, and refused where
somebody else changed it meanwhile, or where people would be told whom nobody was shown."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

import moment
from citizens import audit
from citizens.audit import AuditEntry
from console.sessions import me
from database import writing
from queues import closures, events
from queues.closures import Change, Told
from queues.hours import parse_hours
from queues.setup import exporting, parts
from queues.setup.applying import Author, apply, lock, tried
from queues.setup.parts import Part, Plain
from queues.setup.reading import checked
from queues.setup.shape import CLOSED, OfficesFile
from queues.setup.writing import Left, Report
from staff import directory


@dataclass(frozen=True, slots=True)
class Edit:
    """`value`: what the part shall be, None for gone; `drawn`: the version of the part that the
    form was made of; `seen`: which consequences were shown (`stamp`)."""

    code: str
    part: Part
    value: Plain | None
    drawn: str
    seen: str = ""


class ChangedMeanwhile(Exception):
    """Somebody else was quicker: `by`, where it is known, and `current`, the part as it is now."""

    def __init__(self, current: Plain | None, by: str) -> None:
        super().__init__(by)
        self.current, self.by = current, by


class NotShown(Exception):
    """What would follow was not shown yet: it is not done. `stamp` says later that it was."""

    def __init__(self, told: Told, report: Report | None = None) -> None:
        super().__init__(str(told))
        self.told, self.report, self.stamp = told, report, stamp(told, report)


class Kept(Exception):
    """It can't be taken away."""

    def __init__(self, left: Left) -> None:
        super().__init__(str(left))
        self.left = left


def stamp(told: Told, report: Report | None = None) -> str:
    """Another one for each other consequences."""
    changes = [*report.changes, *map(str, report.left)] if report else []
    return parts.version([changes, str(told)])


def save(edit: Edit) -> None:
    """Raises Faulty, Wrong, ChangedMeanwhile, NotShown, Kept, LookupError: nothing is done then."""
    with writing() as db:
        _must_be_shown(_do(db, edit), edit.seen)


def preview(edit: Edit) -> Told:
    """What it would bring about. Raises as `save` does, but NotShown."""
    return tried(lambda db: _do(db, edit))


def create(office: Plain) -> None:
    """A new office. Raises Faulty."""
    with writing() as db:
        apply(db, _file(db, office), _author(), moment.now(), did="offices.edit")


def replace(code: str, wanted: OfficesFile, remove: bool, drawn: str, seen: str) -> list[str]:
    """The whole office, from a file; what changed. Raises ChangedMeanwhile, NotShown,
    LookupError."""
    with writing() as db:
        lock(db, [code])
        _must_be_as_drawn(db, code, whole(db, code)["offices"][0], drawn)
        applied = apply(db, wanted, _author(), moment.now(), remove=remove)
        report = applied.report
        if (report.changes or report.left) and stamp(applied.told, report) != seen:
            raise NotShown(applied.told, report)
    return report.changes


def whole(db: Session, code: str) -> dict[str, Any]:
    """The office as a file has it, with every agency that it could name. Raises LookupError."""
    return {**exporting.plain(db, code), "agencies": agencies(db)}


def agencies(db: Session) -> list[Plain]:
    found: list[Plain] = exporting.plain(db)["agencies"]
    return found


def _do(db: Session, edit: Edit) -> Told:
    lock(db, [edit.code])
    office = whole(db, edit.code)["offices"][0]
    _must_be_as_drawn(db, edit.code, parts.found(office, edit.part), edit.drawn)
    changed = parts.placed(office, edit.part, edit.value)
    file = _file(db, changed)
    if edit.part.kind == "special_days":
        return _day(db, edit, file)
    applied = apply(
        *(db, file, _author(), moment.now()),
        did="offices.edit",
        remove=True,
        part=_named(edit),
    )
    if applied.report.left:
        raise Kept(applied.report.left[0])
    return applied.told


def _named(edit: Edit) -> Part:
    """One that is added is known by its key from now on."""
    kind = edit.part.kind
    if edit.part.key or kind not in parts.KEYS:
        return edit.part
    return Part(kind, str((edit.value or {}).get(parts.KEYS[kind], "")))


def _day(db: Session, edit: Edit, file: OfficesFile) -> Told:
    """The way of `flask offices close` and `reopen`."""
    by, now = _author(), moment.now()
    if edit.value is None:
        day = date.fromisoformat(edit.part.key)
        told = closures.reopen(db, edit.code, day, by.who, now)
        audit.note(db, by.signature, "offices.reopen", f"{edit.code} on {day}")
        return told
    days = file.offices[0].special_days
    one = next((day for day in days if str(day.day) == edit.part.key), days[-1])
    change = Change(edit.code, one.day, parse_hours(one.hours), one.reason, by.who)
    told = closures.close(db, change, now)
    about = f"{edit.code} on {one.day}: {one.hours or CLOSED} ({one.reason})"
    audit.note(db, by.signature, "offices.close", about)
    return told


def _file(db: Session, office: Plain) -> OfficesFile:
    return checked({"agencies": agencies(db), "offices": [office]})


def _must_be_shown(told: Told, seen: str) -> None:
    if (told.people or told.cancelled) and stamp(told) != seen:
        raise NotShown(told)


def _must_be_as_drawn(db: Session, code: str, current: Plain | None, drawn: str) -> None:
    if parts.version(current) != drawn:
        raise ChangedMeanwhile(current, _last_change(db, code))


def _last_change(db: Session, code: str) -> str:
    """Who changed this office last, by the access log."""
    about = col(AuditEntry.about)
    signature = db.exec(
        select(AuditEntry.who)
        .where(
            col(AuditEntry.did).startswith("offices."),
            about.startswith(f"{code} ") | about.startswith(f"{code}:"),
        )
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    ).first()
    staff = directory.find(db, (signature or "").removeprefix("staff:"))
    return staff.display_name if staff else ""


def _author() -> Author:
    staff = me()
    assert staff.id is not None
    return Author(staff.signature, events.staff(staff.id))
