"""The menus there are; a new one, from scratch or from files; one taken home as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select
from wtforms import BooleanField, MultipleFileField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from citizens import audit
from console.forms import Form, asks, choices, status
from console.menus import links, trees, words
from console.menus.names import name_of, names
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from locales.catalogues import NAMES, SOURCE
from menus import exchange, scheduling, versions
from menus.comparing import compared
from menus.inspection import Inspected, inspected
from menus.models import TreeDraft, TreePublication, TreeSchedule
from menus.source import BrokenTree, read
from menus.tree import Tree
from menus.versions import Refused
from staff.models import ADMINISTRATOR, MANAGER

MOST_BYTES = 4 << 20  # of the files of a menu
_NEW: Final = """\
tree: {name}
service_codes: ["{code}"]
languages: [{languages}]
start:
  - {{go: home}}
home: home

screens:

  home:
    choose: "Bienvenue"
    options:
      - {{say: "Horaires", go: hours}}

  hours:
    say: "Du lundi au vendredi, de 8 h à 16 h."
    end: true
"""


class New(Form):
    name = StringField(validators=[InputRequired(N_("Il faut l'écrire."))])
    code = StringField(validators=[InputRequired(N_("Il faut l'écrire."))])
    languages = SelectMultipleField(
        choices=choices({one: name for one, name in NAMES.items() if one != SOURCE})
    )


class Bring(Form):
    files = MultipleFileField()
    replace = BooleanField()


@dataclass(frozen=True, slots=True)
class Row:
    """A menu: what is live of it, the draft and what was found in it, what is to come."""

    name: str
    codes: str
    live: TreePublication | None
    draft: TreeDraft | None
    found: Inspected | None
    changed: int
    to_come: TreeSchedule | None


@page.route("/menus", may=MANAGER)
def menus() -> str:
    with reading() as db:
        rows = list(_rows(db))
        whos = [row.live.published_by for row in rows if row.live]
        whos += [row.draft.saved_by for row in rows if row.draft]
        shown = names(db, whos)
    return render_template("menus/list.html", rows=rows, names=shown, links=links, words=words)


@page.route("/menus/new", methods=["GET", "POST"], may=ADMINISTRATOR)
def menu_new() -> ResponseReturnValue:
    form = New(request.form)
    if asks(form):
        text = _NEW.format(
            name=(form.name.data or "").strip(),
            code=(form.code.data or "").strip(),
            languages=", ".join([SOURCE, *(form.languages.data or [])]),
        )
        if _begin(form, text):
            flash(_("Le brouillon est commencé : changez ces premiers écrans."), "done")
            return redirect(links.edit((form.name.data or "").strip()), 303)
    return render_template("menus/new.html", fields=form, bring=Bring(), words=words), status(form)


def _begin(form: New, text: str) -> bool:
    """Whether there is a new draft now; else the form says why not."""
    name = (form.name.data or "").strip()
    try:
        made = versions.written(text)
        with writing() as db:
            if trees.live(db, name) or versions.draft(db, name):
                form.name.errors = [N_("Un menu porte déjà ce nom : choisissez-en un autre.")]
                return False
            versions.save_draft(db, made, me().signature)
            audit.note(db, me().signature, "menus.begin", name)
    except BrokenTree as broken:
        for complaint in broken.complaints:
            if "service_codes" in complaint.message:
                form.code.errors = [N_("Écrivez un code comme *384*60#.")]
            else:
                form.name.errors = [N_("Petites lettres, chiffres et -, comme piscine-municipale.")]
        return False
    return True


@page.route("/menus/bring", methods=["POST"], may=ADMINISTRATOR, takes=MOST_BYTES)
def menu_bring() -> ResponseReturnValue:
    """Files become the draft of the menu that they name. One that is there is put aside first, if
    that is meant."""
    form = Bring(request.form)
    try:
        tree = _bring(_sent())
    except BrokenTree as broken:
        problem = _("Rien n'est enregistré. Corrigez le fichier, puis envoyez-le encore.")
        return _not_brought(form, problem, broken)
    except Refused as there:
        form.replace.errors = [words.refused(there.why, name_of(there.who))]
        return _not_brought(form, _("Rien n'est enregistré : il y a déjà un brouillon."))
    flash(_("Le fichier est enregistré comme brouillon : voici ce qu'il change."), "done")
    return redirect(url_for("console.menu_draft", tree=tree), 303)


def _bring(files: exchange.Files) -> str:
    """The menu's name. Raises BrokenTree, Refused."""
    name, by = exchange.name_in(files), me().signature
    with writing() as db:
        known = versions.live(db).get(name)
        stored = versions.load(db, known.version) if known else None
        made, base = exchange.brought(files, stored.book if stored else {})
        present = versions.draft(db, name)
        if present is not None:
            if "replace" not in request.form:
                raise Refused(f"{present.saved_by} has saved a draft", "there", present.saved_by)
            versions.drop_draft(db, name, by, present.revision)
        versions.save_draft(db, made, by, base=base)
        audit.note(db, by, "menus.import", name)
    return name


def _sent() -> dict[str, bytes]:
    """The files that came; of a ZIP, those in it. Raises BrokenTree."""
    found: dict[str, bytes] = {}
    for file in request.files.getlist("files"):
        name, data = file.filename or "", file.read()
        if name.endswith(".zip"):
            found |= exchange.unpacked(data, name)
        elif name:
            found[name.rpartition("/")[2]] = data
    return found


def _not_brought(
    form: Bring, problem: str, broken: BrokenTree | None = None
) -> ResponseReturnValue:
    complaints = broken.complaints if broken else []
    html = render_template(
        "menus/new.html",
        fields=New(),
        bring=form,
        words=words,
        problem=problem,
        complaints=complaints,
    )
    return html, 422 if broken else 409


@page.route("/menus/<tree>/export.zip", may=MANAGER)
def menu_export(tree: str) -> Response:
    with reading() as db:
        made, base = trees.written(db, tree, request.args.get("version"))
    data = exchange.packed(exchange.files_of(tree, made, base))
    disposition = f'attachment; filename="{tree}.zip"'
    return Response(data, mimetype="application/zip", headers={"Content-Disposition": disposition})


def _rows(db: Session) -> Iterator[Row]:
    live = versions.live(db)
    drafts = {one.tree: one for one in db.exec(select(TreeDraft))}
    for name in sorted({*live, *drafts}):
        publication, present = live.get(name), drafts.get(name)
        tree = trees.of_version(db, publication.version) if publication else None
        found = inspected(db, present) if present else None
        yield Row(
            name=name,
            codes=_codes(tree, present),
            live=publication,
            draft=present,
            found=found,
            changed=len(compared(tree, found.tree)) if found and found.tree else 0,
            to_come=scheduling.waiting(db, name),
        )


def _codes(tree: Tree | None, present: TreeDraft | None) -> str:
    if tree is not None:
        return ", ".join(tree.service_codes)
    assert present is not None
    return ", ".join(read(present.text).head.service_codes)
