"""How many forms a word has beside a number, and which one: CLDR's plural rules, through Babel.

French counts 0 and 1 alike, English only 1; after a number a Wolof or Bambara noun never changes.
Of CLDR's categories those count that numbers below a thousand need ("many" of French and Portuguese
begins at a million): citizens meet no other.
"""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

_ORDER = ("zero", "one", "two", "few", "many", "other")
_SEEN = range(1000)


@lru_cache
def is_known(language: str) -> bool:
    """Whether CLDR knows how this language counts."""
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return False
    return True


@lru_cache
def categories(language: str) -> tuple[str, ...]:
    """The categories of a language, in the order in which a text gives its forms: one, other."""
    rule = Locale.parse(language).plural_form
    return tuple(name for name in _ORDER if name in {rule(number) for number in _SEEN})


def form(language: str, number: int, forms: tuple[str, ...]) -> str:
    """The one of a text's forms that stands beside this number; the last where there are fewer."""
    category = Locale.parse(language).plural_form(number)
    names = categories(language)
    index = names.index(category) if category in names else len(names) - 1
    return forms[min(index, len(forms) - 1)]
