"""The PO files that we ship, and over them what is translated here (`locales/made_here.py`). French
is the source: what has no translation stays French."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

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
# o make different words. This is where languages begin: speakers decide otherwise at the console.
FOLDED = frozenset({"fr", "en", "wo", "ff", "ha", "sw", "pt"})


State = Literal["source", "reviewed", "draft", "stale", "missing"]


@dataclass(frozen=True, slots=True)
class Translation:
    """What is said in a language. A stale one (its French has changed) or a missing one is not
    used: the French stands in for it."""

    text: str
    state: State


@dataclass(frozen=True, slots=True)
class Overlay:
    """What was decided here: texts by language, context and French; the languages that are folded;
    and, by language and context, the texts that are written otherwise than their language."""

    texts: Mapping[tuple[str, str, str], Translation] = field(default_factory=dict)
    folded: frozenset[str] = FOLDED
    letters: Mapping[tuple[str, str], bool] = field(default_factory=dict)


_NOTHING = Overlay()
_over: Overlay | None = _NOTHING
_ask: Callable[[], object] | None = None


def lay_over(overlay: Overlay) -> None:
    """From here on this process says what the overlay says. One assignment: a dial that is on its
    way sees the one or the other."""
    global _over
    _over = overlay


def ask_first(ask: Callable[[], object]) -> None:
    """Nothing is laid over yet: before the first text is said, `ask` may do so."""
    global _over, _ask
    _over, _ask = None, ask


def _overlay() -> Overlay:
    if _over is None and _ask is not None:
        _ask()
    return _over or _NOTHING


def folded() -> frozenset[str]:
    """The languages whose letters outside GSM-7 are written with their neighbours inside it."""
    return _overlay().folded


def is_folded(language: str, context: str = "") -> bool:
    """Whether a text is: as was decided for it, else as for its language."""
    over = _overlay()
    return over.letters.get((language, context), language in over.folded)


@lru_cache
def catalogue(language: str) -> Mapping[tuple[str, str], Translation]:
    """The citizens' texts in a language, by context and French; empty where we ship none."""
    path = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        key_of(message): Translation(str(message.string), state_of(message))
        for message in messages
        if message.id
    }


def key_of(message: Message) -> tuple[str, str]:
    """Context and French."""
    return message.context or "", str(message.id)


def state_of(message: Message) -> State:
    """Fuzzy is what gettext's tools make of a text whose source has changed; a draft says so in a
    translator's comment."""
    if not message.string:
        return "missing"
    if message.fuzzy:
        return "stale"
    is_draft = any(comment.startswith("draft") for comment in message.user_comments)
    return "draft" if is_draft else "reviewed"


def look_up(language: str, context: str, french: str) -> Translation:
    """The text in the language, with its state; the French where there is none that may be used."""
    if language == SOURCE:
        return Translation(french, "source")
    over = _over if _over is not None else _overlay()
    found = over.texts.get((language, context, french))
    if found is None:
        found = catalogue(language).get((context, french))
    if found is None:
        return Translation(french, "missing")
    if found.state in ("stale", "missing"):
        return Translation(french, found.state)
    return found


def translated(language: str, context: str, french: str) -> str:
    """The text in the language, where it stands in this context; else the French itself."""
    return look_up(language, context, french).text
