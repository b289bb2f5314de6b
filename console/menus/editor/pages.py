"""The pages of the menu editor: a tree, one of its screens, and what is done to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import (
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from console.menus.editor import fields, making, opening, outline, phone, sheet
from console.menus.editor.fields import Remark, Remarks
from console.menus.editor.making import Unreadable
from console.menus.editor.opening import Opened
from console.menus.editor.sheet import Kept, Option, Sheet
from console.menus.names import name_of
from console.pages import page
from console.sessions import me
from console.speaking import N_, _, ngettext
from database import reading
from locales.catalogues import SOURCE
from menus import graph
from menus import words as platform
from menus.actions import ACTIONS, SOURCES, fact_names
from menus.compiler import examine
from menus.editing import screens
from menus.editing import work as editing
from menus.editing.screens import InUse
from menus.editing.work import Work
from menus.entries import CHECKS
from menus.flow import kinds
from menus.source import Complaint
from menus.steps import ChangedMeanwhile
from staff.models import ADMINISTRATOR

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")

KINDS = {
    "say": N_("Texte"),
    "choose": N_("Choix"),
    "ask": N_("Saisie"),
    "do": N_("Action"),
}
STATES = {
    "reviewed": N_("relu"),
    "draft": N_("brouillon"),
    "stale": N_("à revoir"),
    "missing": N_("à traduire"),
}


class Conflict(Exception):
    """Somebody has saved this screen since the form was drawn."""

    def __init__(self, at: Opened) -> None:
        self.at = at
        super().__init__("saved meanwhile")


# -- a tree -------------------------------------------------------------------------------------


@page.route("/menus/<tree>/edit", may=ADMINISTRATOR)
def menu_edit(tree: str) -> str:
    at, complaints = _opened(tree)
    search, view = request.args.get("q", "").strip()[:60], request.args.get("view", "")
    return render_template(
        "menus/editor/tree.html",
        **_around(at, complaints, search),
        drawn=_graph(at) if view == "graph" else None,
        view=view,
        new=_new_form(),
    )


def _opened(tree: str) -> tuple[Opened, list[Complaint]]:
    with reading() as db:
        at = opening.opened(db, tree)
    return at, examine(making.subject(at, at.work))


def _around(at: Opened, complaints: Sequence[Complaint], search: str = "") -> dict[str, Any]:
    """What stands around whatever is edited."""
    with reading() as db:
        ways = opening.ways(db, at.tree)
    count = sum(one.severity == "error" for one in complaints)
    return {
        "at": at,
        "ways": ways,
        "outline": outline.outline(at.draft, complaints, search),
        "search": search,
        "errors": count,
        "names": KINDS,
        "links": _links(at),
        "who_saved": name_of(at.by),
        "step": _step_said,
    }


def _links(at: Opened) -> list[tuple[str, str]]:
    """Other pages of a tree."""
    draft = None if at.revision is None else 1
    return [
        (url_for("console.menu_draft", tree=at.tree), N_("Relire et publier")),
        (url_for("console.translations", tree=at.tree), N_("Traductions")),
        (url_for("console.menu_yaml", tree=at.tree), N_("Fichier YAML")),
        (url_for("phone.show", tree=at.tree, draft=draft), N_("Téléphone")),
    ]


_DEEDS = {
    "edited": N_("écran %(screen)s changé"),
    "added": N_("écran %(screen)s ajouté"),
    "renamed": N_("écran renommé %(screen)s"),
    "doubled": N_("écran %(screen)s dupliqué"),
    "removed": N_("écran %(screen)s supprimé"),
}


def _step_said(what: str) -> str:
    did, _sep, about = what.partition(":")
    return _(_DEEDS[did], screen=about) if did in _DEEDS else _("un enregistrement")


def _graph(at: Opened) -> Markup | None:
    """The tree drawn, each box a link to its screen; none while it can't be put together."""
    try:
        drawn = graph.svg(making.written(at.work).tree(f"{at.tree}.yaml"))
    except Exception:  # a draft with errors, such as a check that there is not
        return None

    def linked(found: re.Match[str]) -> str:
        url = url_for("console.menu_screen", tree=at.tree, screen=found[1])
        return f'<a href="{escape(url)}"><g data-screen="{found[1]}">{found[2]}</g></a>'

    pattern = re.compile(r'<g data-screen="(\w+)">(.*?)</g>', re.DOTALL)
    return Markup(pattern.sub(linked, drawn))  # noqa: S704  (menus.graph escapes what it draws)


