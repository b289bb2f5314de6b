"""Dossiers as lists show them: one line each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from cases import events
from cases.kinds.store import kinds
from cases.models import Case
from console.cases import offers
from queues.models import Office


@dataclass(frozen=True, slots=True)
class Row:
    """`name`: only where one has looked for it."""

    reference: str
    type: str
    office: str
    status: str
    since: date
    due: date | None
    is_late: bool
    is_overdue: bool
    name: str = ""


def rows(db: Session, cases: Iterable[Case], today: date, with_names: bool = False) -> list[Row]:
    """Two small questions more, however many they are."""
    found = list(cases)
    types = kinds(db).types
    ids = {one.office_id for one in found}
    offices = {one.id: one.name for one in db.exec(select(Office).where(col(Office.id).in_(ids)))}
    made = []
    for one in found:
        standing = events.standing(one)
        made.append(
            Row(
                reference=one.reference,
                type=types[one.type_id].name,
                office=offices[one.office_id],
                status=one.status,
                since=one.since,
                due=one.due,
                is_late=offers.is_late(standing, today),
                is_overdue=offers.is_overdue(standing, today),
                name=(one.holder_name or "") if with_names else "",
            )
        )
    return made
