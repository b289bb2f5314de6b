"""What dossiers answer to an SMS: STATUT, with or without a reference.

As on a screen: a dossier is told on the phone that it names and on no other. There, a reference
that exists and one that does not get the same answer: dial, where the PIN is asked for.
"""

from cases import reading, references
from cases.models import Case
from cases.phrases import SHORT
from locales.catalogues import translated
from queues.overview import overview
from sms.answers import Asked, Reply, keyword
from sms.keywords import STATUS, reference_in


@keyword(STATUS)
def status(asked: Asked) -> Reply:
    reference = reference_in(asked.rest)
    if reference is None:
        return _without_reference(asked)
    if not references.is_valid(reference):
        return Reply("status_which")
    case = reading.on_own_phone(asked.db, asked.phone, reference, asked.now)
    return _told(asked, case) if case else Reply("status_elsewhere")


def _without_reference(asked: Asked) -> Reply:
    """Who has one dossier means that one; digits that are no reference were meant to be one."""
    cases = reading.cases_of(asked.db, asked.phone)
    if len(cases) != 1 or any(sign.isdecimal() for sign in asked.rest):
        return Reply("status_which")
    reading.on_own_phone(asked.db, asked.phone, cases[0].reference, asked.now)
    return _told(asked, cases[0])


def _told(asked: Asked, case: Case) -> Reply:
    office = overview(asked.now).office(case.office_id).place.office
    return Reply(
        "status",
        {
            "tail": references.tail(case.reference),
            "status": translated(asked.language, "status", SHORT[case.status]),
            "since": case.since.isoformat(),
            "office": translated(asked.language, "offices", office.name),
        },
    )
