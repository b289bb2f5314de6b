"""The stories of a tree: those we ship, and those that an office has made of its own calls. All of
them are told before the tree is published."""

from dataclasses import dataclass
from typing import Final

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from citizens.audit import note
from console.pages import page
from console.phone import calls
from console.phone.trees import BrokenTree, compiled
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from menus import dictation, kept, stories, versions
from menus.dictation import NotAStory
from menus.kept import NameTaken, TooMany
from menus.models import TreeStory
from menus.rehearsal import MemoryPhone
from menus.stories import Story, StoryFailed, tell
from menus.tree import Tree
from staff.models import ADMINISTRATOR

MOST_NAME = 120
_WHY_NOT: Final = {
    dictation.NOTHING: N_("Rien n'a été tapé : il n'y a encore rien à raconter."),
    dictation.RESUMED: N_("Cet appel reprenait une session coupée : rappelez, puis recommencez."),
    dictation.SHORTER: N_("En mémoire, cet appel finit plus tôt : refaites-le sur le brouillon."),
    dictation.OTHERWISE: N_("En mémoire, cet appel va autrement : refaites-le sur le brouillon."),
}
_NAME = N_("Dites en une phrase ce qui doit rester vrai.")
_TAKEN = N_("Une histoire de ce menu porte déjà ce nom.")
_MANY = N_("Ce menu a trop d'histoires : supprimez-en une d'abord.")


@dataclass(frozen=True, slots=True)
class Row:
    """A story of the list. `failed`: what did not hold when it was told, None: it held or was not
    told; `row`: where it is kept, None: it came with the product."""

    story: Story
    row: TreeStory | None
    failed: str | None = None


@page.route("/menus/<tree>/stories", may=ADMINISTRATOR)
def story_list(tree: str) -> str:
    """`?told=draft` or `live`: they are told to it first."""
    told = request.args.get("told", "")
    with reading() as db:
        _there(db, tree)
        has_draft = versions.draft(db, tree) is not None
        mine = kept.rows(db, tree)
        subject = _tree(db, tree, told == "draft") if told in ("draft", "live") else None
    listed = [
        *((stories.parsed(row.text), row) for row in mine),
        *((one, None) for one in stories.stories() if one.tree == tree),
    ]
    rows = [
        Row(story, row, None if subject is None else _told(story, subject)) for story, row in listed
    ]
    return render_template(
        "phone/stories.html",
        tree=tree,
        rows=rows,
        told=told if subject is not None else "",
        has_draft=has_draft,
        failed=sum(row.failed is not None for row in rows),
    )


@page.route("/menus/<tree>/stories/new", methods=["POST"], may=ADMINISTRATOR)
def story_new(tree: str) -> ResponseReturnValue:
    """What was just dialled, to be named; which lines must be shown is chosen."""
    call = _call(tree)
    try:
        shown = _rehearsed(call, tree, "…")[1]
    except NotAStory as problem:
        flash(_no_story(problem), "attention")
        return redirect(url_for("phone.show", tree=tree), 303)
    return _form(tree, call, shown)


@page.route("/menus/<tree>/stories/add", methods=["POST"], may=ADMINISTRATOR)
def story_add(tree: str) -> ResponseReturnValue:
    call = _call(tree)
    name = " ".join(request.form.get("name", "").split())[:MOST_NAME]
    try:
        story, shown = _rehearsed(call, tree, name or "…")
    except NotAStory as problem:
        flash(_no_story(problem), "attention")
        return redirect(url_for("phone.show", tree=tree), 303)
    if not name:
        return _form(tree, call, shown, wrong=_(_NAME))
    lines = [_ticked(number, text) for number, text in enumerate(shown)]
    with reading() as db:
        subject = _tree(db, tree, call.setup.draft)
    made = dictation.with_shows(story, lines, subject)
    try:
        with writing() as db:
            kept.keep(db, tree, made, me().signature)
            note(db, me().signature, "menus.story_add", f"{tree}: {name}")
    except NameTaken:
        return _form(tree, call, shown, name, _(_TAKEN))
    except TooMany:
        return _form(tree, call, shown, name, _(_MANY))
    flash(_("L'histoire est enregistrée : elle doit tenir avant chaque publication."), "done")
    return redirect(url_for("console.story_list", tree=tree), 303)


