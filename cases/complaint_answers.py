"""What complaints answer to an SMS: PLAINTE, with an office and some words, or the number of an
answer that will not do."""

import re

from cases import complaints, references
from cases.complaining import SENDER
from cases.complaints import File, Made, NotHere, TooMany
from cases.history import NotPossible
from citizens.directory import find, find_or_add
from locales.catalogues import translated
from queues import written
from queues.overview import overview
from sms.answers import Asked, Reply, keyword
from sms.keywords import COMPLAIN

_NUMBER = re.compile(r"[\s\W]*(?:n[°o]?\s*)?((?:\d[\s.\-]*){4}|(?:\d[\s.\-]*){10})\W*", re.ASCII)


@keyword(COMPLAIN)
def complain(asked: Asked) -> Reply | None:
    """A number alone is that of a complaint whose answer will not do. Else it is of the office that
    is named, or where one had a ticket within a week; its own SMS is the answer."""
    again = _answered(asked)
    if again is not None:
        return _reopen(asked, again)
    office_id = _office(asked)
    if office_id is None:
        return Reply("complaint_which_office", {"example": _example(asked)})
    citizen = find_or_add(asked.db, asked.phone)
    made = Made("other", office_id, citizen, asked.rest, language=asked.language)
    try:
        complaints.open_complaint(asked.db, made, SENDER, asked.now, asked.code)
    except TooMany:
        return Reply("complaint_too_many")
    except NotHere:
        return Reply("complaint_not_here")
    return None


def _answered(asked: Asked) -> File | None:
    found = _NUMBER.fullmatch(asked.rest)
    citizen = find(asked.db, asked.phone)
    if found is None or citizen is None or citizen.id is None:
        return None
    typed = "".join(sign for sign in found[1] if sign.isdecimal())
    for file in complaints.of_citizen(asked.db, citizen.id, asked.now):
        if file.can_reopen(asked.now) and file.case.reference.endswith(typed):
            return file
    return None


def _reopen(asked: Asked, file: File) -> Reply:
    try:
        complaints.reopen(asked.db, file, SENDER, asked.now)
    except NotPossible:
        return Reply("not_understood")
    office = overview(asked.now).office(file.case.office_id).place.office
    return Reply(
        "complaint_reopened",
        {
            "tail": references.tail(file.case.reference),
            "office": translated(asked.language, "offices", office.name),
            "promised": file.complaint.promised.isoformat(),
        },
    )


def _office(asked: Asked) -> int | None:
    """That is named first, or where one was last; there is no doubt where there is only one."""
    known = [live.place.office for live in overview(asked.now).offices]
    named = written.wanted(
        asked.rest,
        [
            written.Office(one.code, one.name, translated(asked.language, "offices", one.name), {})
            for one in known
        ],
    ).office
    if named is not None:
        return next(one.id for one in known if one.code == named.code)
    citizen = find(asked.db, asked.phone)
    if citizen is not None and citizen.id is not None:
        visit = complaints.last_ticket(asked.db, citizen.id, asked.now)
        if visit is not None:
            return visit.office_id
    return known[0].id if len(known) == 1 else None


def _example(asked: Asked) -> str:
    for live in overview(asked.now).offices:
        return live.place.office.code.upper()
    return "MAIRIE"
