"""Asking the systems of record, and telling them: what each said is kept with how far we are, in
one transaction, and no transaction is open while one is asked.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

import moment
from background.clock import every
from background.work import stopping
from cases import changes
from cases.connectors import Away, Found, Told
from cases.connectors.configured import Configured, load
from cases.connectors.models import ConnectorState
from cases.events import Sender
from cases.kinds.shape import SYSTEM
from cases.upserting import AT_ONCE, Row, upsert_all
from database import reading, writing
from queues.models import Agency
from settings import current

log = logging.getLogger(__name__)

_PAGES = 20  # of one system at one go: others, and SMS, have their turn
_EVENTS = 200
_TRIES = 3
_SHOWN = 5  # wrong rows that the log says something of


@dataclass
class Report:
    """What came of asking one system."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    wrong: list[str] = field(default_factory=list)
    pushed: int = 0
    problem: str = ""


def configured() -> Mapping[str, Configured]:
    path = current().connectors
    return load(path) if path is not None else {}


@every(seconds=60)
def poll_due() -> None:
    """Those whose time has come. Runs as a job."""
    for one in configured().values():
        if stopping():
            return
        now = moment.now()
        if _taken_up(one, now):
            report = run(one, now)
            if report.problem:
                log.warning("connector %s: %s", one.name, report.problem)
            for why in report.wrong[:_SHOWN]:
                log.warning("connector %s: a row is left: %s", one.name, why)


def _taken_up(one: Configured, now: datetime) -> bool:
    """Whether it is due, and no other worker at it: who notes it first has it."""
    _state(one.name)
    with writing() as db:
        due = or_(
            col(ConnectorState.polled_at).is_(None),
            col(ConnectorState.polled_at) <= now - timedelta(seconds=one.every),
        )
        named = col(ConnectorState.name) == one.name
        done = db.execute(update(ConnectorState).where(named, due).values(polled_at=now))
        assert isinstance(done, CursorResult)
        return done.rowcount == 1


def run(one: Configured, now: datetime) -> Report:
    """Asks and tells it now."""
    report = Report()
    try:
        agency_id = _agency(one)
        _poll(one, agency_id, now, report)
        _push(one, agency_id, report)
    except Away as problem:
        report.problem = str(problem)[:120]
    with writing() as db:
        state = db.get_one(ConnectorState, one.name)
        state.polled_at, state.problem, state.wrong = now, report.problem, len(report.wrong)
    return report


def _poll(one: Configured, agency_id: int, now: datetime, report: Report) -> None:
    since = _state(one.name)
    for _ in range(_PAGES):
        found = one.connector.poll(since)
        _write(one, agency_id, found, now, report)
        since = found.since
        if not found.more or stopping():
            return


def _write(one: Configured, agency_id: int, found: Found, now: datetime, report: Report) -> None:
    """The rows, and then how far we are: a worker that dies between takes the same ones again,
    which changes nothing."""
    rows = [row for row in found.rows if isinstance(row, Row)]
    report.rows += len(found.rows)
    report.wrong += [str(row) for row in found.rows if not isinstance(row, Row)]
    for at in range(0, len(rows), AT_ONCE):
        _take(one, agency_id, rows[at : at + AT_ONCE], now, report)
    with writing() as db:
        db.get_one(ConnectorState, one.name).since = found.since


def _take(
    one: Configured, agency_id: int, rows: Sequence[Row], now: datetime, report: Report
) -> None:
    for _ in range(_TRIES):
        try:
            with writing() as db:
                results = upsert_all(db, rows, _sender(one), now, agency_id, by=(SYSTEM,))
        except IntegrityError:
            continue
        outcomes = [result.outcome for result in results]
        report.created += outcomes.count("created")
        report.changed += outcomes.count("changed")
        report.wrong += [str(result.wrong) for result in results if result.wrong is not None]
        return
    raise Away("others write the same dossiers just now")


def _push(one: Configured, agency_id: int, report: Report) -> None:
    """Each event of its dossiers that it did not tell us itself, in order: it hears of none twice,
    unless we die at that moment."""
    with reading() as db:
        after = db.get_one(ConnectorState, one.name).pushed
        told = changes.events_after(db, after, _EVENTS, agency_id)
    ours = _sender(one).source
    for event, case in told:
        if event.source != ours and case.source_key is not None:
            one.connector.push(
                Told(
                    f"evt_{event.id}",
                    case.source_key,
                    case.reference,
                    event.kind,
                    event.status,
                    event.at,
                )
            )
            report.pushed += 1
        with writing() as db:
            db.get_one(ConnectorState, one.name).pushed = event.id or 0
        if stopping():
            return


def _sender(one: Configured) -> Sender:
    name = f"connector:{one.name}"
    return Sender(name, name)


def _agency(one: Configured) -> int:
    with reading() as db:
        found = db.exec(select(Agency.id).where(Agency.code == one.agency)).first()
    if found is None:
        raise Away(f"no agency {one.agency}")
    return found


def _state(name: str) -> str:
    """From where it goes on. One that is new is told what happens from now on."""
    with writing() as db:
        state = db.get(ConnectorState, name)
        if state is None:
            state = ConnectorState(name=name, pushed=changes.last(db))
            db.add(state)
        return state.since
