"""A draft looked at: what it changes for citizens, what is wrong with it, which conversations hold,
who is at it; and what becomes of it: published now or at a time, approved, put aside."""

import time
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlmodel import Session
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

import moment
from citizens import audit
from console.forms import Form, asks
from console.menus import links, presence, trees, words
from console.menus.names import name_of, names
from console.menus.showing import Shown, shown
from console.offices import zone
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from menus import scheduling, versions
from menus.commands import LAYOUTS
from menus.inspection import inspected, news
from menus.models import DroppedDraft, TreeDraft, TreePublication, TreeVersion
from menus.source import BrokenTree, Complaint
from menus.stories import StoryFailed
from menus.versions import Refused
from settings import current
from staff.models import ADMINISTRATOR
from ussd import open_sessions
from ussd.open_sessions import OpenSessions

_NOTE = 400  # characters
_LATER = "later-"  # before the names of the second form's fields
_LATEST = timedelta(days=366)


class Note(Form):
    """What a publication needs."""

    note = TextAreaField(
        validators=[
            InputRequired(N_("Écrivez ce qui change, et pourquoi.")),
            Length(max=_NOTE, message=N_("Au plus 400 caractères : raccourcissez.")),
        ]
    )
    despite = BooleanField()


class Later(Note):
    at = StringField(validators=[InputRequired(N_("Choisissez un jour et une heure."))])


@page.route("/menus/<tree>/draft", may=ADMINISTRATOR)
def menu_draft(tree: str) -> ResponseReturnValue:
    return _page(tree)


@page.route("/menus/<tree>/draft/publish", methods=["POST"], may=ADMINISTRATOR)
def menu_publish(tree: str) -> ResponseReturnValue:
    form = Note(request.form)
    if not asks(form):
        return _page(tree, note=form, code=422)
    by = me().signature
    try:
        with reading() as db:
            vetted = versions.vet(db, tree, by, _revision(), LAYOUTS, bool(form.despite.data))
        with writing() as db:
            publication = versions.publish(db, vetted, by, str(form.note.data).strip())
            about = f"{tree} {publication.version}"
            audit.note(db, by, "menus.publish", about)
            if scheduling.cancel(db, tree, by, moment.now()):
                audit.note(db, by, "menus.unschedule", tree)
    except (BrokenTree, Refused, StoryFailed) as problem:
        return _page(tree, note=form, problem=_said(problem), code=409)
    flash(
        _("C'est en service. Les sessions ouvertes finissent sur la version d'avant."),
        "done",
    )
    return redirect(url_for("console.menu_history", tree=tree), 303)


@page.route("/menus/<tree>/draft/schedule", methods=["POST"], may=ADMINISTRATOR)
def menu_schedule(tree: str) -> ResponseReturnValue:
    form = Later(request.form, prefix=_LATER)
    at = _moment(form) if asks(form) else None
    if at is None:
        return _page(tree, later=form, code=422)
    by, note, despite = me().signature, str(form.note.data).strip(), bool(form.despite.data)
    try:
        with reading() as db:
            vetted = versions.vet(db, tree, by, _revision(), LAYOUTS, despite)
        with writing() as db:
            present = versions.meant(db, tree, by, vetted.revision)
            scheduling.schedule(db, present, at, by, moment.now(), note, despite)
            audit.note(db, by, "menus.schedule", f"{tree} at {at:%Y-%m-%d %H:%M} UTC")
    except (BrokenTree, Refused, StoryFailed) as problem:
        return _page(tree, later=form, problem=_said(problem), code=409)
    flash(_("C'est programmé. Vous pouvez encore l'annuler ici."), "done")
    return _back(tree)


@page.route("/menus/<tree>/draft/approve", methods=["POST"], may=ADMINISTRATOR)
def menu_approve(tree: str) -> ResponseReturnValue:
    by = me().signature
    try:
        with writing() as db:
            present = versions.approve(db, tree, by, _revision())
            audit.note(db, by, "menus.approve", f"{tree} revision {present.revision}")
    except Refused as problem:
        return _page(tree, problem=_said(problem), code=409)
    flash(_("Vous avez approuvé ce brouillon : il peut être publié."), "done")
    return _back(tree)


@page.route("/menus/<tree>/draft/rebase", methods=["POST"], may=ADMINISTRATOR)
def menu_rebase(tree: str) -> ResponseReturnValue:
    by = me().signature
    try:
        with writing() as db:
            present = versions.begin_from_live(db, tree, by, _revision())
            audit.note(db, by, "menus.rebase", f"{tree} from {present.base}")
    except Refused as problem:
        return _page(tree, problem=_said(problem), code=409)
    flash(_("Le brouillon part maintenant de la version en service."), "done")
    return _back(tree)


@page.route("/menus/<tree>/draft/drop", methods=["POST"], may=ADMINISTRATOR)
def menu_drop(tree: str) -> ResponseReturnValue:
    by = me().signature
    try:
        with writing() as db:
            versions.drop_draft(db, tree, by, _revision())
            scheduling.cancel(db, tree, by, moment.now())
            audit.note(db, by, "menus.drop", tree)
    except Refused as problem:
        return _page(tree, problem=_said(problem), code=409)
    flash(_("Le brouillon est mis de côté. Vous pouvez le reprendre ici."), "done")
    return _back(tree)


