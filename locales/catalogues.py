"""Reads the PO files that we ship. French is the source: what has no translation stays French."""

import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent
SOURCE = "fr"
DOMAIN = "citizen"

# Each language in its own words, as offered to those who choose.
NAMES = {
    "fr": "Français",
    "en": "English",
    "wo": "Wolof",
    "ff": "Pulaar",
    "bm": "Bamanankan",
    "ha": "Hausa",
    "sw": "Kiswahili",
    "pt": "Português",
}

# Languages whose letters outside GSM-7 are written with their neighbours inside it (ŋ as ng), as
# services on the air do: Tostan's SMS in Wolof and Pulaar, the Hausa press, French on every phone.
# A text in UCS-2 has room for 70 letters instead of 160. Bambara keeps its letters: ɛ and e, ɔ and
# o make different words. A speaker may decide otherwise, here; `flask locales status` shows both
# costs.
FOLDED = frozenset({"fr", "en", "wo", "ff", "ha", "sw", "pt"})


@lru_cache
def catalogue(language: str) -> NullTranslations:
    """The citizens' texts in a language; an empty one where we ship none."""
    path = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)  # keeps no fuzzy message, as gettext's own tools
    compiled.seek(0)
    return Translations(compiled)


def translated(language: str, context: str, text: str) -> str:
    """The text in the language, where it stands in this context; else the text itself."""
    return str(catalogue(language).pgettext(context, text))
