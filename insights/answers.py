"""What surveys answer to an SMS: a bare number."""

from insights import complaints, surveys
from sms.answers import NOT_UNDERSTOOD, Asked, Reply, keyword
from sms.keywords import NUMBER


@keyword(NUMBER)
def note_answer(asked: Asked) -> Reply | None:
    """Thanked once; a number that answers nothing is not understood."""
    noted = surveys.answer(asked.db, asked.phone, int(asked.rest), asked.now)
    if noted is None:
        return NOT_UNDERSTOOD
    complaints.note_last(asked.db, asked.phone)
    return Reply("survey_thanks") if noted == "first" else None