# -- new screens --------------------------------------------------------------------------------


def _new_form(words: str = "", kind: str = "say", action: str = "", problem: str = "") -> Any:
    return {"words": words, "kind": kind, "action": action, "problem": problem, "actions": ACTIONS}


@page.route("/menus/<tree>/screens", methods=["POST"], may=ADMINISTRATOR)
def menu_add_screen(tree: str) -> ResponseReturnValue:
    words, kind = request.form.get("words", "").strip()[:200], request.form.get("kind", "say")
    action = request.form.get("action", "")
    if not words or kind not in KINDS or (kind == "do" and action not in ACTIONS):
        problem = N_("Écrivez les premiers mots de l'écran.")
        if words:
            problem = N_("Choisissez l'action.")
        at, complaints = _opened(tree)
        html = render_template(
            "menus/editor/tree.html",
            **_around(at, complaints),
            drawn=None,
            view="",
            new=_new_form(words, kind, action, problem),
        )
        return html, 422
    names: list[str] = []

    def add(at: Opened) -> Work:
        name = screens.free_name(words, list(at.draft.screens))
        names[:] = [name]
        body = screens.template(kind, words, at.draft.head.home, platform.BACK, _called(action))
        return editing.add(at.work, name, body, at.otherwise, request.form.get("after"))

    with reading() as db:
        at = opening.opened(db, tree)
    about = screens.free_name(words, list(at.draft.screens))
    opening.save(tree, add, "added", about)
    flash(_("L'écran %(name)s est ajouté. Menez-y par un choix.", name=names[0]), "done")
    return redirect(url_for("console.menu_screen", tree=tree, screen=names[0]), 303)


def _called(action: str) -> dict[str, Any] | None:
    found = ACTIONS.get(action)
    if found is None:
        return None
    return {"do": action, "with": list(found.parameters), "outcomes": list(found.outcomes)}


# -- one screen ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    """A screen's form as it is shown."""

    at: Opened
    typed: Sheet
    remarks: Remarks
    seen: phone.Seen
    complaints: Sequence[Complaint]
    shown: phone.Shown


@page.route("/menus/<tree>/edit/<screen>", may=ADMINISTRATOR)
def menu_screen(tree: str, screen: str) -> ResponseReturnValue:
    at, complaints = _opened(tree)
    node = at.draft.screens.get(screen)
    if node is None:
        abort(404)
    found = sheet.stored(screen, node, at.work.book, at.languages)
    seen = _seen(at, request.args)
    shown = phone.shown(making.subject(at, at.work), screen, seen)
    drawn = Drawn(at, found, fields.remarks(found, complaints), seen, complaints, shown)
    return _page(drawn, opening.mark(at, screen), created=request.args.getlist("created")[:9])


@page.route("/menus/<tree>/edit/<screen>", methods=["POST"], may=ADMINISTRATOR)
def menu_save_screen(tree: str, screen: str) -> ResponseReturnValue:
    deed, _sep, which = request.form.get("deed", "save").partition("-")
    with reading() as db:
        at = opening.opened(db, tree)
    before = _before(at, screen)
    typed = sheet.typed(request.form, before)
    if deed in ("up", "down", "remove", "option", "kept", "check", "page", "french"):
        if deed == "french":
            sheet.in_french(typed, at.work.book)
        _arrange(typed, deed, which)
        return _page(_checked(at, typed), request.form.get("seen", ""), unsaved=True)
    if deed == "delete":
        return redirect(url_for("console.menu_delete_screen", tree=tree, screen=screen), 303)
    return _save(tree, screen, typed, deed)


