"""The access log: who saw or changed what, when, from where. Filtered, and as a file."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from flask import Response, render_template, request
from sqlmodel import Session, col, select

from citizens import audit
from citizens.audit import AuditEntry
from console.deeds import DEEDS, deed_name
from console.offices import zone
from console.pages import page
from console.sessions import me
from database import reading, writing
from settings import current
from staff.models import ADMINISTRATOR, Staff

_SHOWN: Final = 100
_BATCH: Final = 500
_COLUMNS: Final = ("at", "who", "did", "about", "before", "after", "address")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; an empty text is no condition. `before`: entries older than this
    one's id, for the next page."""

    who: str = ""
    did: str = ""
    about: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def asked(cls) -> "Wanted":
        names = ("who", "did", "about", "since", "until")
        return cls(**{name: request.args.get(name, "").strip()[:120] for name in names})

    @property
    def conditions(self) -> list[Any]:
        entry = AuditEntry
        found: list[Any] = []
        if self.who:
            found.append(entry.who == self.who)
        if self.did:
            found.append(col(entry.did) == self.did)
        if self.about:
            found.append(col(entry.about).contains(self.about, autoescape=True))
        if (since := _midnight(self.since)) is not None:
            found.append(col(entry.at) >= since)
        if (until := _midnight(self.until, later=1)) is not None:
            found.append(col(entry.at) < until)
        return found

    @property
    def query(self) -> dict[str, str]:
        """As part of an address."""
        return {name: value for name, value in asdict(self).items() if value}


def _midnight(written: str, later: int = 0) -> datetime | None:
    """A day's beginning in the office's zone; None for what is no day."""
    try:
        day = date.fromisoformat(written) + timedelta(days=later)
        return datetime.combine(day, time(), zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@page.route("/audit", may=ADMINISTRATOR)
def audit_log() -> str:
    wanted = Wanted.asked()
    with reading() as db:
        found = _older(db, wanted.conditions, request.args.get("before", type=int), _SHOWN + 1)
        people = {
            one.signature: one.display_name
            for one in db.exec(select(Staff).order_by(Staff.display_name))
        }
    entries = found[:_SHOWN]
    return render_template(
        "audit/audit.html",
        entries=entries,
        wanted=wanted,
        people=people,
        deeds=sorted(DEEDS),
        deed_name=deed_name,
        before=entries[-1].id if len(found) > _SHOWN else None,
        days=current().audit_keep_days,
    )


@page.route("/audit.csv", may=ADMINISTRATOR)
def audit_file() -> Response:
    """All that is wanted, a batch at a time; who took it is noted, too."""
    wanted = Wanted.asked()
    with writing() as db:
        about = ", ".join(f"{name} {value}" for name, value in wanted.query.items())
        audit.note(db, me().signature, "audit.export", about or "all")
    answer = Response(_lines(wanted.conditions), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return answer


def _lines(conditions: list[Any]) -> Iterator[str]:
    yield "\ufeff" + _line(_COLUMNS)
    last: int | None = None
    while True:
        with reading() as db:
            batch = _older(db, conditions, last, _BATCH)
        yield "".join(_line(_cell(entry, name) for name in _COLUMNS) for entry in batch)
        if len(batch) < _BATCH:
            return
        last = batch[-1].id


def _older(db: Session, conditions: list[Any], than: int | None, most: int) -> list[AuditEntry]:
    query = select(AuditEntry).where(*conditions)
    if than is not None:
        query = query.where(col(AuditEntry.id) < than)
    return list(db.exec(query.order_by(col(AuditEntry.id).desc()).limit(most)))


def _cell(entry: AuditEntry, name: str) -> str:
    value = getattr(entry, name)
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value or ""


def _line(cells: Any) -> str:
    """Nothing in it is a formula to a spreadsheet."""
    text = io.StringIO()
    csv.writer(text).writerow(
        f"'{one}" if one[:1] in ("=", "+", "-", "@") else one for one in cells
    )
    return text.getvalue()
