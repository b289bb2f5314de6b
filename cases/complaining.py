"""What menus can do with complaints: make one, see one's own, answer to an answer."""

from datetime import date, datetime, timedelta

from sqlmodel import col, select

from cases import complaints, references
from cases.complaints import File, Made, NotHere, TooMany
from cases.events import CITIZEN, Sender
from cases.history import NotPossible
from cases.models import SHOWN, Case, CaseReading
from cases.statuses import DECIDED, REFUSED
from citizens.directory import find, find_or_add
from database.sealing import fingerprints
from locales.catalogues import translated
from locales.values import DATE, REFERENCE, number, plain, text
from menus import words as platform_words
from menus.actions import Context, Item, Outcome, action, chosen, source
from menus.entries import check
from queues.overview import overview

SENDER = Sender(CITIZEN)
_SKIP = "1"  # typed instead of words
_A_DAY = timedelta(days=1)

# How a complaint stands in a list, beside the tail of its reference.
OPEN, LATE, ANSWERED = "en cours", "en retard", "répondue"
STANDINGS = (OPEN, LATE, ANSWERED)
CONTEXT = "complaints"

_ID = {"complaint": chosen("cases.my_complaints")}
_SEEN = {"tail": plain(4), "case_office": text(22)}
_MADE = {
    "opened": {"reference": REFERENCE, "case_office": text(22), "promised": DATE},
    "too_many": {},
    "not_here": {},
}


@check(
    "complaint",
    least=1,
    most=complaints.MOST_WORDS,
    kind=text(complaints.MOST_WORDS),
    complaint=platform_words.WRONG_TEXT,
    sample="Exemple",
)
def words_entry(entry: str, least: int, most: int) -> str | None:
    """Words of one's own, or a digit to pass."""
    kept = " ".join(entry.split())
    return kept if least <= len(kept) <= most and kept.isprintable() else None


@source("cases.complaint_offices")
def complaint_offices(context: Context) -> list[Item]:
    """The offices that one may complain of."""
    offices = (live.place.office for live in overview(context.now).offices)
    return [Item(str(one.id), translated(context.language, "offices", one.name)) for one in offices]


@action(
    "cases.complain",
    parameters={
        "category": text(20),
        "complaint_office": chosen("cases.complaint_offices"),
        "words": text(complaints.MOST_WORDS),
    },
    outcomes=_MADE,
    binding=True,
)
def complain(context: Context, category: str, complaint_office: str, words: str) -> Outcome:
    """Opens a complaint of an office; the last ticket there within a week goes with it."""
    return _open(context, category, int(complaint_office), words)


@action(
    "cases.complain_of_case",
    parameters={
        "category": text(20),
        "reference": REFERENCE,
        "words": text(complaints.MOST_WORDS),
    },
    outcomes={**_MADE, "not_yours": {}},
    binding=True,
)
def complain_of_case(context: Context, category: str, reference: str, words: str) -> Outcome:
    """Opens a complaint of a dossier that this phone was shown today, at that dossier's office."""
    case = _shown(context, reference)
    if case is None:
        return Outcome("not_yours")
    return _open(context, category, case.office_id, words, case.id)


def _open(
    context: Context, category: str, office_id: int, words: str, about_case_id: int | None = None
) -> Outcome:
    citizen = find_or_add(context.db, context.phone)
    said = "" if words.strip() == _SKIP else words
    made = Made(category, office_id, citizen, said, about_case_id, context.language)
    try:
        file = complaints.open_complaint(
            context.db, made, SENDER, context.now, context.service_code
        )
    except TooMany:
        return Outcome("too_many")
    except NotHere:
        return Outcome("not_here")
    return Outcome(
        "opened",
        {
            "reference": file.case.reference,
            "case_office": _office(context, file),
            "promised": file.complaint.promised.isoformat(),
        },
    )


def _shown(context: Context, reference: str) -> Case | None:
    """The dossier, where this phone has read it within a day: by its number, or with a PIN."""
    query = (
        select(Case)
        .join(CaseReading, col(CaseReading.case_id) == col(Case.id))
        .where(
            Case.reference == reference,
            col(CaseReading.phone_hash).in_(fingerprints(context.phone)),
            CaseReading.outcome == SHOWN,
            CaseReading.at > context.now - _A_DAY,
        )
    )
    return context.db.exec(query.limit(1)).first()