def _before(at: Opened, screen: str) -> Sheet:
    """What is stored; where the screen is gone, an empty one of the kind that was edited."""
    node = at.draft.screens.get(screen)
    if node is not None:
        return sheet.stored(screen, node, at.work.book, at.languages)
    kind = request.form.get("kind", "")
    if kind not in KINDS or not _NAME.fullmatch(screen):
        abort(404)
    return Sheet(screen, kind, [one for one in at.languages if one != SOURCE])


def _arrange(typed: Sheet, deed: str, which: str) -> None:
    """What buttons do to the form, before anything is saved."""
    options, at = typed.options, int(which) if which.isdecimal() else 0
    if deed == "option" and typed.kind == "choose":
        options.append(Option(sheet.blank(typed, "")))
    elif deed == "kept" and at < len(options):
        options[at].kept.append(Kept("", sheet.blank(typed, "")))
    elif deed == "remove" and at < len(options):
        del options[at]
    elif deed in ("up", "down"):
        other = at - 1 if deed == "up" else at + 1
        if at < len(options) and 0 <= other < len(options):
            options[at], options[other] = options[other], options[at]
    sheet.renumbered(typed)


def _seen(at: Opened, chosen: Any) -> phone.Seen:
    """How the phone is looked at, as far as that was chosen."""
    language, deed = chosen.get("show-language", ""), chosen.get("deed", "")
    number = deed.removeprefix("page-") if deed.startswith("page-") else "1"
    return phone.Seen(
        language if language in at.languages else at.languages[0],
        chosen.get("show-provider", "usual"),
        int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 1,
        bool(chosen.get("show-longest")),
    )


def _checked(at: Opened, typed: Sheet) -> Drawn:
    """The form with what the checks say of it, as far as it can be read."""
    seen = _seen(at, request.form)
    leads = {key: typed.target(key) for key, _words in typed.targets()}
    try:
        work = making.made(at, typed).work
    except Unreadable as unreadable:
        remarks: Remarks = unreadable.remarks
        complaints: list[Complaint] = []
        shown = phone.Shown(seen, lacking=N_("Complétez l'écran : il se montrera ici."))
    else:
        subject = making.subject(at, work)
        complaints = examine(subject)
        remarks, shown = (
            fields.remarks(typed, complaints),
            phone.shown(subject, typed.name, seen),
        )
    for key, target in leads.items():  # new screens are made when it is saved
        typed.lead(key, target)
    return Drawn(at, typed, remarks, seen, complaints, shown)


def _save(tree: str, screen: str, typed: Sheet, deed: str) -> ResponseReturnValue:
    new = request.form.get("new-name", "").strip()
    created: list[str] = []

    def change(at: Opened) -> Work:
        if opening.mark(at, screen) != request.form.get("seen", ""):
            raise Conflict(at)
        found = making.made(at, typed)
        created[:] = found.created
        if deed == "rename" and new != screen:
            return editing.rename(found.work, screen, new)
        if deed == "duplicate":
            return editing.duplicate(found.work, screen, new, at.otherwise)
        return found.work

    if deed in ("rename", "duplicate") and not _NAME.fullmatch(new):
        said = N_("Un nom en petites lettres, chiffres et _ : par exemple mon_choix.")
        return _refused(tree, typed, {"new-name": [Remark("error", said)]})
    did = {"rename": "renamed", "duplicate": "doubled"}.get(deed, "edited")
    there = new if did != "edited" else screen
    try:
        changed = opening.save(tree, change, did, there)
    except Unreadable as unreadable:
        return _refused(tree, typed, unreadable.remarks)
    except Conflict as conflict:
        return _met(conflict.at, typed)
    except ValueError:
        said = N_("Un écran porte déjà ce nom : choisissez-en un autre.")
        return _refused(tree, typed, {"new-name": [Remark("error", said)]})
    _tell(tree, changed)
    looks: dict[str, Any] = {key: request.form[key] for key in _LOOKS if request.form.get(key)}
    url = url_for("console.menu_screen", tree=tree, screen=there, created=created, **looks)
    return redirect(url, 303)


_LOOKS = ("show-language", "show-provider", "show-longest")


