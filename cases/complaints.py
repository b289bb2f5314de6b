"""Complaints: dossiers of the type `plainte`, with what they are about and a promised day.

One is opened by a citizen or for one, answered in words that are sent by SMS, and closed ten days
later; until then its citizen can have it opened again. docs/complaints.md.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from cases import events, history, references, workdays
from cases.events import Happened, Sender
from cases.history import Change, NotPossible
from cases.kinds.shape import CaseType
from cases.kinds.store import kinds
from cases.models import Case, Complaint
from cases.opening import New, open_case
from cases.statuses import CLOSED, DECIDED, HANDED_OVER, IN_PROGRESS, REFUSED
from citizens.models import Citizen
from gsm.alphabet import fold
from locales.catalogues import translated
from menus.codes import code_to_dial
from queues.models import Office, Ticket
from settings import current
from sms import outbox

TYPE: Final = "plainte"
# What one may complain of: 20 characters at most, 22 as citizens read it.
CATEGORIES: Final = {
    "wait": "Attente trop longue",
    "paid_more": "Payé plus que le prix",
    "reception": "Mal reçu",
    "delay": "Dossier en retard",
    "other": "Autre chose",
}
MOST_OPEN: Final = 3  # of one phone
MOST_WORDS: Final = 160  # of what a citizen types
MOST_REPLY: Final = 320  # with the words around it, three segments
TICKET_DAYS: Final = timedelta(days=7)  # how long a visit is what a complaint is about
REOPEN_DAYS: Final = timedelta(days=10)
WHY: Final = "dit par SMS"  # of a refusal: the words themselves are sealed
USUAL_DAYS: Final = 10  # working days, where the type's stages name none


class TooMany(ValueError):
    """This phone has as many complaints open as it may."""


class NotHere(LookupError):
    """No agency here takes complaints: there is no case type `plainte`."""


@dataclass(frozen=True, slots=True)
class Made:
    """A complaint as it is made. `language`: of its SMS, where the citizen has chosen none."""

    category: str
    office_id: int
    citizen: Citizen | None = None
    words: str = ""
    about_case_id: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A complaint and its dossier."""

    case: Case
    complaint: Complaint

    @property
    def is_open(self) -> bool:
        return self.case.status not in (*CLOSED, DECIDED)

    def is_late(self, today: date) -> bool:
        """Whether the promised day has passed without an answer."""
        return self.is_open and self.complaint.promised < today

    def can_reopen(self, now: datetime) -> bool:
        answered = self.complaint.replied_at
        return (
            self.case.status in (DECIDED, REFUSED)
            and answered is not None
            and now < answered + REOPEN_DAYS
        )


def open_complaint(
    db: Session, made: Made, sender: Sender, now: datetime, code: str | None = None
) -> File:
    """Opens one, linked to the dossier that is named or else to the citizen's last ticket at that
    office, and posts its SMS. Raises TooMany, NotHere, LookupError for an office that is not there.
    """
    known = kinds(db)
    if TYPE not in known.ids:
        raise NotHere
    citizen_id = made.citizen.id if made.citizen else None
    if citizen_id is not None and _open_of(db, citizen_id) >= MOST_OPEN:
        raise TooMany
    happened = open_case(db, New(TYPE, made.office_id, citizen_id=citizen_id), sender, now)
    case = happened.case
    assert case.id is not None
    visit = None
    if citizen_id is not None and made.about_case_id is None:
        visit = last_ticket(db, citizen_id, now, made.office_id)
    complaint = Complaint(
        case_id=case.id,
        category=made.category,
        about_case_id=made.about_case_id,
        about_ticket_id=visit.id if visit else None,
        promised=_promise(db, case, happened.kind),
        words=made.words.strip()[:MOST_WORDS] or None,
    )
    db.add(complaint)
    db.flush()
    file = File(case, complaint)
    values = {"reference": case.reference, "promised": complaint.promised.isoformat()}
    values |= {"code": code} if code else {}
    _tell(db, file, "opened", "complaint_opened", values, now, made.language)
    return file


def _open_of(db: Session, citizen_id: int) -> int:
    """Of two at once, the second waits: the citizen's row is held."""
    db.exec(select(Citizen.id).where(Citizen.id == citizen_id).with_for_update()).one()
    return db.exec(
        select(func.count())
        .select_from(Complaint)
        .join(Case, col(Case.id) == col(Complaint.case_id))
        .where(Case.citizen_id == citizen_id, col(Case.status).not_in((*CLOSED, DECIDED)))
    ).one()