@page.route("/menus/<tree>/stories/<int:key>/delete", methods=["POST"], may=ADMINISTRATOR)
def story_delete(tree: str, key: int) -> ResponseReturnValue:
    with writing() as db:
        row = kept.one(db, tree, key)
        if row is not None:
            db.delete(row)
            note(db, me().signature, "menus.story_delete", f"{tree}: {row.name}")
    flash(_("L'histoire est supprimée."), "done")
    return redirect(url_for("console.story_list", tree=tree), 303)


@page.route("/menus/<tree>/stories/<int:key>.yaml", may=ADMINISTRATOR)
def story_file(tree: str, key: int) -> Response:
    with reading() as db:
        row = kept.one(db, tree, key)
    if row is None:
        abort(404)
    return _file(f"{tree}-{key}.yaml", row.text)


@page.route("/menus/<tree>/stories.yaml", may=ADMINISTRATOR)
def stories_file(tree: str) -> Response:
    """All that the office keeps, as a file of `menus/stories/`."""
    with reading() as db:
        _there(db, tree)
        rows = kept.rows(db, tree)
    return _file(f"{tree}-stories.yaml", "---\n".join(row.text for row in rows))


def _file(name: str, text: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(text, mimetype="text/yaml", headers={"Content-Disposition": disposition})


def _there(db: Session, tree: str) -> None:
    if tree not in versions.live(db) and versions.draft(db, tree) is None:
        abort(404)


def _tree(db: Session, name: str, draft: bool) -> Tree:
    try:
        tree = compiled(db, name, draft)
    except BrokenTree:
        tree = None
    if tree is None:
        abort(404)
    return tree


def _told(story: Story, tree: Tree) -> str | None:
    """What did not hold, with the whole conversation."""
    try:
        tell(story, MemoryPhone.of(story, tree))
    except (StoryFailed, ValueError, LookupError, RuntimeError) as failed:
        return str(failed)
    return None


def _call(tree: str) -> calls.Call:
    call = calls.taken_up(request.form.get("call", ""))
    if call is None or call.setup.tree != tree:
        abort(400)
    return call


def _rehearsed(call: calls.Call, tree: str, name: str) -> tuple[Story, list[str]]:
    with reading() as db:
        subject = _tree(db, tree, call.setup.draft)
    story = dictation.dictated(calls.told(call), subject, name)
    return story, dictation.rehearsed(story, subject)


def _no_story(problem: NotAStory) -> str:
    return _(_WHY_NOT[problem.why])


def _ticked(number: int, text: str) -> list[str]:
    """The lines of this screen that were chosen, and stand on it."""
    chosen = set(request.form.getlist(f"shows.{number}"))
    return [line for line in dict.fromkeys(text.split("\n")) if line in chosen]


def _form(
    tree: str, call: calls.Call, shown: list[str], name: str = "", wrong: str = ""
) -> ResponseReturnValue:
    sent = bool(wrong)
    banner = set.intersection(
        *(set(text.split("\n")) for text in shown)
    )  # says nothing of a screen
    screens = []
    for number, text in enumerate(shown):
        lines = [line for line in dict.fromkeys(text.split("\n")) if line]
        all_of_it = number == len(shown) - 1
        own = [line for line in lines if line not in banner]
        usual = own if all_of_it else own[:1]
        ticked = _ticked(number, text) if sent else usual
        entry = call.entries[number - 1] if number else ""
        screens.append({"entry": entry, "lines": [(line, line in ticked) for line in lines]})
    html = render_template(
        "phone/story.html",
        tree=tree,
        sealed=calls.put_away(call),
        screens=screens,
        hidden=call.hidden,
        name=name,
        wrong=wrong,
        most=MOST_NAME,
    )
    return html, 422 if wrong else 200