def _tell(tree: str, changed: bool) -> None:
    if not changed:
        flash(_("Rien à changer."), "done")
        return
    _at, complaints = _opened(tree)
    left = sum(one.severity == "error" for one in complaints)
    if left:
        said = ngettext(
            "C'est enregistré dans le brouillon. %(num)d défaut à corriger avant de publier.",
            "C'est enregistré dans le brouillon. %(num)d défauts à corriger avant de publier.",
            left,
        )
        flash(said, "attention")
    else:
        flash(_("C'est enregistré dans le brouillon. Rien n'empêche de publier."), "done")


def _refused(tree: str, typed: Sheet, remarks: Remarks) -> ResponseReturnValue:
    """The form as it was typed, with what can't be saved."""
    with reading() as db:
        at = opening.opened(db, tree)
    drawn = _checked(at, typed)
    drawn = Drawn(
        at, typed, {**drawn.remarks, **remarks}, drawn.seen, drawn.complaints, drawn.shown
    )
    html = _page(drawn, request.form.get("seen", ""), unsaved=True)
    return html, 422


def _met(at: Opened, typed: Sheet) -> ResponseReturnValue:
    """Both: what was typed, and what somebody else has saved meanwhile."""
    node = at.draft.screens.get(typed.name)
    theirs = None
    if node is not None:
        theirs = sheet.stored(typed.name, node, at.work.book, at.languages)
        labels = {option.say.french: index for index, option in enumerate(theirs.options)}
        for option in typed.options:
            option.was = labels.get(option.say.french)
        typed = (
            sheet.typed({**request.form.to_dict(), **_was(typed)}, theirs)
            if theirs.kind == typed.kind
            else typed
        )
    drawn = _checked(at, typed)
    html = _page(drawn, opening.mark(at, typed.name), unsaved=True, theirs=theirs, met=True)
    return html, 409


def _was(typed: Sheet) -> dict[str, str]:
    return {
        f"option-{at}-was": "" if option.was is None else str(option.was)
        for at, option in enumerate(typed.options)
    }


def _page(drawn: Drawn, seen: str, **more: Any) -> str:
    at, typed = drawn.at, drawn.typed
    usual: dict[str, Any] = {"unsaved": False, "theirs": None, "met": False, "created": []}
    return render_template(
        "menus/editor/screen.html",
        **_around(at, drawn.complaints),
        drawn=drawn,
        sheet=typed,
        stale=fields.stale(typed, drawn.complaints),
        remarks=drawn.remarks,
        shown=drawn.shown,
        seen=seen,
        pointing=_pointing(at, typed.name),
        targets=_targets(at),
        words={name: outline.words(one) for name, one in at.draft.screens.items()},
        providers=phone.providers(),
        states=STATES,
        facts=[*fact_names(), *(f"in_{one}" for one in at.languages)],
        checks=CHECKS,
        actions=ACTIONS,
        sources=SOURCES,
        values=sorted(kinds(at.draft)),
        free=screens.free_name(f"{typed.name}_2", list(at.draft.screens)),
        source=SOURCE,
        me=me().signature,
        **{**usual, **more},
    )


def _targets(at: Opened) -> Markup:
    """What every way may lead to: said once, as it stands in each of the form's lists."""
    row = Markup('<option value="{}">{} · {}</option>')
    known = [row.format(name, name, outline.words(one)) for name, one in at.draft.screens.items()]
    fresh = [
        Markup('<option value="{}">{}</option>').format(value, said)
        for value, said in (
            ("+say", _("Nouvel écran : un texte")),
            ("+choose", _("Nouvel écran : des choix")),
            ("+ask", _("Nouvel écran : une saisie")),
        )
    ]
    return Markup("").join((*fresh, *known))


def _pointing(at: Opened, name: str) -> list[tuple[str | None, str]]:
    """From where ways lead here: the screen (none: the tree itself), and by what."""
    found = []
    for one in screens.pointers(at.draft, name):
        node = at.draft.screens.get(one.screen) if one.screen else None
        by = ""
        match one.path:
            case ("options", int(index), *_rest):
                by = getattr(node, "options", [])[index].say
            case ("outcomes", outcome):
                by = str(outcome)
            case ("home",):
                by = _("accueil de l'arbre")
            case ("start", *_rest):
                by = _("début d'une session")
            case ("goals", *_rest):
                by = _("but à atteindre")
        found.append((one.screen, by))
    return found


