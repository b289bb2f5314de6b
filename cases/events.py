"""Events move dossiers: each is added in its own order, once, and others follow in its transaction.

@follows("ready")
def tell(db: Session, happened: Happened) -> None: ...
"""

import json
from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from cases import history, workdays
from cases.history import Change, Standing
from cases.kinds.shape import CaseType
from cases.kinds.store import kinds
from cases.models import Case, CaseEvent
from queues.models import Office
from settings import current

CITIZEN: Final = "citizen"
CLOCK: Final = "clock"
OPERATOR: Final = "operator"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who says so, and the name that they themselves have for it: the same one comes once.
    `source` tells senders apart whose names could be alike."""

    who: str
    source: str = ""
    transaction: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event that was added, with the dossier as it is now and as it stood before."""

    case: Case
    kind: CaseType
    event: CaseEvent
    before: Standing | None

    @property
    def is_news(self) -> bool:
        """Whether its holder can read that something has changed."""
        if self.before is None:
            return True
        return history.is_told(self.before, standing(self.case), self.event.kind)


Follower = Callable[[Session, Happened], None]
Keeper = Callable[[Session, Sequence[int], datetime], None]

_followers: dict[str, list[Follower]] = defaultdict(list)
_keepers: list[Keeper] = []


def follows(*kinds_of_event: str) -> Callable[[Follower], Follower]:
    """Has a function called with each event of these kinds, or with all, in its transaction."""

    def register(follower: Follower) -> Follower:
        for kind in kinds_of_event or history.KINDS:
            _followers[kind].append(follower)
        return follower

    return register


def follows_files(keeper: Keeper) -> Keeper:
    """Has a function called with what a file adds at once, in its transaction: the dossiers' ids,
    and when their events are recorded. A file tells its holders by itself (cases.imports), and
    calls no other follower."""
    _keepers.append(keeper)
    return keeper


def told_of_file(db: Session, case_ids: Sequence[int], recorded_at: datetime) -> None:
    for keeper in _keepers:
        keeper(db, case_ids, recorded_at)


def add(
    db: Session,
    case_id: int,
    change: Change,
    sender: Sender,
    now: datetime,
    at: datetime | None = None,
) -> Happened | None:
    """Adds an event; None if this sender has told of it before. Of two who add at once, the second
    waits, and its event comes after the first one's. `at`: when it happened. Raises LookupError for
    a dossier that is not there, NotPossible for what its standing does not allow."""
    case = _locked(db, case_id)
    if _is_known(db, case_id, sender):
        return None
    kind = kinds(db).types[case.type_id]
    office = db.get_one(Office, case.office_id)
    before = standing(case)
    happened = at or now
    stands = history.after(before, change, kind, local_day(office, happened), closed_days(office))
    case.version += 1
    case.changed_at = now
    stand(case, stands)
    event = row(case, change, sender, happened, now)
    db.add(event)
    db.flush()
    return told(db, Happened(case, kind, event, before))


def _locked(db: Session, case_id: int) -> Case:
    """The dossier as it is once all others who move it are done."""
    found = db.exec(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise LookupError("no such dossier")
    return found


def _is_known(db: Session, case_id: int, sender: Sender) -> bool:
    if sender.transaction is None:
        return False
    known = select(CaseEvent.id).where(
        CaseEvent.case_id == case_id,
        CaseEvent.source == sender.source,
        CaseEvent.transaction_id == sender.transaction,
    )
    return db.exec(known).first() is not None


def told(db: Session, happened: Happened) -> Happened:
    """Calls those who follow."""
    for follower in _followers[happened.event.kind]:
        follower(db, happened)
    return happened


def row(
    case: Case, change: Change, sender: Sender, at: datetime, now: datetime, id: int | None = None
) -> CaseEvent:
    """The event's row, for a dossier that stands already where it leads."""
    return CaseEvent(
        case_id=id or case.id or 0,
        version=case.version,
        kind=change.kind,
        stage=case.stage,
        status=case.status,
        details=written(change),
        note=change.note or None,
        who=sender.who,
        source=sender.source,
        transaction_id=sender.transaction,
        at=at,
        recorded_at=now,
    )


def of(db: Session, case_id: int) -> list[CaseEvent]:
    """A dossier's events, in order."""
    query = select(CaseEvent).where(CaseEvent.case_id == case_id)
    return list(db.exec(query.order_by(col(CaseEvent.version))))


def erased(db: Session, case_ids: Sequence[int]) -> set[int]:
    """Those of these dossiers whose holders had their data erased: it does not come back."""
    if not case_ids:
        return set()
    asked = select(CaseEvent.case_id).where(
        col(CaseEvent.case_id).in_(case_ids), CaseEvent.kind == history.ERASED
    )
    return set(db.exec(asked))


def written(change: Change) -> str:
    """All of a change but its kind and its note, as JSON; what is empty is left out."""
    details: dict[str, Any] = {
        "stage": change.stage,
        "documents": list(change.documents),
        "due": change.due.isoformat() if change.due else None,
        "reason": change.reason,
        "appeal": change.appeal,
        "appointment": change.appointment.isoformat() if change.appointment else None,
    }
    return json.dumps({key: value for key, value in details.items() if value}, ensure_ascii=False)


def change_of(event: CaseEvent) -> Change:
    """An event as it was asked for."""
    details = json.loads(event.details)
    due, appointment = details.get("due"), details.get("appointment")
    return Change(
        event.kind,
        details.get("stage"),
        tuple(details.get("documents", ())),
        date.fromisoformat(due) if due else None,
        details.get("reason", ""),
        details.get("appeal", ""),
        datetime.fromisoformat(appointment) if appointment else None,
        event.note or "",
    )


def standing(case: Case) -> Standing:
    return Standing(
        case.stage,
        case.status,
        case.since,
        case.expected,
        tuple(json.loads(case.missing)),
        case.due,
        case.reason,
        case.appeal,
        case.appointment_at,
        case.before,
        case.late,
    )


def stand(case: Case, stands: Standing) -> None:
    """Writes where it stands into the dossier's row."""
    for column, value in columns(stands).items():
        setattr(case, column, value)


def columns(stands: Standing) -> dict[str, Any]:
    """A standing as the columns of a dossier's row."""
    return {
        "stage": stands.stage,
        "status": stands.status,
        "since": stands.since,
        "expected": stands.expected,
        "missing": json.dumps(stands.missing, ensure_ascii=False),
        "due": stands.due,
        "reason": stands.reason,
        "appeal": stands.appeal,
        "appointment_at": stands.appointment,
        "before": stands.before,
        "late": stands.late,
    }


def replayed(db: Session, case: Case, until: int | None = None) -> Standing:
    """Where its events lead, up to the version `until`; all of them: what its row must say. Raises
    NotPossible."""
    office = db.get_one(Office, case.office_id)
    known = [one for one in of(db, case.id or 0) if until is None or one.version <= until]
    events = [(change_of(one), local_day(office, one.at)) for one in known]
    return history.replay(kinds(db).types[case.type_id], events, closed_days(office))


def local_day(office: Office, at: datetime) -> date:
    return at.astimezone(ZoneInfo(office.zone or current().timezone)).date()


def closed_days(office: Office) -> Container[date]:
    return workdays.closed_days(office.country)
