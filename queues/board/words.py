"""The words of the board and of the slip. French is the source; `say` gives them in the languages
of an office."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from locales.catalogues import SOURCE, look_up
from locales.templates import template
from locales.values import Kind, Value, Values, number, text

CONTEXT = "board"
NAMES_CONTEXT = "offices"  # names of offices and services that the catalogues know

BOARDS = "Files d'attente"
UNKNOWN = "Il n'y a pas de tableau à cette adresse."
CALLED = "Appelé maintenant"
AT = "Guichet {counter}"
RECALLED = "Rappel"
NOBODY = "Aucun appel pour le moment"
WAITING = "Personnes en attente, et durée pour qui arrive"
FULL = "Complet aujourd'hui"
NO_COUNTER = "Aucun guichet ouvert"
OPEN_COUNTERS = "Guichets ouverts : {counters}"
CLOSED = "Fermé"
OPENS = "Ouvre : {moment}"
STALE = "Sans nouvelles depuis {clock}"
SPOKEN = "Ticket {ticket}, guichet {counter}"
SOUND_ON = "Mettre le son"
SOUND_OFF = "Couper le son"
YOUR_TICKET = "Votre ticket"
AHEAD = "Devant vous : {ahead}"
WAIT = "Attente : {low}-{high} min"
APPOINTMENT = "Rendez-vous : {moment}"
BRING = "À apporter : {papers}"
FOLLOW = "Pour suivre votre tour, composez {code}"
PRINT = "Imprimer"

ALL = (
    *(BOARDS, UNKNOWN, CALLED, AT, RECALLED, NOBODY, WAITING, FULL, NO_COUNTER),
    *(OPEN_COUNTERS, CLOSED, OPENS, STALE, SPOKEN, SOUND_ON, SOUND_OFF),
    *(YOUR_TICKET, AHEAD, WAIT, APPOINTMENT, BRING, FOLLOW, PRINT),
)

KINDS: dict[str, Kind] = {
    **{name: number(999) for name in ("counter", "ahead", "low", "high")},
    **{name: text(200) for name in ("counters", "moment", "clock", "ticket", "papers", "code")},
}
# Languages in which days and months have one name only; elsewhere digits say it.
_NAMED_DAYS = {"fr": "EEEE d MMMM", "en": "EEEE d MMMM", "pt": "EEEE, d 'de' MMMM"}


@dataclass(frozen=True, slots=True)
class Line:
    """Something said, and in which language it really is: untranslated words stay French."""

    language: str
    text: str


def say(languages: Iterable[str], french: str, **values: Value) -> list[Line]:
    """In each language, in order; the same words are not said twice."""
    return _in_each(languages, french, lambda _: values)


def say_at(languages: Iterable[str], french: str, name: str, local: datetime) -> list[Line]:
    """With an hour in place of {name}, written as each language writes it."""
    return _in_each(languages, french, lambda language: {name: clock(language, local)})


def say_when(languages: Iterable[str], french: str, when: datetime, today: date) -> list[Line]:
    """With the day and the hour in place of {moment}; today's is the hour alone."""
    return _in_each(languages, french, lambda of: {"moment": moment_of(of, when, today)})


def names(languages: Iterable[str], name: str) -> list[Line]:
    """The name of an office or of a service."""
    return _distinct(_known(language, NAMES_CONTEXT, name) for language in languages)


def word(language: str, french: str, **values: Value) -> str:
    return say([language], french, **values)[0].text


def _in_each(languages: Iterable[str], french: str, values: Callable[[str], Values]) -> list[Line]:
    return _distinct(_said(language, french, values) for language in languages)


def _said(language: str, french: str, values: Callable[[str], Values]) -> Line:
    found = _known(language, CONTEXT, french)
    text = template(found.text).render(values(found.language), KINDS, found.language)
    return Line(found.language, text)


def _known(language: str, context: str, french: str) -> Line:
    found = look_up(language, context, french)
    return Line(SOURCE if found.state in ("missing", "stale") else language, found.text)


def _distinct(lines: Iterable[Line]) -> list[Line]:
    seen: dict[str, Line] = {}
    for line in lines:
        seen.setdefault(line.text, line)
    return list(seen.values())


def clock(language: str, local: datetime) -> str:
    """`9 h 41` in French, `09:41` elsewhere."""
    if language != SOURCE:
        return f"{local:%H:%M}"
    return f"{local.hour}\u00a0h\u00a0{local:%M}"


def moment_of(language: str, when: datetime, today: date) -> str:
    hour = clock(language, when)
    if when.date() == today:
        return hour
    pattern = _NAMED_DAYS.get(language)
    if pattern is None:
        return f"{when:%d/%m} {hour}"
    return f"{format_date(when.date(), pattern, locale=language)}, {hour}"


def on_paper(language: str, when: datetime) -> str:
    """A slip may be found again months later: with the year."""
    return f"{when:%d/%m/%Y}, {clock(language, when)}"
