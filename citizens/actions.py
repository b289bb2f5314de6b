"""What menus can do with a citizen."""

from citizens.directory import find_or_add
from menus.actions import FIRST_DIAL, Context, Outcome, action


@action("citizens.choose_language", parameters=("language",), outcomes={"chosen": {}})
def choose_language(context: Context, language: str) -> Outcome:
    """Remembers the language; this session goes on in it at once."""
    find_or_add(context.db, context.phone).language = language
    return Outcome("chosen", language=language, facts={FIRST_DIAL: False})
