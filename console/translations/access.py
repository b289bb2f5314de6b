"""Who may translate, which languages there are, and who is who."""

from collections.abc import Mapping

from flask import abort

from console.sessions import me
from locales.catalogues import NAMES, SOURCE
from staff.models import TRANSLATOR

TRANSLATES = TRANSLATOR


def languages() -> list[str]:
    """Those that are translated into."""
    return [language for language in NAMES if language != SOURCE]


def spoken(language: str) -> str:
    """The language's own name; what is none is not there."""
    if language not in languages():
        abort(404)
    return NAMES[language]


def named(people: Mapping[str, str], signature: str) -> str:
    """A person's name; who is none of the staff (a release, a command) as they signed."""
    return people.get(signature, signature.removeprefix("cli:"))


def signature() -> str:
    return me().signature
