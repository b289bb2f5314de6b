"""`flask menus`: what administrators do with trees from a terminal."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from sqlmodel import Session

from database import migrate, reading, writing
from locales.catalogues import folded, look_up
from menus import catalogue, exchange, graph, library, phrasebook, report, versions, walk
from menus.compiler import examine
from menus.difference import differences
from menus.grammar import AskNode, ChooseNode, DoNode, SayNode, TreeNode
from menus.layouts import USUAL, Layout
from menus.rehearsal import MemoryPhone
from menus.source import BrokenTree, Complaint, read
from menus.stories import StoryFailed, read_stories, stories, tell
from menus.subject import Subject
from menus.tree import Tree
from menus.versions import Refused, Written

commands = AppGroup("menus", help="What citizens dial: check, publish, go back.")

# What phones can show, by provider; the application fills it in from its gateways.
LAYOUTS: dict[str, Layout] = {"usual": USUAL}


@contextmanager
def _told() -> Iterator[None]:
    """What can't be done is said in a line or two, without a trace."""
    if not migrate.is_current():
        raise click.ClickException("no database of this release here: run `flask migrate` first")
    try:
        yield
    except BrokenTree as broken:
        raise click.ClickException(f"{broken}\nMend these, then try again.") from None
    except StoryFailed as failed:
        hint = "Mend the menu, or say --despite-stories if that is meant."
        raise click.ClickException(f"a story does not hold: {failed}\n\n{hint}") from None
    except (Refused, ValueError) as problem:
        raise click.ClickException(str(problem)) from None


@commands.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "shape", type=click.Choice(["text", "json", "sarif"]), default="text")
def check(files: tuple[Path, ...], shape: str) -> None:
    """Check tree FILES (those we ship, if none is named). Ends with 1 where there are errors."""
    complaints: list[Complaint] = []
    for path in files or sorted(library.TREES.glob("*.yaml")):
        complaints += _examined(_shown(path))
    click.echo(report.FORMATS[shape](complaints))
    if any(complaint.severity == "error" for complaint in complaints):
        raise SystemExit(1)


def _shown(path: Path) -> Path:
    """A path as one would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _examined(path: Path) -> list[Complaint]:
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        draft = read(text, str(path))
        books = _books_beside(path, draft.head.languages)
    except BrokenTree as broken:
        return broken.complaints
    translations = phrasebook.translations_from(books, look_up)
    return examine(Subject(draft, translations, folded(), LAYOUTS))


def _books_beside(path: Path, languages: list[str]) -> dict[str, phrasebook.Phrases]:
    """The PO files in a tree file's folder, by language: `en.po`, `wo.po`, … Raises BrokenTree for
    one that can't be read."""
    books = {}
    for language in languages:
        file = path.parent / f"{language}.po"
        if file.exists():
            try:
                books[language] = phrasebook.from_po(file.read_bytes(), language)
            except ValueError as wrong:
                raise BrokenTree([Complaint(str(file), 1, str(wrong))]) from None
    return books