# -- one's own ------------------------------------------------------------------------------------


@source("cases.my_complaints", most=20)
def my_complaints(context: Context) -> list[Item]:
    """The complaints of this phone that are open, or answered within ten days."""
    return [Item(str(file.case.id), _line(context, file)) for file in _mine(context)]


def _line(context: Context, file: File) -> str:
    standing = OPEN if file.is_open else ANSWERED
    if file.is_late(_today(context, file)):
        standing = LATE
    said = translated(context.language, CONTEXT, standing)
    return f"{references.tail(file.case.reference)} : {said}"


@action(
    "cases.complaint",
    parameters=_ID,
    outcomes={
        "open": {**_SEEN, "promised": DATE},
        "late": {**_SEEN, "promised": DATE},
        "answered": {**_SEEN, "answered_on": DATE, "until": DATE},
        "gone": {},
    },
    writes=False,
)
def complaint(context: Context, complaint: str) -> Outcome:
    """How a complaint of this phone's stands, and by when there is an answer."""
    file = _one(context, complaint)
    if file is None:
        return Outcome("gone")
    seen = {"tail": references.tail(file.case.reference), "case_office": _office(context, file)}
    answered = file.complaint.replied_at
    if file.case.status in (DECIDED, REFUSED) and answered is not None:
        until = answered + complaints.REOPEN_DAYS
        days = {"answered_on": _day(answered), "until": _day(until)}
        return Outcome("answered", {**seen, **days})
    name = "late" if file.is_late(_today(context, file)) else "open"
    return Outcome(name, {**seen, "promised": file.complaint.promised.isoformat()})


@action(
    "cases.reopen_complaint",
    parameters=_ID,
    outcomes={"reopened": {**_SEEN, "promised": DATE}, "over": {}},
)
def reopen_complaint(context: Context, complaint: str) -> Outcome:
    """Who does not agree with an answer has it opened again, within ten days."""
    file = _one(context, complaint)
    if file is None:
        return Outcome("over")
    try:
        complaints.reopen(context.db, file, SENDER, context.now)
    except NotPossible:
        return Outcome("over")
    return Outcome(
        "reopened",
        {
            "tail": references.tail(file.case.reference),
            "case_office": _office(context, file),
            "promised": file.complaint.promised.isoformat(),
        },
    )


@action(
    "cases.accept_answer",
    parameters={**_ID, "rating": number(5)},
    outcomes={"noted": {}},
)
def accept_answer(context: Context, complaint: str, rating: str) -> Outcome:
    """Closes a complaint whose answer will do, and notes how it was found, from 1 to 5 (0: no
    word)."""
    file = _one(context, complaint)
    if file is not None and not file.is_open:
        complaints.accept(context.db, file, int(rating) or None, SENDER, context.now)
    return Outcome("noted")


@action("cases.answer_again", parameters=_ID, outcomes={"sent": {}, "gone": {}})
def answer_again(context: Context, complaint: str) -> Outcome:
    """Sends the answer once more, once a day at most."""
    file = _one(context, complaint)
    if file is None or file.is_open or file.complaint.reply is None:
        return Outcome("gone")
    complaints.tell_reply(context.db, file, f"again:{context.now:%Y%m%d}", context.now)
    return Outcome("sent")


def _mine(context: Context) -> list[File]:
    citizen = find(context.db, context.phone)
    if citizen is None or citizen.id is None:
        return []
    return complaints.of_citizen(context.db, citizen.id, context.now)


def _one(context: Context, chosen_id: str) -> File | None:
    return next((file for file in _mine(context) if str(file.case.id) == chosen_id), None)


def _office(context: Context, file: File) -> str:
    office = overview(context.now).office(file.case.office_id).place.office
    return translated(context.language, "offices", office.name)


def _today(context: Context, file: File) -> date:
    return overview(context.now).office(file.case.office_id).local.date()


def _day(at: datetime) -> str:
    return at.date().isoformat()
