"""What dossiers answer to an SMS: STATUT, with or without a reference.

As on a screen: a dossier is told on the phone that it names or to who has a mandate for it, and on
no other; one that is opened by its PIN is told on none. There, a reference that exists and one that
does not get the same answer: dial, where the PIN is asked for.
"""

from cases import reading, references, standing
from cases.telling import telling
from sms.answers import Asked, Reply, keyword
from sms.keywords import STATUS, reference_in


@keyword(STATUS)
def status(asked: Asked) -> Reply:
    reference = reference_in(asked.rest)
    if reference is None:
        reference = _only_one(asked)
    if reference is None or not references.is_valid(reference):
        return Reply("status_which")
    one = reading.without_pin(asked.db, asked.phone, reference, asked.now)
    if one is None or one.asks_pin:
        return Reply("status_elsewhere")
    told = telling(standing.see(asked.db, one.case, asked.language, asked.now), asked.code)
    return Reply(told.text, told.values)


def _only_one(asked: Asked) -> str | None:
    """Who has one dossier means that one; digits that are no reference were meant to be one."""
    cases = reading.cases_of(asked.db, asked.phone)
    is_one = len(cases) == 1 and not any(sign.isdecimal() for sign in asked.rest)
    return cases[0].reference if is_one else None