# -- while one types ----------------------------------------------------------------------------


@page.route("/menus/<tree>/check/<screen>", methods=["POST"], may=ADMINISTRATOR, by_itself=True)
def menu_check_screen(tree: str, screen: str) -> Response:
    """What would stand beside the fields, and on the phone, were the form saved as it is."""
    with reading() as db:
        at = opening.opened(db, tree)
    typed = sheet.typed(request.form, _before(at, screen))
    drawn = _checked(at, typed)
    return jsonify(
        fields={
            key: [{"severity": one.severity, "said": _(one.said)} for one in some]
            for key, some in drawn.remarks.items()
        },
        stale=fields.stale(typed, drawn.complaints),
        pages=drawn.shown.lines,
        meter=drawn.shown.meter,
        phone=render_template("menus/editor/phone.html", shown=drawn.shown, sheet=typed),
        met=opening.mark(at, screen) != request.form.get("seen", ""),
    )


# -- taking out, undoing ------------------------------------------------------------------------


@page.route("/menus/<tree>/delete/<screen>", may=ADMINISTRATOR)
def menu_delete_screen(tree: str, screen: str) -> ResponseReturnValue:
    return _removal(tree, screen)


def _removal(tree: str, screen: str, problem: str = "") -> ResponseReturnValue:
    with reading() as db:
        at = opening.opened(db, tree)
    if screen not in at.draft.screens:
        abort(404)
    html = render_template(
        "menus/editor/delete.html",
        at=at,
        screen=screen,
        words=outline.words(at.draft.screens[screen]),
        pointing=_pointing(at, screen),
        others=[(name, outline.words(one)) for name, one in at.draft.screens.items()],
        problem=problem,
    )
    return html, 422 if problem else 200


@page.route("/menus/<tree>/delete/<screen>", methods=["POST"], may=ADMINISTRATOR)
def menu_remove_screen(tree: str, screen: str) -> ResponseReturnValue:
    instead = request.form.get("instead") or None

    def remove(at: Opened) -> Work:
        return editing.delete(at.work, screen, instead, at.otherwise)

    try:
        opening.save(tree, remove, "removed", screen)
    except InUse:
        return _removal(tree, screen, N_("Choisissez où mener ceux qui venaient ici."))
    except ValueError:
        return _removal(tree, screen, N_("Cet écran ne peut pas être supprimé ainsi."))
    flash(_("L'écran %(name)s est supprimé. « Annuler » le ramène.", name=screen), "done")
    return redirect(url_for("console.menu_edit", tree=tree), 303)


@page.route("/menus/<tree>/undo", methods=["POST"], may=ADMINISTRATOR)
def menu_undo(tree: str) -> ResponseReturnValue:
    return _stepped(tree, True)


@page.route("/menus/<tree>/redo", methods=["POST"], may=ADMINISTRATOR)
def menu_redo(tree: str) -> ResponseReturnValue:
    return _stepped(tree, False)


def _stepped(tree: str, back: bool) -> ResponseReturnValue:
    revision = request.form.get("revision", type=int) or 0
    try:
        done = opening.step(tree, back, revision)
    except ChangedMeanwhile:
        said = _("Quelqu'un a enregistré entre-temps : voyez d'abord ce qui a changé.")
        flash(said, "attention")
    else:
        if not done:
            flash(_("Rien à annuler.") if back else _("Rien à rétablir."), "attention")
        else:
            flash(_("C'est annulé.") if back else _("C'est rétabli."), "done")
    with reading() as db:
        at = opening.opened(db, tree)
    here = request.form.get("here", "")
    if here in at.draft.screens:
        return redirect(url_for("console.menu_screen", tree=tree, screen=here), 303)
    return redirect(url_for("console.menu_edit", tree=tree), 303)
