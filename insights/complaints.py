"""How the answer to a complaint was found: asked once it is closed, unless that was said already.

The survey holds it under `complaint:<id>`, the complaint itself as `rating`.
"""

from typing import Final

from sqlmodel import Session

from cases.complaints import TYPE
from cases.events import Happened, follows
from cases.models import Complaint
from citizens.models import Citizen
from database.sealing import fingerprint
from insights import surveys
from insights.models import Survey
from settings import current

_SCALE: Final = 5
_ABOUT: Final = "complaint:"


@follows("handed_over")
def ask(db: Session, happened: Happened) -> None:
    """Who has rated the answer as they closed the complaint is not asked again."""
    case = happened.case
    if happened.kind.code != TYPE or case.citizen_id is None:
        return
    complaint = db.get_one(Complaint, case.id)
    citizen = db.get_one(Citizen, case.citizen_id)
    subject = f"{_ABOUT}{case.id}"
    if complaint.rating is None:
        spoken = citizen.language or current().default_language
        now = happened.event.at
        surveys.ask(
            *(db, citizen.phone, spoken),
            subject=subject,
            scale=_SCALE,
            now=now,
            office=case.office_id,
        )
        return
    db.add(
        Survey(
            phone=citizen.phone,
            phone_hash=fingerprint(citizen.phone),
            subject=subject,
            scale=_SCALE,
            asked_at=happened.event.at,
            answer=complaint.rating,
            answered_at=happened.event.at,
        )
    )


def is_about_one(survey: Survey) -> bool:
    return survey.subject.startswith(_ABOUT)


def note(db: Session, survey: Survey) -> None:
    """What was answered stands with the complaint, too."""
    if is_about_one(survey):
        complaint = db.get(Complaint, int(survey.subject.removeprefix(_ABOUT)))
        if complaint is not None:
            complaint.rating = survey.answer


def note_last(db: Session, phone: str) -> None:
    """The same for the answer that just came by SMS."""
    survey = surveys.last(db, phone)
    if survey is not None:
        note(db, survey)
