"""What was published of a menu, when, by whom and why; what differs between any two; going back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizens import audit
from console.forms import asks
from console.menus import links, review, trees, words
from console.menus.names import name_of, names
from console.menus.review import Note
from console.menus.showing import shown
from console.pages import page
from console.sessions import me
from console.speaking import _
from database import reading, writing
from menus import scheduling, versions
from menus.versions import Refused
from staff.models import ADMINISTRATOR, MANAGER


@page.route("/menus/<tree>/history", may=MANAGER)
def menu_history(tree: str) -> str:
    """`?before=` and `?after=` are two versions to compare."""
    with reading() as db:
        publication = trees.must_be(db, tree)
        past, to_come = versions.history(db, tree), scheduling.scheduled(db, tree)
        before, after = request.args.get("before"), request.args.get("after")
        both = None
        if before and after:
            old, new = (trees.of_version(db, one, tree) for one in (before, after))
            both = shown(old, new)
        whos = [who for one in past for who in (one.published_by, one.drafted_by, one.approved_by)]
        whos += [who for one in to_come for who in (one.scheduled_by, one.settled_by, one.detail)]
        known = names(db, whos)
    return render_template(
        "menus/history.html",
        tree=tree,
        live=publication,
        past=past,
        scheduled=to_come,
        changes=both,
        before=before,
        after=after,
        names=known,
        words=words,
        links=links,
    )


@page.route("/menus/<tree>/back/<version>", methods=["GET", "POST"], may=ADMINISTRATOR)
def menu_back(tree: str, version: str) -> ResponseReturnValue:
    """What going back to a version changes is shown before it is done."""
    form = Note(request.form)
    problem, by = "", me().signature
    if asks(form):
        try:
            with writing() as db:
                versions.roll_back(db, tree, by, str(form.note.data).strip(), version)
                audit.note(db, by, "menus.roll_back", f"{tree} {version}")
        except Refused as refused:
            problem = words.refused(refused.why, name_of(refused.who))
        else:
            flash(_("Cette version est à nouveau en service."), "done")
            return redirect(url_for("console.menu_history", tree=tree), 303)
    with reading() as db:
        publication = trees.must_be(db, tree)
        new = trees.of_version(db, version, tree)
        old = trees.of_version(db, publication.version) if publication else None
        changes = shown(old, new)
    html = render_template(
        "menus/back.html",
        tree=tree,
        version=version,
        live=publication,
        changes=changes,
        fields=form,
        problem=problem,
        sessions=review.sessions() if publication else None,
        links=links,
    )
    return html, 409 if problem else 422 if form.errors else 200
