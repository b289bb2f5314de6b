"""What menus can do with surveys: a question at the next dial."""

from insights import complaints, surveys
from locales.values import number
from menus.actions import Context, Outcome, action, fact

_SCALE = 5


@fact("to_rate")
def to_rate(context: Context) -> bool:
    """Those who were asked how it went, and have not said."""
    return surveys.open_question(context.db, context.phone, context.now) is not None


@action(
    "insights.what_to_rate",
    outcomes={"visit": {}, "answer": {}, "nothing": {}},
    writes=False,
)
def what_to_rate(context: Context) -> Outcome:
    """What the open question is about: a visit, or the answer to a complaint."""
    survey = surveys.open_question(context.db, context.phone, context.now)
    if survey is None:
        return Outcome("nothing")
    return Outcome("answer" if complaints.is_about_one(survey) else "visit")


@action("insights.rate", parameters={"rating": number(_SCALE)}, outcomes={"noted": {}})
def rate(context: Context, rating: str) -> Outcome:
    """Notes how it went, from 1 to 5; 0 for those who would rather not say."""
    survey = surveys.open_question(context.db, context.phone, context.now)
    if survey is not None:
        survey.scale = _SCALE
        survey.answer = int(rating) or None
        survey.answered_at = context.now
        complaints.note(context.db, survey)
    return Outcome("noted", facts={"to_rate": False})
