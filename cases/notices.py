"""What holders are told by SMS: what has changed, what waits to be collected; and which dossiers
stay longer than they should.

A change is told some minutes after it came, together with all that came with it, by where the
dossier stands then: what was undone meanwhile is not told. `Case.tell_at` says when, `Case.told` up
to which version. Each dossier is looked at anew under its lock, so that two workers tell nothing
twice.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, select

import moment
from background import work
from background.clock import every
from cases import events, history, letters
from cases.events import CITIZEN, CLOCK, Happened, Sender, follows
from cases.history import APPOINTMENT, BREACHED, REMINDED, Change, NotPossible
from cases.models import Case
from cases.standing import Seen, see
from cases.statuses import CLOSED, READY, STATUSES
from cases.telling import Telling, reminder, telling
from citizens.models import Citizen
from database import reading, writing
from menus.codes import code_to_dial
from queues.models import Office
from settings import current

log = logging.getLogger(__name__)

WAITS: Final = timedelta(minutes=3)  # for what comes with a change
OLD: Final = timedelta(days=3)  # after which news are none
TOGETHER: Final = 3  # dossiers of one phone that make one SMS
MOST_TAILS: Final = 10  # that fit in one
# From which day on one is reminded to collect; how often that was done by then. Later than the last
# day nobody is.
REMINDERS: Final = ((7, 30), (30, 60))
_BATCH: Final = 500
_OPEN: Final = tuple(one for one in STATUSES if one not in CLOSED)


@follows()
def note_news(db: Session, happened: Happened) -> None:
    """Marks a dossier whose holder has something to hear."""
    case, event = happened.case, happened.event
    if case.status != READY or happened.before is None or happened.before.status != READY:
        case.reminded = 0
    if not happened.is_news:
        return
    if case.citizen_id is not None and _is_told(event.kind, event.who, event.at, event.recorded_at):
        case.tell_at = case.tell_at or event.recorded_at + WAITS
    elif case.tell_at is None:
        case.told = case.version


def _is_told(kind: str, who: str, at: datetime, recorded_at: datetime) -> bool:
    """Not what was long ago, nor the appointment that one has just made: it has an SMS already."""
    return at > recorded_at - OLD and not (kind == APPOINTMENT and who == CITIZEN)


# -- what has changed -----------------------------------------------------------------------------


@every(seconds=30)
def tell_news() -> None:
    """Tells what is due. Runs as a job."""
    now = moment.now()
    with reading() as db:
        query = select(Case.id, Case.citizen_id).where(col(Case.tell_at) <= now)
        rows = db.exec(query.order_by(col(Case.tell_at)).limit(_BATCH)).all()
    due: dict[int | None, list[int]] = defaultdict(list)
    for case_id, citizen_id in rows:
        due[citizen_id].append(case_id or 0)
    _each(due.values(), lambda db, ids: _tell(db, ids, now))


def _tell(db: Session, ids: Sequence[int], now: datetime) -> None:
    """Tells one holder of those dossiers of theirs that are still due."""
    query = select(Case).where(col(Case.id).in_(ids), col(Case.tell_at) <= now)
    cases = _locked(db, query)
    news = [case for case in cases if case.citizen_id is not None and _has_changed(db, case)]
    for case in cases:
        case.told, case.tell_at = case.version, None
    code = code_to_dial(db)
    if len(news) < TOGETHER:
        for case in news:
            _post(
                db, case, letters.key(case, case.version), telling(_seen(db, case, now), code), now
            )
        return
    for first in range(0, len(news), MOST_TAILS):
        some = news[first : first + MOST_TAILS]
        tails = ", ".join(case.reference[-4:] for case in some)
        told = Telling("case_several", {"tails": tails, "code": code})
        _post(db, some[0], letters.key(some[0], some[0].version), told, now)


def _has_changed(db: Session, case: Case) -> bool:
    """Whether it stands otherwise than its holder was told last."""
    if case.told == 0:
        return True
    try:
        known = events.replayed(db, case, case.told)
    except (NotPossible, ValueError, KeyError):  # its type has changed since
        return True
    return history.public(known) != history.public(events.standing(case))


# -- what waits to be collected -------------------------------------------------------------------


@every(seconds=3600)
def remind() -> None:
    """Reminds those whose paper has been ready for a week, and for a month. Runs as a job."""
    now = moment.now()
    for times, (least, most) in enumerate(REMINDERS):
        newest = (now - timedelta(days=least)).date()
        oldest = (now - timedelta(days=most)).date()
        wanted = (
            col(Case.status) == READY,
            col(Case.since) <= newest,
            col(Case.since) > oldest,
            col(Case.reminded) <= times,
            col(Case.citizen_id).is_not(None),
        )
        _each_case(wanted, _reminding(times + 1, now))


def _reminding(times: int, now: datetime) -> Callable[[Session, Case], None]:
    def one(db: Session, case: Case) -> None:
        said = f"{case.since.isoformat()}:{times}"
        sender = Sender(CLOCK, "reminder", said)
        if events.add(db, case.id or 0, Change(REMINDED), sender, now) is None:
            return
        case.reminded = times
        seen = _seen(db, case, now)
        _post(
            db, case, letters.key(case, f"reminded:{said}"), reminder(seen, code_to_dial(db)), now
        )

    return one


# -- what stays too long --------------------------------------------------------------------------


@every(seconds=900)
def note_late() -> None:
    """Notes the dossiers that have not moved on in time, once a stage. Runs as a job."""
    now = moment.now()
    wanted = (
        col(Case.expected) < now.date(),
        col(Case.status).in_(_OPEN),
        col(Case.late).is_(False),
    )
    _each_case(wanted, lambda db, case: _breach(db, case, now))


def _breach(db: Session, case: Case, now: datetime) -> None:
    today = events.local_day(db.get_one(Office, case.office_id), now)
    if case.expected is None or today <= case.expected:
        return
    sender = Sender(CLOCK, "late", f"{case.stage}:{case.since.isoformat()}:{case.expected}")
    events.add(db, case.id or 0, Change(BREACHED), sender, now)


# -- one after the other --------------------------------------------------------------------------


def _each_case(wanted: Sequence[Any], do: Callable[[Session, Case], None]) -> None:
    """Does it for each dossier that is so, in a transaction of its own, where it is still so."""
    last = 0
    while not work.stopping():
        with reading() as db:
            query = select(Case.id).where(*wanted, col(Case.id) > last).order_by(col(Case.id))
            ids = [one or 0 for one in db.exec(query.limit(_BATCH))]
        if not ids:
            return
        last = ids[-1]

        def still(db: Session, case_id: int) -> None:
            for case in _locked(db, select(Case).where(Case.id == case_id, *wanted)):
                do(db, case)

        _each(ids, still)


def _each(things: Iterable[Any], do: Callable[[Session, Any], None]) -> None:
    """Each in a transaction of its own; what goes wrong with one does not hold up the others."""
    for thing in things:
        if work.stopping():
            return
        try:
            with writing() as db:
                do(db, thing)
        except Exception:
            log.exception("dossiers: %s is left for the next time", thing)


def _locked(db: Session, query: Any) -> list[Case]:
    ordered = query.order_by(col(Case.id)).with_for_update()
    return list(db.exec(ordered.execution_options(populate_existing=True)))


def _seen(db: Session, case: Case, now: datetime) -> Seen:
    holder = db.get(Citizen, case.citizen_id) if case.citizen_id is not None else None
    return see(db, case, (holder and holder.language) or current().default_language, now)


def _post(db: Session, case: Case, under: str, told: Telling, now: datetime) -> None:
    letters.to_holder(db, case, under, told.text, told.values, now)
