"""A draft as its file, for those who prefer that: checked line by line, saved if nobody else has
saved meanwhile. Nothing that was typed is lost."""

from collections.abc import Sequence
from difflib import unified_diff
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from citizens import audit
from console.menus import links, presence, trees, words
from console.menus.names import name_of, names
from console.pages import page
from console.sessions import me
from console.speaking import _
from database import reading, writing
from menus import catalogue, versions
from menus.commands import LAYOUTS
from menus.compiler import examine
from menus.phrasebook import Phrasebook
from menus.source import BrokenTree, Complaint, read
from menus.versions import Refused, Written
from staff.models import ADMINISTRATOR

_FIRST: Final = ("error", "warning", "hint")


@page.route("/menus/<tree>/yaml", methods=["GET", "POST"], may=ADMINISTRATOR)
def menu_yaml(tree: str) -> ResponseReturnValue:
    with reading() as db:
        trees.must_be(db, tree)
        present = versions.draft(db, tree)
        known, base = trees.written(db, tree)
    if request.method != "POST":
        return _page(tree, known.text, present.revision if present else None, base)
    text = request.form.get("text", "").replace("\r\n", "\n")
    revision = request.form.get("revision", type=int)
    base = request.form.get("base") or base
    made, complaints = _examined(tree, text, known.book)
    if made is None or request.form.get("do") == "check":
        code = 422 if made is None else 200
        return _page(tree, text, revision, base, complaints=complaints, checked=True, code=code)
    try:
        with writing() as db:
            saved = versions.save_draft(db, made, me().signature, revision, base=base)
            audit.note(db, me().signature, "menus.save", f"{tree} revision {saved.revision}")
    except Refused as refused:
        return _conflict(tree, text, refused)
    flash(_("Le brouillon est enregistré."), "done")
    return redirect(url_for("console.menu_yaml", tree=tree), 303)


def _examined(tree: str, text: str, book: Phrasebook) -> tuple[Written | None, Sequence[Complaint]]:
    """What would be saved, and what is wrong with it; nothing for what is no tree of this name."""
    file = f"{tree}.yaml"
    try:
        draft = read(text, file)
        if draft.head.tree != tree:
            message = _("Ce fichier est celui du menu %(tree)s : gardez son nom.", tree=tree)
            return None, [Complaint(file, draft.line("tree"), message)]
        made = versions.written(text, book, file)
        found = examine(made.subject(file, LAYOUTS))
        return made, sorted(found, key=lambda one: _FIRST.index(one.severity))
    except BrokenTree as broken:
        return None, broken.complaints


def _conflict(tree: str, text: str, refused: Refused) -> ResponseReturnValue:
    """What was typed beside what somebody else has saved. Saved again, it takes its place."""
    with reading() as db:
        present = versions.draft(db, tree)
        theirs, base = trees.written(db, tree)
    lines = list(unified_diff(theirs.text.splitlines(), text.splitlines(), n=1, lineterm=""))[2:]
    revision = present.revision if present else None
    problem = words.refused(refused.why, name_of(refused.who))
    return _page(tree, text, revision, base, problem=problem, difference=lines, code=409)


def _page(
    tree: str, text: str, revision: int | None, base: str | None, code: int = 200, **more: Any
) -> ResponseReturnValue:
    usual = {"complaints": (), "checked": False, "problem": "", "difference": ()}
    with reading() as db:
        others = _others(db, tree)
    html = render_template(
        "menus/yaml.html",
        tree=tree,
        text=text,
        rows=text.split("\n"),
        revision=revision,
        base=base,
        others=others,
        screens=_screens(text),
        pieces=list(catalogue.pieces()),
        line=request.args.get("line", type=int),
        links=links,
        words=words,
        **{**usual, **more},
    )
    return html, code


def _others(db: Session, tree: str) -> list[str]:
    here = presence.others(tree)
    known = names(db, here)
    return [known[one] for one in here]


def _screens(text: str) -> list[str]:
    """The names of the screens, where it can be read."""
    try:
        return list(read(text).screens)
    except BrokenTree:
        return []