def last_ticket(
    db: Session, citizen_id: int, now: datetime, office_id: int | None = None
) -> Ticket | None:
    """That this citizen took, or that was taken for them, within a week; at that office."""
    query = select(Ticket).where(
        Ticket.created_at > now - TICKET_DAYS,
        or_(col(Ticket.citizen_id) == citizen_id, col(Ticket.taken_by_id) == citizen_id),
    )
    if office_id is not None:
        query = query.where(Ticket.office_id == office_id)
    return db.exec(query.order_by(col(Ticket.id).desc()).limit(1)).first()


def _promise(db: Session, case: Case, kind: CaseType) -> date:
    office = db.get_one(Office, case.office_id)
    return workdays.after(case.since, answer_days(kind), events.closed_days(office))


def answer_days(kind: CaseType) -> int:
    """Working days that its stages take up to an answer, those apart to which it is passed on."""
    passed_on = {stage.escalate for stage in kind.stages}
    days = 0
    for stage in kind.stages:
        if stage.status in (DECIDED, *CLOSED):
            break
        days += 0 if stage.code in passed_on else stage.days or 0
    return days or USUAL_DAYS


def above(kind: CaseType, stage: str) -> str | None:
    """Where somebody above has it: the stage that this one escalates to, else the first that any
    does; None where it is there already."""
    here = kind.stage(stage).escalate
    first = next((one.escalate for one in kind.stages if one.escalate), None)
    return here or (first if first != stage else None)


def first_in_progress(kind: CaseType) -> str | None:
    """The stage in which somebody reads it."""
    stage = kind.first_with(IN_PROGRESS)
    return stage.code if stage else None


# -- what staff do --------------------------------------------------------------------------------


def take_up(db: Session, case_id: int, sender: Sender, now: datetime) -> None:
    """Somebody reads it. Raises NotPossible."""
    kind = kinds(db).types[db.get_one(Case, case_id).type_id]
    to = first_in_progress(kind)
    if to is None:
        raise NotPossible(f"{kind.code} has no stage that is {IN_PROGRESS}")
    _move(db, case_id, to, sender, now)


def escalate(db: Session, case_id: int, sender: Sender, now: datetime) -> None:
    """It goes to who is above. Raises NotPossible where nobody is."""
    file = held(db, case_id)
    to = above(kinds(db).types[file.case.type_id], file.case.stage)
    if to is None or not file.is_open:
        raise NotPossible("there is nobody above to pass it on to")
    _move(db, case_id, to, sender, now)


def reply(db: Session, case_id: int, words: str, sender: Sender, now: datetime) -> None:
    """Answers it; the citizen gets these words by SMS, and can have it opened again. Raises
    ValueError for no words or too many, NotPossible for one that is answered."""
    _answer(db, case_id, Change("decided", note=words), words, sender, now)


def reject(db: Session, case_id: int, words: str, sender: Sender, now: datetime) -> None:
    """Answers that it is not taken up, and why. Raises like `reply`."""
    _answer(db, case_id, Change("refused", reason=WHY, note=words), words, sender, now)


def _answer(
    db: Session, case_id: int, change: Change, words: str, sender: Sender, now: datetime
) -> None:
    words = " ".join(words.split())
    if not 0 < len(fold(words)) <= MOST_REPLY:
        raise ValueError(f"a reply has 1 to {MOST_REPLY} characters")
    file = held(db, case_id)
    if not file.is_open:
        raise NotPossible("it is answered already")
    events.add(db, case_id, change, sender, now)
    file.complaint.reply, file.complaint.replied_at = words, now
    tell_reply(db, file, f"reply:{file.case.version}", now)


@events.follows("decided", "refused", history.MOVED)
def _note_answer(db: Session, happened: Happened) -> None:
    """One that is answered by another way (a program, a dossier's own page) can be opened again and
    is closed in time like the others."""
    if happened.case.status in (DECIDED, REFUSED) and happened.kind.code == TYPE:
        complaint = db.get(Complaint, happened.case.id)
        if complaint is not None:
            complaint.replied_at = happened.event.recorded_at


def tell_reply(db: Session, file: File, under: str, now: datetime) -> None:
    """Posts the answer, once under this name."""
    answered = file.complaint.replied_at
    assert answered is not None
    assert file.complaint.reply is not None
    values = {
        "tail": references.tail(file.case.reference),
        "reply": file.complaint.reply,
        "until": (answered + REOPEN_DAYS).date().isoformat(),
    }
    _tell(db, file, under, "complaint_reply", values, now)


# -- what citizens do -----------------------------------------------------------------------------


