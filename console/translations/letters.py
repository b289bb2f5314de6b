"""Letters outside GSM-7 in a language, folded or kept: what either costs, and what is decided."""

from dataclasses import dataclass
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

import moment
from citizens import audit
from console.pages import page
from console.sessions import me
from console.speaking import _
from console.translations import words
from console.translations.access import TRANSLATES, spoken
from database import reading, writing
from gsm.alphabet import fits_gsm7, fold
from gsm.segments import segments
from locales import made_here
from locales.catalogues import folded
from menus import translating
from menus.checks.budget import judged
from menus.commands import LAYOUTS
from menus.drawing import drawings
from menus.layouts import USUAL
from menus.source import Draft
from menus.subject import Subject
from sms.spending import price
from sms.texts import all_texts, longest_body


@dataclass(frozen=True, slots=True)
class Way:
    """Letters written in one way: `pages` of all screens, `segments` of all SMS at most; `price` of
    these SMS, one of each. `broken`: screens that would not fit the phone, each with why."""

    folded: bool
    pages: int
    segments: int
    price: Decimal | None
    currency: str
    broken: tuple[tuple[str, str], ...]


def _way(db: Session, language: str, folds: bool) -> Way:
    both = folded() | {language} if folds else folded() - {language}
    pages, broken = 0, []
    for tree in translating.standing(db):
        made = tree.live or tree.made
        subject = made.subject("tree.yaml", LAYOUTS)
        subject = Subject(subject.draft, subject.translations, both, LAYOUTS)
        if language not in subject.draft.head.languages:
            continue
        for drawing in drawings(subject, language):
            try:
                pages += len(drawing.pages(USUAL))
            except ValueError:  # told below
                pages += 1
        broken += _broken(subject, language)
    bodies = [longest_body(name, language) for name in all_texts()]
    count = sum(segments(fold(body) if folds else body).count for body in bodies)
    currency, one = price(db) or ("", None)
    total = None if one is None else one * count
    return Way(folds, pages, count, total, currency, tuple(broken))


def _broken(subject: Subject, language: str) -> list[tuple[str, str]]:
    draft: Draft = subject.draft
    found: dict[str, str] = {}
    for drawing in drawings(subject, language):
        for layout in dict.fromkeys(LAYOUTS.values()):
            verdict = judged(drawing, draft.screens[drawing.screen], layout)
            if verdict is not None and verdict.severity == "error":
                found.setdefault(drawing.screen, words.verdict(verdict))
    return list(found.items())


@page.route("/translations/<language>/letters", may=TRANSLATES)
def letters_of_language(language: str) -> ResponseReturnValue:
    return _page(language)


@page.route("/translations/<language>/letters", methods=["POST"], may=TRANSLATES)
def choose_letters_of_language(language: str) -> ResponseReturnValue:
    spoken(language)
    folds = request.form.get("letters") == "folded"
    with writing() as db:
        way = _way(db, language, folds)
        if way.broken:
            return _page(language, refused=True)
        if folds is not (language in folded()):
            made_here.choose_letters(db, language, "", folds, me().signature, moment.now())
            audit.note(db, me().signature, "translations.letters", language)
    flash(_("C'est noté. Les menus et les SMS suivent dans la seconde."), "done")
    return redirect(url_for("console.letters_of_language", language=language), 303)


def _page(language: str, refused: bool = False) -> ResponseReturnValue:
    name = spoken(language)
    with reading() as db:
        ways = [_way(db, language, folds) for folds in (True, False)]
        held = _letters(db, language)
    html = render_template(
        "translations/letters.html",
        code=language,
        name=name,
        ways=ways,
        folds=language in folded(),
        held=held,
        refused=refused,
    )
    return html, 422 if refused else 200


def _letters(db: Session, language: str) -> list[tuple[str, str]]:
    """The letters outside GSM-7 that the language's texts hold, each with how it is folded."""
    said = [longest_body(name, language) for name in all_texts()]
    for tree in translating.standing(db):
        said += [one.text for one in tree.made.book.get(language, {}).values()]
    letters = {letter for text in said for letter in text if not fits_gsm7(letter)}
    return [(letter, fold(letter)) for letter in sorted(letters) if letter.isalpha()]
