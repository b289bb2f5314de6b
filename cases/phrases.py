"""How a dossier stands, in a citizen's words: for lists, screens and SMS. Pure.

listed("fr", "7889", READY)     "7889 : prêt"
by("fr", "Un SMS suivra", day)  "Un SMS suivra, avant le 30/11/2026"

What an agency says in its own words (of a stage, a paper, a reason) is data, in French.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from cases.statuses import (
    DECIDED,
    DOCUMENTS_MISSING,
    HANDED_OVER,
    IN_PROGRESS,
    READY,
    RECEIVED,
    REFUSED,
)
from locales.catalogues import translated
from locales.templates import template
from locales.values import AMOUNT, DATE, MOMENT, number, plain, text
from queues.hours import Calendar, written_hours
from queues.phrases import DAYS, WEEKDAYS

STATUS: Final = "status"  # context of the catalogues
PROCEDURES: Final = "procedures"

# How a status reads in a list, beside the tail of the reference.
SHORT: Final = {
    RECEIVED: "reçu",
    DOCUMENTS_MISSING: "à compléter",
    IN_PROGRESS: "en cours",
    DECIDED: "décidé",
    READY: "prêt",
    HANDED_OVER: "remis",
    REFUSED: "refusé",
}
# What comes next, where the agency says nothing of it.
NEXT: Final = {
    RECEIVED: "Un SMS suivra",
    IN_PROGRESS: "Un SMS suivra",
    DECIDED: "Un SMS suivra",
}
BY_PIN: Final = "{tail} : code PIN"
FOR_ANOTHER: Final = "{line} (autre)"
UNTIL: Final = "{next}, avant le {day}"
BEFORE: Final = "avant le {day}"
SOON: Final = "dès que possible"
MEET: Final = "Rendez-vous le {moment}"
NOTHING_ELSE: Final = "{price}, rien d'autre"
NOTHING: Final = "Rien à payer"
ASK: Final = "demandez au bureau"
PRICE_UNKNOWN: Final = "Prix : demandez au bureau"
APPEAL: Final = "au bureau, avec votre reçu"
PAPERS: Final = "{count} {count|papier|papiers}"
OFFICES: Final = "{count} {count|bureau|bureaux}"
OR: Final = " ou "
FRESH: Final = "{paper} (moins de {count} mois)"
ONE: Final = "dossier {tail}"
ALL: Final = "tous les dossiers"
# Reasons of a refusal that tell nothing of the matter: an SMS says these, and no other.
REASONS: Final = (
    "dossier incomplet",
    "papier non valable",
    "hors délai",
    "conditions non remplies",
    "mauvais bureau",
    "demande faite deux fois",
)
# By what the competent office is found, where several offer the same.
PLACES: Final = {
    "birth": "au lieu de naissance",
    "residence": "au lieu où vous habitez",
    "event": "au lieu de l'événement",
    "any": "au bureau de votre choix",
}
PHRASES: Final = (
    *(BY_PIN, FOR_ANOTHER, UNTIL, BEFORE, SOON, MEET),
    *(NOTHING_ELSE, NOTHING),
    *(ASK, PRICE_UNKNOWN, APPEAL, PAPERS, OFFICES, OR, FRESH, ONE, ALL),
    *dict.fromkeys((*NEXT.values(), *REASONS, *PLACES.values())),
)

TAIL: Final = plain(4)
OFFICE: Final = text(22)
TOLD: Final = plain(40)
NEXT_STEP: Final = plain(81)  # 60, and the date
DOCUMENTS: Final = plain(60)
IN_TIME: Final = plain(22)
PRICE: Final = plain(30)
HOURS: Final = plain(40)
KINDS: Final = {
    "tail": TAIL,
    "line": plain(30),
    "next": plain(60),
    "day": DATE,
    "moment": MOMENT,
    "price": AMOUNT,
    "count": number(120),
    "paper": plain(160),
}


def say(language: str, phrase: str, **values: int | str) -> str:
    written = template(translated(language, STATUS, phrase))
    return written.render(values, KINDS, language)


def named(language: str, french: str) -> str:
    """Words of an agency's, where the catalogues know them."""
    return translated(language, PROCEDURES, french)


def listed(language: str, tail: str, status: str) -> str:
    return f"{tail} : {translated(language, STATUS, SHORT[status])}"


def until(language: str, what: str, day: date | None, today: date) -> str:
    """What comes next, and by when, unless that is past: a promise that was not kept is none."""
    if day is None or day < today:
        return what
    return say(language, UNTIL, next=what, day=day.isoformat())


def in_time(language: str, due: date | None, today: date) -> str:
    """By when a citizen has to act."""
    if due is None or due < today:
        return say(language, SOON)
    return say(language, BEFORE, day=due.isoformat())


def meet(language: str, moment: datetime) -> str:
    """`moment` is in the office's zone."""
    return say(language, MEET, moment=moment.isoformat())


def price(language: str, fee: int | None) -> str:
    """The exact price, F CFA."""
    if fee is None:
        return say(language, PRICE_UNKNOWN)
    return say(language, NOTHING_ELSE, price=fee) if fee else say(language, NOTHING)


def in_words(language: str, names: Iterable[str], most: int, counted: str = PAPERS) -> str:
    """`CNI, 2 témoins`; where that is longer than `most`, how many they are."""
    all_names = [named(language, one) for one in names]
    words = ", ".join(all_names)
    return words if len(words) <= most else say(language, counted, count=len(all_names))


def opening(language: str, calendar: Calendar, local: datetime) -> str:
    """The hours of the next day on which it opens: `lundi 08:00-13:00 14:00-17:00`. By the weekday,
    since an SMS may be read tomorrow; empty where it does not open within a week."""
    for number_of_days in range(7):
        day = date.fromordinal(local.date().toordinal() + number_of_days)
        minute = local.hour * 60 + local.minute if number_of_days == 0 else 0
        spans = [one for one in calendar.spans(day) if one[1] > minute]
        if spans:
            weekday = translated(language, DAYS, WEEKDAYS[day.weekday()])
            return f"{weekday} {written_hours(spans[:2])}"
    return ""