def reopen(db: Session, file: File, sender: Sender, now: datetime) -> None:
    """Its citizen does not agree: it goes to who is above, with a new day. Raises NotPossible once
    the time for it is over."""
    file = held(db, file.complaint.case_id)
    case, kind = file.case, kinds(db).types[file.case.type_id]
    assert case.id is not None
    if not file.can_reopen(now):
        raise NotPossible("the time to open it again is over")
    to = above(kind, kind.stages[0].code) or first_in_progress(kind) or kind.stages[0].code
    what = history.MOVED if case.status == DECIDED else history.REOPENED
    events.add(db, case.id, Change(what, to), sender, now)
    office = db.get_one(Office, case.office_id)
    days = kind.stage(to).days or answer_days(kind)
    file.complaint.promised = workdays.after(case.since, days, events.closed_days(office))
    file.complaint.rating = None
    _is_told(case)


def accept(db: Session, file: File, rating: int | None, sender: Sender, now: datetime) -> None:
    """Its citizen has had their answer, and says how they found it, from 1 to 5, if they do."""
    file = held(db, file.complaint.case_id)
    file.complaint.rating = rating or file.complaint.rating
    if file.case.status == DECIDED:
        close(db, file.case, sender, now)


def close(db: Session, case: Case, sender: Sender, now: datetime) -> None:
    """Raises NotPossible for one that is closed."""
    assert case.id is not None
    events.add(db, case.id, Change("handed_over"), sender, now)
    _is_told(case)


def close_answered(db: Session, case_id: int, sender: Sender, now: datetime) -> None:
    """Its citizen has said that the answer will do. Raises NotPossible for one without answer."""
    file = held(db, case_id)
    if file.case.status != DECIDED:
        raise NotPossible("it has no answer that one could agree with")
    close(db, file.case, sender, now)


# -- finding them ---------------------------------------------------------------------------------


def find(db: Session, case_id: int) -> File:
    """Raises LookupError for what is no complaint."""
    complaint = db.get(Complaint, case_id)
    if complaint is None:
        raise LookupError("no such complaint")
    return File(db.get_one(Case, case_id), complaint)


def of_citizen(db: Session, citizen_id: int, now: datetime) -> list[File]:
    """Those that still concern this citizen: open, or answered and not too long ago. The latest
    first."""
    query = (
        select(Case, Complaint)
        .join(Complaint, col(Case.id) == col(Complaint.case_id))
        .where(Case.citizen_id == citizen_id, Case.status != HANDED_OVER)
    )
    found = [File(*row) for row in db.exec(query.order_by(col(Case.id).desc()))]
    return [file for file in found if file.is_open or file.can_reopen(now)]


def held(db: Session, case_id: int) -> File:
    """The same, as it is once all others who move it are done; they wait for this transaction."""
    case = db.get_one(Case, case_id, with_for_update=True, populate_existing=True)
    return File(case, find(db, case_id).complaint)


def to_close(db: Session, now: datetime) -> list[int]:
    """Those whose citizens have not asked within ten days to open them again."""
    query = (
        select(Complaint.case_id)
        .join(Case, col(Case.id) == col(Complaint.case_id))
        .where(Case.status == DECIDED, col(Complaint.replied_at) <= now - REOPEN_DAYS)
    )
    return list(db.exec(query.order_by(col(Complaint.case_id))))


def _move(db: Session, case_id: int, to: str, sender: Sender, now: datetime) -> None:
    file = held(db, case_id)
    if file.case.stage == to or not file.is_open:
        raise NotPossible(f"it can't go to {to} from {file.case.stage}")
    events.add(db, case_id, Change(history.MOVED, to), sender, now)


def _tell(
    db: Session,
    file: File,
    under: str,
    text: str,
    values: dict[str, str],
    now: datetime,
    language: str | None = None,
) -> None:
    """To its citizen, if there is one with a phone; an ordinary notice of the same is not sent."""
    _is_told(file.case)
    if file.case.citizen_id is None:
        return
    citizen = db.get_one(Citizen, file.case.citizen_id)
    spoken = citizen.language or language or current().default_language
    office = db.get_one(Office, file.case.office_id)
    office_name = translated(spoken, "offices", office.name)
    outbox.post(
        db,
        key=f"complaint:{file.case.id}:{under}",
        text=text,
        phone=citizen.phone,
        language=spoken,
        values={"office": office_name, "code": code_to_dial(db), **values},
        now=now,
        office=file.case.office_id,
    )


def _is_told(case: Case) -> None:
    """What a complaint's own SMS or screen says needs no notice of a dossier's."""
    case.told, case.tell_at = case.version, None
