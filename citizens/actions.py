"""What menus can do with a citizen."""

from citizens.directory import keep_language
from citizens.phones import local
from locales.values import LANGUAGE, PHONE
from menus import words
from menus.actions import FIRST_DIAL, Context, Outcome, action
from menus.entries import check
from settings import current


@check(
    "phone",
    least=8,
    most=15,
    kind=PHONE,
    complaint=words.WRONG_PHONE,
    sample="770000001",
)
def phone_entry(entry: str, least: int, most: int) -> str | None:
    """A phone number of this country or any other, as E.164."""
    try:
        number = local(entry, current().country_prefix)
    except ValueError:
        return None
    return number if least <= len(number) - 1 <= most else None


@action(
    "citizens.choose_language",
    parameters={"language": LANGUAGE},
    outcomes={"chosen": {}},
    repeatable=True,
)
def choose_language(context: Context, language: str) -> Outcome:
    """Remembers the language; this session goes on in it at once."""
    keep_language(context.db, context.phone, language)
    return Outcome("chosen", language=language, facts={FIRST_DIAL: False})
