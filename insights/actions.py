"""What menus can do with surveys: a question at the next dial."""

from insights import surveys
from locales.values import number
from menus.actions import Context, Outcome, action, fact

_SCALE = 5


@fact("to_rate")
def to_rate(context: Context) -> bool:
    """Those who were asked how it went, and have not said."""
    return surveys.open_question(context.db, context.phone, context.now) is not None


@action("insights.rate", parameters={"rating": number(_SCALE)}, outcomes={"noted": {}})
def rate(context: Context, rating: str) -> Outcome:
    """Notes how it went, from 1 to 5; 0 for those who would rather not say."""
    survey = surveys.open_question(context.db, context.phone, context.now)
    if survey is not None:
        survey.scale = _SCALE
        survey.answer = int(rating) or None
        survey.answered_at = context.now
    return Outcome("noted", facts={"to_rate": False})
