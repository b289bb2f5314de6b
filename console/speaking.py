"""The language of a page, and its words: `_("Enregistrer")`, `ngettext(...)`, in Python as in
templates. `N_("…")` marks words that are looked up later, where they are shown: in templates by
`|said`, since there `_` takes its text for markup: constants only."""

from typing import Any, Final

from flask import g, request

from console.sessions import who
from locales.console import translations
from staff.models import ADMINISTRATOR, AGENT, LANGUAGES, MANAGER, TRANSLATOR

NAMES: Final = {"fr": "Français", "en": "English"}


def language() -> str:
    """Of who has signed in; else the one asked for (`?lang=en`), else the browser's."""
    if "language" not in g:
        staff = who()
        asked = request.args.get("lang")
        if staff is not None:
            g.language = staff.language
        elif asked in LANGUAGES:
            g.language = asked
        else:
            g.language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    found: str = g.language
    return found


def _(french: str, **values: Any) -> str:
    said = translations(language()).gettext(french)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    return plural(one, many, num) % {"num": num, **values}


def plural(one: str, many: str, num: int) -> str:
    """As templates want it: `{% trans num=3 %}…{% pluralize %}…{% endtrans %}`."""
    return translations(language()).ngettext(one, many, num)


def pgettext(context: str, french: str) -> str:
    return translations(language()).pgettext(context, french)


def npgettext(context: str, one: str, many: str, num: int) -> str:
    return translations(language()).npgettext(context, one, many, num)


def N_(french: str) -> str:
    return french


ROLE_NAMES: Final = {
    AGENT: N_("Agent"),
    MANAGER: N_("Responsable"),
    ADMINISTRATOR: N_("Administrateur"),
    TRANSLATOR: N_("Traducteur"),
}
