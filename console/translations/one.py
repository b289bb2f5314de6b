"""One text in one language: its French, what it may hold, the field, the phone, what is said of it.

Saving goes on to the next text that needs work, as the list was filtered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

import moment
from citizens import audit
from console.forms import Form, asks
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from console.translations import judging, saving, words
from console.translations.access import TRANSLATES, named, spoken
from console.translations.judging import Judged
from console.translations.pages import Filters, after, listed
from console.translations.shelf import Entry, Shelf, load
from database import reading, writing
from gsm.alphabet import normalise
from locales import made_here
from locales.catalogues import NAMES, folded, is_folded
from locales.changes import difference
from locales.glossary import terms
from locales.made_here import Text
from locales.models import TranslationComment
from locales.templates import template
from menus.versions import Refused
from staff.directory import display_names

# Letters that an ordinary keyboard lacks.
LETTERS = {
    "wo": "ëŋñàéó",
    "ff": "ɓɗŋƴñ",
    "bm": "ɛɔɲŋ",
    "ha": "ɓɗƙƴ",
    "pt": "áâãçéêíóôõú",
}


class Saying(Form):
    text = TextAreaField(
        validators=[
            InputRequired(N_("Écrivez la traduction.")),
            Length(max=1000, message=N_("1 000 signes au plus.")),
        ]
    )
    seen = HiddenField()
    native = BooleanField()
    in_use = BooleanField()


class Comment(Form):
    words = TextAreaField(
        validators=[
            InputRequired(N_("Écrivez votre commentaire.")),
            Length(max=1000, message=N_("1 000 signes au plus.")),
        ]
    )


@dataclass(frozen=True, slots=True)
class Place:
    """The text at hand, and the texts around it."""

    shelf: Shelf
    entries: list[Entry]
    entry: Entry


def _place(db: Session, language: str, item: str) -> Place:
    spoken(language)
    shelf = load(db)
    entries = shelf.entries(db, language)
    entry = next((one for one in entries if one.item.id == item), None)
    if entry is None:
        abort(404)
    return Place(shelf, entries, entry)


@page.route("/translations/<language>/<item>", may=TRANSLATES)
def translation(language: str, item: str) -> ResponseReturnValue:
    with reading() as db:
        place = _place(db, language, item)
        form = Saying(text=place.entry.text, seen=place.entry.seen, native=language in _native())
        return _shown(db, place, language, form, Comment())


@page.route("/translations/<language>/<item>", methods=["POST"], may=TRANSLATES)
def save_translation(language: str, item: str) -> ResponseReturnValue:
    form, does = Saying(request.form), request.form.get("do", "draft")
    form.text.data = normalise((form.text.data or "").replace("\r\n", "\n").strip())
    try:
        with writing() as db:
            place = _place(db, language, item)
            if does == "look":
                form.validate()
                return _shown(db, place, language, form, Comment())
            if not (asks(form) and _holds(db, place, language, form, does == "reviewed")):
                return _shown(db, place, language, form, Comment())
            wish = saving.Wish(
                place.entry, form.text.data, does == "reviewed", bool(form.in_use.data)
            )
            saving.save(db, language, [wish], me().signature, moment.now())
    except Refused:
        form.text.errors = [
            N_("Quelqu'un a enregistré ce menu au même instant : enregistrez encore une fois.")
        ]
        with reading() as db:
            return _shown(db, _place(db, language, item), language, form, Comment())
    _remember(language, bool(form.native.data))
    return _on(language, item)


def _holds(db: Session, place: Place, language: str, form: Saying, reviewed: bool) -> bool:
    """Whether the text may be kept; else the form says why not."""
    entry, text = place.entry, form.text.data or ""
    if form.seen.data != entry.seen and text != entry.text:
        form.text.errors = [
            _(
                "Entre-temps quelqu'un a écrit : « %(text)s ». "
                "Enregistrez encore une fois pour mettre votre texte à la place.",
                text=entry.text,
            )
        ]
        form.seen.data = entry.seen
        return False
    judged = judging.judge(db, place.shelf, entry, language, text)
    problems = [words.fault(one) for one in judged.grave]
    if judged.verdict is not None and judged.verdict.severity == "error":
        before = judging.judge(db, place.shelf, entry, language, entry.text).verdict
        if before is None or before.severity != "error":
            problems.append(words.verdict(judged.verdict))
    if problems:
        form.text.errors = problems
        return False
    if reviewed and not form.native.data:
        writer = saving.writer(entry, text, me().signature)
        if writer == me().signature:
            form.native.errors = [
                N_(
                    "Vous avez écrit ce texte : une autre personne le relit, "
                    "ou cochez ici si c'est votre langue maternelle."
                )
            ]
            return False
    return True


def _on(language: str, item: str) -> ResponseReturnValue:
    """To the next text that needs work."""
    filters = Filters.asked()
    with reading() as db:
        entries = load(db).entries(db, language)
    # The one just saved may not be shown by the filter any more: its place is kept for the search.
    chosen = [one for one in entries if one.item.id == item or filters.shows(one)]
    following = after(chosen, item)
    if following is None:
        flash(_("Enregistré. Il ne reste rien à faire dans cette liste."), "done")
        return redirect(listed(language, filters), 303)
    flash(_("Enregistré. Voici le texte suivant."), "done")
    return redirect(_address(language, following.item.id, filters), 303)


def _address(language: str, item: str, filters: Filters) -> str:
    here: dict[str, Any] = {"language": language, "item": item, **filters.arguments}
    return url_for("console.translation", **here)


def _native() -> set[str]:
    return set(session.get("native", ()))


def _remember(language: str, native: bool) -> None:
    """What one speaks does not change from text to text."""
    known = _native() | {language} if native else _native() - {language}
    if known != _native():
        session["native"] = sorted(known)


# -- what the page shows --------------------------------------------------------------------------


def _shown(
    db: Session, place: Place, language: str, form: Saying, comment: Comment
) -> ResponseReturnValue:
    entry, shelf, filters = place.entry, place.shelf, Filters.asked()
    source = entry.item.text.source
    said = made_here.comments(db, language, [entry.item.text, *_older(entry)])
    known, kinds = _people(db, entry, said), judging.kinds_of(shelf, entry.item, language)
    mine = template(source).placeholders
    text = form.text.data or ""
    html = render_template(
        "translations/one.html",
        code=language,
        name=NAMES[language],
        entry=entry,
        fields=form,
        comment=comment,
        filters=filters,
        errors=list(form.text.errors),
        judged=judging.judge(db, shelf, entry, language, text) if text else Judged(()),
        fault=words.fault,
        verdict=words.verdict,
        values=[(one, words.kind(kinds[one])) for one in sorted(mine) if one in kinds],
        plurals=sorted(map(str, template(source).plurals)),
        terms=terms(language, source),
        changes=None if entry.old is None else difference(entry.old, source),
        elsewhere=_elsewhere(place),
        writer=_writer(entry, known),
        reviewer=_reviewer(entry, known),
        comments=[(named(known, one.by), one) for one in said],
        following=after(filters.chosen(place.entries), entry.item.id),
        group=words.group_name(entry.item.group),
        states=words.STATE_NAMES,
        letters=LETTERS.get(language, ""),
        folds=language in folded(),
        choice=_choice(language, entry),
    )
    return html, 422 if form.errors or comment.errors else 200


def _older(entry: Entry) -> list[Text]:
    """The text that it was before its French changed."""
    text = entry.item.text
    return [] if entry.old is None else [Text(text.place, text.context, entry.old)]


def _people(db: Session, entry: Entry, said: list[TranslationComment]) -> dict[str, str]:
    """Who has to do with the text, by what signs for them."""
    row = entry.row
    wrote = [] if row is None else [row.by, row.reviewed_by]
    return display_names(db, [one for one in (*wrote, *(one.by for one in said)) if one])


def _elsewhere(place: Place) -> list[str]:
    """How the same French is said at other places."""
    mine = place.entry
    return sorted(
        {
            one.text
            for one in place.entries
            if one.item.text.source == mine.item.text.source and one.text and one is not mine
        }
        - {mine.text}
    )


def _writer(entry: Entry, known: Mapping[str, str]) -> str | None:
    return named(known, entry.row.by) if entry.row is not None and entry.row.by else None


def _reviewer(entry: Entry, known: Mapping[str, str]) -> str | None:
    row = entry.row
    return named(known, row.reviewed_by) if row is not None and row.reviewed_by else None


def _choice(language: str, entry: Entry) -> str:
    """How this SMS's letters are written: as its language's, kept or folded."""
    decided = is_folded(language, entry.item.text.context)
    if decided is (language in folded()):
        return ""
    return "folded" if decided else "kept"


@page.route(
    "/translations/<language>/<item>/look", methods=["POST"], may=TRANSLATES, by_itself=True
)
def look_at_translation(language: str, item: str) -> str:
    """What the page draws again while one types."""
    text = normalise(request.form.get("text", "").replace("\r\n", "\n").strip())[:1000]
    with reading() as db:
        place = _place(db, language, item)
        judged = judging.judge(db, place.shelf, place.entry, language, text)
    return render_template(
        "translations/measured.html",
        code=language,
        errors=(),
        judged=judged if text else Judged(()),
        fault=words.fault,
        verdict=words.verdict,
    )


@page.route("/translations/<language>/<item>/comment", methods=["POST"], may=TRANSLATES)
def comment_translation(language: str, item: str) -> ResponseReturnValue:
    form = Comment(request.form)
    with writing() as db:
        place = _place(db, language, item)
        entry = place.entry
        if not asks(form):
            saying = Saying(text=entry.text, seen=entry.seen, native=language in _native())
            return _shown(db, place, language, saying, form)
        made_here.comment(
            db, language, entry.item.text, (form.words.data or "").strip(), me().signature
        )
        audit.note(db, me().signature, "translations.comment", f"{language}:{entry.item.where}")
    return redirect(_address(language, item, Filters.asked()) + "#comments", 303)


@page.route("/translations/<language>/<item>/letters", methods=["POST"], may=TRANSLATES)
def letters_of_translation(language: str, item: str) -> ResponseReturnValue:
    """How the letters of this one SMS are written."""
    chosen = {"": None, "kept": False, "folded": True}.get(request.form.get("letters", "-"), "-")
    with writing() as db:
        entry = _place(db, language, item).entry
        if entry.item.sms is None or chosen == "-":
            abort(404)
        context = entry.item.text.context
        assert not isinstance(chosen, str)
        made_here.choose_letters(db, language, context, chosen, me().signature, moment.now())
        audit.note(db, me().signature, "translations.letters", f"{language}:{entry.item.where}")
    flash(_("C'est noté : le prochain SMS est écrit ainsi."), "done")
    return redirect(_address(language, item, Filters.asked()), 303)