@commands.command("schema")
def schema() -> None:
    """The grammar of tree files as JSON Schema, for editors that complete and check."""
    nodes: list[type[BaseModel]] = [SayNode, ChooseNode, AskNode, DoNode]
    _, parts = models_json_schema([(node, "validation") for node in nodes])
    tree = TreeNode.model_json_schema()
    tree["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    tree["$defs"] = {**tree.get("$defs", {}), **parts["$defs"]}
    tree["properties"]["screens"]["additionalProperties"] = {
        "oneOf": [{"$ref": f"#/$defs/{node.__name__}"} for node in nodes]
    }
    click.echo(json.dumps(tree, ensure_ascii=False, indent=2))


@commands.command("actions")
def actions() -> None:
    """The actions, lists, conditions and checks that trees may name: docs/actions.md."""
    click.echo(catalogue.page(), nl=False)


@commands.command("list")
def list_trees() -> None:
    """The trees, what is live of each, and drafts."""
    with _told(), reading() as db:
        for name, publication in versions.live(db).items():
            tree = _stored(db, publication.version).tree()
            present = versions.draft(db, name)
            click.echo(
                f"{name} {' '.join(tree.service_codes)}: {publication.version} live since "
                f"{publication.published_at:%d/%m/%Y %H:%M} UTC, by {publication.published_by}: "
                f"{publication.note}"
            )
            if present is not None:
                click.echo(f"  draft, revision {present.revision}, saved by {present.saved_by}")


@commands.command("history")
@click.argument("name")
def history(name: str) -> None:
    """Who published what of tree NAME, when and why."""
    with _told(), reading() as db:
        for one in versions.history(db, name):
            when = f"{one.published_at:%d/%m/%Y %H:%M} UTC"
            click.echo(f"{one.version}  {when}  {one.published_by}: {one.note}")


@commands.command("show")
@click.argument("name")
@click.option("--version", help="An earlier version; by default the live one.")
@click.option("--draft", is_flag=True, help="The draft.")
def show(name: str, version: str | None, draft: bool) -> None:
    """The file of tree NAME."""
    with _told(), reading() as db:
        click.echo(_chosen(db, name, version, draft).text)


@commands.command("export")
@click.argument("name")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--version", help="An earlier version; by default the live one.")
@click.option("--draft", is_flag=True, help="The draft.")
def export(name: str, folder: Path, version: str | None, draft: bool) -> None:
    """Write tree NAME into a folder: its file, and a PO file per language."""
    with _told(), reading() as db:
        chosen = _chosen(db, name, version, draft)
        present = versions.draft(db, name) if draft else None
        current = versions.live(db).get(name)
    base = present.base if present else version or (current.version if current else None)
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in exchange.files_of(name, chosen, base).items():
        (folder / file).write_bytes(data)
    click.echo(f"{folder / name}.yaml and {len(chosen.book)} PO files are written.")


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", default=getpass.getuser, help="Who saves it; by default you.")
@click.option("--revision", type=int, help="The draft's revision that this is saved over.")
def import_tree(file: Path, by: str, revision: int | None) -> None:
    """Save FILE, and the PO files beside it, as a draft."""
    with _told():
        began, text = exchange.began(file.read_text(encoding="utf-8", errors="replace"))
        name = read(text, str(file)).head.tree
        with reading() as db:
            known = _known(db, name)
        beside = {one.name: one.read_bytes() for one in file.parent.glob("*.po")}
        made, began = exchange.brought({file.name: file.read_bytes(), **beside}, known)
        with writing() as db:
            saved = versions.save_draft(db, made, by, revision, str(file), began)
        click.echo(f"The draft of {name} is saved, revision {saved.revision}.")


def _known(db: Session, name: str) -> phrasebook.Phrasebook:
    current = versions.live(db).get(name)
    return _stored(db, current.version).book if current else {}


@commands.command("drop")
@click.argument("name")
@click.option("--by", default=getpass.getuser, help="Who drops it; by default you.")
@click.option("--revision", type=int, help="The draft's revision that is meant.")
def drop(name: str, by: str, revision: int | None) -> None:
    """Drop the draft of tree NAME: yours, or the revision that you name."""
    with _told(), writing() as db:
        versions.drop_draft(db, name, by, revision)
    click.echo(f"The draft of {name} is dropped.")


@commands.command("approve")
@click.argument("name")
@click.option("--by", default=getpass.getuser, help="Who approves; by default you.")
@click.option("--revision", type=int, required=True, help="The draft's revision that is meant.")
def approve(name: str, by: str, revision: int) -> None:
    """Approve the draft of tree NAME, as one who has not worked on it (MENU_APPROVAL)."""
    with _told(), writing() as db:
        versions.approve(db, name, by, revision)
    click.echo(f"Revision {revision} of {name} is approved.")


@commands.command("diff")
@click.argument("name")
@click.argument("before", required=False)
@click.argument("after", required=False)
def diff(name: str, before: str | None, after: str | None) -> None:
    """What changes for citizens: from the live version to the draft, or between two versions."""
    with _told(), reading() as db:
        new = _chosen(db, name, after, after is None).tree()
        if before is None and name not in versions.live(db):
            count = len(new.screens)
            raise Refused(f"{name} is not live yet: all of it is new, {count} screens", "unknown")
        old = _chosen(db, name, before, False).tree()
    changes = differences(old, new)
    click.echo("\n".join(map(str, changes)) or "Nothing changes.")


@commands.command("publish")
@click.argument("name")
@click.option("--note", required=True, help="What changes, and why.")
@click.option("--by", default=getpass.getuser, help="Who publishes; by default you.")
@click.option("--revision", type=int, help="The draft's revision that is meant.")
@click.option("--despite-stories", is_flag=True, help="Also where a story holds no more.")
def publish(name: str, note: str, by: str, revision: int | None, despite_stories: bool) -> None:
    """Make the draft of tree NAME live, yours or the revision that you name, if it has no error and
    its stories hold."""
    with _told():
        with reading() as db:
            vetted = versions.vet(db, name, by, revision, LAYOUTS, despite_stories)
        with writing() as db:
            publication = versions.publish(db, vetted, by, note)
    click.echo(f"{name}: version {publication.version} is live. Open sessions stay on theirs.")


@commands.command("rollback")
@click.argument("name")
@click.argument("version", required=False)
@click.option("--note", default="", help="Why.")
@click.option("--by", default=getpass.getuser, help="Who goes back; by default you.")
def rollback(name: str, version: str | None, note: str, by: str) -> None:
    """Make an earlier version of tree NAME live again: VERSION, or the one before."""
    with _told(), writing() as db:
        publication = versions.roll_back(db, name, by, note, version)
    click.echo(f"{name}: version {publication.version} is live again.")


@commands.command("tell")
@click.argument("story", required=False)
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--draft", is_flag=True, help="To the draft; by default to what is live.")
def tell_stories(story: str | None, file: Path | None, draft: bool) -> None:
    """Tell the stories whose name holds STORY (all, without it) in memory, and print them."""
    told = list(read_stories(file) if file else stories())
    chosen = [one for one in told if story is None or story.lower() in one.story.lower()]
    if not chosen:
        raise click.ClickException("no such story: there are\n" + "\n".join(s.story for s in told))
    with _told(), reading() as db:
        for one in chosen:
            tree = _tree_of(db, one.tree, one.dial, draft)
            click.echo(f"== {one.story}")
            click.echo("\n---\n".join(tell(one, MemoryPhone.of(one, tree))))


def _tree_of(db: Session, name: str | None, dial: str, draft: bool) -> Tree:
    if name is not None:
        return _chosen(db, name, None, draft).tree()
    live = [_stored(db, one.version).tree() for one in versions.live(db).values()]
    return library.Shelf(live).dialled(dial)[0]


@commands.command("walk")
@click.argument("name")
@click.option("--depth", default=12, show_default=True, help="The most entries on a path.")
@click.option("--draft", is_flag=True, help="The draft; by default what is live.")
def walk_tree(name: str, depth: int, draft: bool) -> None:
    """Explore every path of tree NAME with every outcome: the longest page, pages, hops."""
    with _told(), reading() as db:
        tree = _chosen(db, name, None, draft).tree()
    walked = walk.walk(tree, depth=depth)
    click.echo(str(walked))
    if walked.problems:
        raise SystemExit(1)


@commands.command("graph")
@click.argument("name")
@click.option("--format", "shape", type=click.Choice(["svg", "mermaid"]), default="svg")
@click.option("--draft", is_flag=True, help="The draft; by default what is live.")
def draw(name: str, shape: str, draft: bool) -> None:
    """Draw tree NAME."""
    with _told(), reading() as db:
        tree = _chosen(db, name, None, draft).tree()
    click.echo(graph.svg(tree) if shape == "svg" else graph.mermaid(tree))


def _chosen(db: Session, name: str, version: str | None, draft: bool) -> Written:
    if draft:
        present = versions.draft(db, name)
        if present is None:
            raise Refused(f"{name} has no draft: `flask menus import FILE` makes one", "gone")
        return versions.drafted(present)
    current = versions.live(db).get(name)
    if current is None:
        known = ", ".join(versions.live(db)) or "none"
        raise Refused(f"no tree is called {name}: there are {known}", "unknown")
    return _stored(db, version or current.version)


def _stored(db: Session, version: str) -> Written:
    stored = versions.load(db, version)
    if stored is None:
        raise Refused(f"no version {version}: `flask menus history NAME` shows them", "unknown")
    return stored