@page.route("/menus/<tree>/dropped/<int:dropped>", methods=["POST"], may=ADMINISTRATOR)
def menu_take_up(tree: str, dropped: int) -> ResponseReturnValue:
    """A draft that was put aside is the draft again."""
    try:
        with writing() as db:
            found = db.get(DroppedDraft, dropped)
            if found is None or found.tree != tree:
                raise Refused("it is gone", "gone")
            versions.take_up(db, found)
            audit.note(db, me().signature, "menus.take_up", tree)
    except Refused as problem:
        return _page(tree, problem=_said(problem), code=409)
    flash(_("Le brouillon est repris."), "done")
    return _back(tree)


@page.route("/menus/<tree>/schedule/cancel", methods=["POST"], may=ADMINISTRATOR)
def menu_unschedule(tree: str) -> ResponseReturnValue:
    by = me().signature
    with writing() as db:
        one = scheduling.cancel(db, tree, by, moment.now())
        if one is not None:
            audit.note(db, by, "menus.unschedule", tree)
    if one is None:
        flash(_("Rien n'était programmé : c'est peut-être déjà publié."), "attention")
    else:
        flash(_("La publication programmée est annulée."), "done")
    return redirect(url_for(_from(), tree=tree), 303)


@page.route("/menus/<tree>/schedule/seen", methods=["POST"], may=ADMINISTRATOR)
def menu_seen(tree: str) -> ResponseReturnValue:
    """Who asked for what could not be published knows it now."""
    with writing() as db:
        mine = scheduling.failures(db, me().signature)
        scheduling.see(db, [one for one in mine if one.tree == tree])
    return redirect(url_for("console.menu_history", tree=tree), 303)


# -- the page -------------------------------------------------------------------------------------


def _page(
    tree: str,
    note: Note | None = None,
    later: Later | None = None,
    problem: str = "",
    code: int = 200,
) -> ResponseReturnValue:
    with reading() as db:
        publication, present = trees.must_be(db, tree), versions.draft(db, tree)
        dropped, to_come = versions.dropped_drafts(db, tree), scheduling.waiting(db, tree)
        values = {
            "live": publication,
            "draft": present,
            "dropped": dropped,
            "to_come": to_come,
            "to_come_is_old": to_come and not scheduling.is_as_it_was(to_come, present),
            "found": inspected(db, present) if present else None,
            "changes": _changes(db, publication, present),
            "defects": _defects(db, publication, present),
        }
        others = presence.others(tree)
        known = names(db, [*_whos(publication, present, to_come, *dropped), *others])
    html = render_template(
        "menus/draft.html",
        tree=tree,
        fields=note or Note(),
        later=later or Later(prefix=_LATER),
        problem=problem,
        sessions=sessions() if publication else None,
        outdated=present and (publication.version if publication else None) != present.base,
        approval=current().menu_approval,
        mine=present is not None and me().signature in present.editors,
        links=links,
        words=words,
        earliest=moment.now().astimezone(zone()),
        names=known,
        others=[known[one] for one in others],
        **values,
    )
    return html, code


def _changes(
    db: Session, publication: TreePublication | None, present: TreeDraft | None
) -> Shown | None:
    new = inspected(db, present).tree if present else None
    if new is None:
        return None
    return shown(trees.of_version(db, publication.version) if publication else None, new)


def _defects(
    db: Session, publication: TreePublication | None, present: TreeDraft | None
) -> dict[str, list[Complaint]]:
    """What is wrong: errors, then what is new of the rest, then what is live already."""
    if present is None:
        return {"errors": [], "new": [], "known": []}
    found = inspected(db, present)
    stored = db.get(TreeVersion, publication.version) if publication else None
    fresh = news(found, inspected(db, stored) if stored else None)
    rest = [one for one in found.complaints if one.severity != "error"]
    return {
        "errors": found.of("error"),
        "new": [one for one in rest if one in fresh],
        "known": [one for one in rest if one not in fresh],
    }


def _whos(*rows: object) -> list[str | None]:
    """Everybody whom the page names."""
    return [getattr(row, name, None) for row in rows for name in _WHO]


_WHO = ("published_by", "saved_by", "approved_by", "dropped_by", "scheduled_by")


def sessions() -> OpenSessions | None:
    try:
        return open_sessions.count(current(), time.time())
    except RedisError:
        return None


def _moment(form: Later) -> datetime | None:
    """When it is to be; else the form says why not."""
    try:
        at = datetime.fromisoformat(str(form.at.data)).replace(tzinfo=zone())
    except ValueError:
        form.at.errors = [N_("Choisissez un jour et une heure.")]
        return None
    if not moment.now() < at <= moment.now() + _LATEST:
        form.at.errors = [N_("Choisissez un moment à venir, dans l'année.")]
        return None
    return at


def _revision() -> int:
    """The one that the page showed."""
    return request.form.get("revision", -1, type=int)


def _said(problem: BrokenTree | Refused | StoryFailed) -> str:
    if isinstance(problem, Refused):
        return words.refused(problem.why, name_of(problem.who))
    return words.refused("errors" if isinstance(problem, BrokenTree) else "story")


def _back(tree: str) -> ResponseReturnValue:
    return redirect(url_for("console.menu_draft", tree=tree), 303)


def _from() -> str:
    return "console.menu_history" if request.form.get("from") == "history" else "console.menu_draft"
