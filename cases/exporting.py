"""Dossiers as a file that `flask cases import` takes, and then changes nothing: CSV or XLSX,
written as they are read, some at a time.

Phones and names only where they were asked for; who asks sees to it that this is noted.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Final

from sqlmodel import Session, col, select

from cases.events import local_day
from cases.imports.rows import COLUMNS, guarded
from cases.kinds.store import kinds
from cases.models import Case, CaseEvent
from citizens.models import Citizen
from queues.models import Office

_AT_ONCE: Final = 1000
_PERSONAL: Final = ("phone", "name")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`since`: what has changed from then on; `office`: its code, None for all."""

    since: datetime | None = None
    office: str | None = None
    personal: bool = False

    @property
    def columns(self) -> list[str]:
        left_out = () if self.personal else _PERSONAL
        return [one for one in COLUMNS if one not in left_out]


def csv_to(db: Session, wanted: Wanted, file: IO[bytes]) -> None:
    """UTF-8 with its mark, since Excel takes it for something else without. Raises LookupError."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(wanted.columns)
    for one in _rows(db, wanted):
        rows.writerow([one[name] for name in wanted.columns])
    text.detach()  # the file is not ours to close


def xlsx_to(db: Session, wanted: Wanted, file: IO[bytes]) -> None:
    """All cells are text: a phone or a reference is no number. Raises LookupError."""
    import openpyxl  # here: a quarter of a second that only those pay who want a spreadsheet

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("dossiers")
    sheet.append(wanted.columns)
    for one in _rows(db, wanted):
        sheet.append([one[name] for name in wanted.columns])
    book.save(file)


def _rows(db: Session, wanted: Wanted) -> Iterator[Mapping[str, str]]:
    offices = {one.id: one for one in db.exec(select(Office))}
    db.expunge_all()
    types = kinds(db).types
    query = (
        select(Case, Citizen, CaseEvent.at)
        .join(Citizen, isouter=True)
        .join(CaseEvent, (col(CaseEvent.case_id) == Case.id) & (col(CaseEvent.version) == 1))
        .order_by(col(Case.id))
    )
    if wanted.since is not None:
        query = query.where(Case.changed_at >= wanted.since)
    if wanted.office is not None:
        ids = [key for key, one in offices.items() if one.code == wanted.office]
        if not ids:
            known = (one.code for one in offices.values())
            raise LookupError(f"no office {wanted.office}: there are {', '.join(known)}")
        query = query.where(Case.office_id == ids[0])
    last = 0
    while found := db.exec(query.where(col(Case.id) > last).limit(_AT_ONCE)).all():
        for case, citizen, began in found:
            office = offices[case.office_id]
            received = local_day(office, began)
            yield _row(case, citizen, types[case.type_id].code, office.code, received)
        last = found[-1][0].id or 0
        db.expunge_all()


def _row(
    case: Case, citizen: Citizen | None, type_code: str, office: str, received: date
) -> dict[str, str]:
    return {
        "reference": case.reference,
        "source_key": guarded(case.source_key or ""),
        "type": type_code,
        "office": office,
        "phone": citizen.phone if citizen else "",
        "birth_year": str(case.birth_year or ""),
        "name": guarded(case.holder_name or ""),
        "status": case.status,
        "stage": case.stage,
        "since": case.since.isoformat(),
        "documents": ";".join(guarded(one) for one in json.loads(case.missing)),
        "due": case.due.isoformat() if case.due else "",
        "reason": guarded(case.reason),
        "received": received.isoformat(),
    }
