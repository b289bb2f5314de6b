"""Drafts, versions and what is live: the life of a tree from an editor's hand to citizens' phones.

A draft is checked, told its stories, and published as a version: the tree and its translations
together, under one hash. Going back publishes an earlier version again. What is live is the latest
publication of a tree; nothing is ever deleted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select, update

from locales.catalogues import FOLDED, Translation, look_up
from menus import kept, phrasebook, words
from menus.compiler import assembled, examine
from menus.layouts import Layout
from menus.models import TreeDraft, TreePublication, TreeVersion
from menus.phrasebook import Phrasebook
from menus.rehearsal import MemoryPhone
from menus.source import BrokenTree, read
from menus.stories import Story, StoryFailed, stories, tell
from menus.subject import Subject
from menus.tree import Tree

SHIPPED = "Guichet"  # who published what came with a release


class Refused(Exception):
    """What was asked can't be done, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Written:
    """A tree as it is stored: its file, what it says in each language, and its version where it has
    one: that stands, whatever a later release says besides."""

    text: str
    book: Phrasebook
    version: str | None = None

    def subject(self, file: str, layouts: Mapping[str, Layout] | None = None) -> Subject:
        """For the checks. Raises BrokenTree for what is no tree at all."""
        translations = phrasebook.translations_from(self.book, _word)
        if layouts is None:
            return Subject(read(self.text, file), translations, FOLDED)
        return Subject(read(self.text, file), translations, FOLDED, layouts)

    def tree(self, file: str = "tree.yaml") -> Tree:
        return assembled(self.subject(file), self.text, self.version)


def _word(language: str, context: str, french: str) -> Translation:
    """The platform's own words, which a release may have added since a tree was written."""
    if context != words.CONTEXT:
        return Translation(french, "missing")
    return look_up(language, context, french)


def written(text: str, book: Phrasebook | None = None, file: str = "tree.yaml") -> Written:
    """A tree file with its translations: those given, then those we ship."""
    languages = read(text, file).head.languages
    translations = phrasebook.translations_from(book or {}, look_up)
    return Written(text, phrasebook.gathered(text, languages, translations))


# -- what is live ---------------------------------------------------------------------------------


def live(db: Session) -> dict[str, TreePublication]:
    """By tree: the publication that is dialled now."""
    rows = db.exec(select(TreePublication).order_by(col(TreePublication.id)))
    return {row.tree: row for row in rows}


def latest(db: Session) -> int:
    """Grows with each publication: cheap to ask whether anything is new."""
    newest = select(TreePublication.id).order_by(col(TreePublication.id).desc()).limit(1)
    return db.exec(newest).first() or 0


def load(db: Session, version: str) -> Written | None:
    row = db.get(TreeVersion, version)
    if row is None:
        return None
    return Written(row.text, phrasebook.from_json(row.translations), row.version)


def history(db: Session, tree: str) -> list[TreePublication]:
    """The tree's publications, the newest first."""
    query = select(TreePublication).where(TreePublication.tree == tree)
    return list(db.exec(query.order_by(col(TreePublication.id).desc())))


# -- drafts ---------------------------------------------------------------------------------------


def draft(db: Session, tree: str) -> TreeDraft | None:
    return db.get(TreeDraft, tree)


def drafts(db: Session) -> list[TreeDraft]:
    """All that are being worked on, by tree."""
    return list(db.exec(select(TreeDraft).order_by(col(TreeDraft.tree))))


def save_draft(
    db: Session,
    made: Written,
    by: str,
    revision: int | None = None,
    file: str = "tree.yaml",
    base: str | None = None,
) -> TreeDraft:
    """Saves a draft. `revision` is that of the draft the editor had before them (None: there was
    none), `base` the version they began from (None: what is live). Raises Refused if someone else
    has saved meanwhile, BrokenTree for what is no tree."""
    name = read(made.text, file).head.tree
    now = datetime.now(UTC)
    book = phrasebook.to_json(made.book)
    present = db.get(TreeDraft, name)
    if present is None:
        if revision is not None:
            raise Refused(f"the draft of {name} is gone: someone has published or dropped it")
        current = live(db).get(name)
        new = TreeDraft(
            tree=name,
            text=made.text,
            translations=book,
            base=base or (current.version if current else None),
            saved_by=by,
            saved_at=now,
        )
        db.add(new)
        db.flush()
        return new
    result = db.exec(
        update(TreeDraft)
        .where(col(TreeDraft.tree) == name, col(TreeDraft.revision) == (revision or 0))
        .values(
            text=made.text,
            translations=book,
            revision=TreeDraft.revision + 1,
            saved_by=by,
            saved_at=now,
        )
    )
    if result.rowcount == 0:
        raise Refused(
            f"{present.saved_by} has saved a draft of {name}, revision {present.revision}: look at "
            "it first, then save over it by naming that revision, or drop it"
        )
    db.refresh(present)
    return present


def drop_draft(db: Session, tree: str, by: str, revision: int | None = None) -> None:
    """Raises Refused where the draft is not the one that is meant."""
    db.delete(_meant(db, tree, by, revision))


def _meant(db: Session, tree: str, by: str, revision: int | None) -> TreeDraft:
    """The draft, if it is the revision that is named, or else was last saved by who asks."""
    present = db.get(TreeDraft, tree)
    if present is None:
        raise Refused(f"{tree} has no draft: `flask menus import FILE` makes one")
    if present.revision != revision if revision is not None else present.saved_by != by:
        raise Refused(
            f"{present.saved_by} has saved the draft of {tree}, revision {present.revision}: look "
            f"at it with `flask menus diff {tree}`, then say --revision {present.revision}"
        )
    return present


def drafted(present: TreeDraft) -> Written:
    return Written(present.text, phrasebook.from_json(present.translations))


# -- publishing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vetted:
    """A draft without errors, in this revision; `despite_stories`: they were not told to it."""

    tree: Tree
    made: Written
    revision: int
    despite_stories: bool


def vet(
    db: Session,
    tree: str,
    by: str,
    revision: int | None = None,
    layouts: Mapping[str, Layout] | None = None,
    despite_stories: bool = False,
) -> Vetted:
    """Checks the draft and tells it its stories, which may take seconds: reads, writes nothing.

    Raises Refused where the draft is not the one that is meant, BrokenTree while errors stand,
    StoryFailed when a story does not hold any more, unless that is meant."""
    present = _meant(db, tree, by, revision)
    _refuse_outdated(db, present)
    made = drafted(present)
    subject = made.subject(f"{tree}.yaml", layouts)
    _refuse_errors(subject)
    vetted = Vetted(assembled(subject, made.text), made, present.revision, despite_stories)
    if not despite_stories:
        rehearse(vetted.tree, kept.of(db, tree))
    return vetted


def publish(db: Session, vetted: Vetted, by: str, note: str) -> TreePublication:
    """Makes a draft live as it was vetted. Raises Refused when someone has saved it anew, or has
    published, meanwhile."""
    name = vetted.tree.name
    present = _meant(db, name, by, vetted.revision)
    _refuse_outdated(db, present)
    if drafted(present) != vetted.made:  # a draft that was begun anew counts from 1 again
        raise Refused(f"{present.saved_by} has begun another draft of {name} meanwhile: try again")
    _refuse_codes_of_others(db, vetted.tree)
    if vetted.despite_stories:
        note = f"{note} (despite its stories)"
    publication = _publish(db, vetted.made, vetted.tree, by, note)
    db.delete(present)
    return publication


def _refuse_outdated(db: Session, present: TreeDraft) -> None:
    current = live(db).get(present.tree)
    if (current.version if current else None) != present.base:
        assert current is not None
        raise Refused(
            f"{current.published_by} has published {current.version} since this draft was begun "
            f"from {present.base}: look at the difference, bring it into a new draft"
        )


def roll_back(db: Session, tree: str, by: str, note: str, to: str | None = None) -> TreePublication:
    """Makes an earlier version live again: the one named, else the one before."""
    past = history(db, tree)
    if not past:
        raise Refused(f"no tree is called {tree}")
    if to is None:
        to = next((one.version for one in past if one.version != past[0].version), None)
    if to is None or all(one.version != to for one in past):
        raise Refused(f"{tree} has no earlier version {to or ''}".rstrip())
    stored = load(db, to)
    assert stored is not None
    _refuse_codes_of_others(db, stored.tree())
    return _announce(db, tree, to, by, note or f"back to {to}")


def take_shipped(db: Session, files: Mapping[str, str]) -> list[str]:
    """Takes up the trees that came with this release (by file name); says what was done.

    A tree that nobody has published follows the release; one that somebody has is left alone, and
    the release's comes as a draft, unless a draft is being worked on.
    """
    done: list[str] = []
    current = live(db)
    for file, text in files.items():
        made = written(text, file=file)
        compiled = made.tree(file)
        name = compiled.name
        if db.get(TreeVersion, compiled.version) is not None:
            continue
        if name not in current or all(one.published_by == SHIPPED for one in history(db, name)):
            _refuse_errors(made.subject(f"{name}.yaml"))
            _publish(db, made, compiled, SHIPPED, "came with this release")
            done.append(f"{name}: version {compiled.version} is live")
        elif db.get(TreeDraft, name) is None:
            save_draft(db, made, SHIPPED, file=file)
            done.append(f"{name}: the release's changes are a draft")
    return done


def _refuse_errors(subject: Subject) -> None:
    complaints = examine(subject)
    if any(complaint.severity == "error" for complaint in complaints):
        raise BrokenTree(complaints)


def _refuse_codes_of_others(db: Session, made: Tree) -> None:
    for name, publication in live(db).items():
        stored = load(db, publication.version)
        if name == made.name or stored is None:
            continue
        taken = set(made.service_codes) & set(read(stored.text).head.service_codes)
        if taken:
            raise Refused(f"{', '.join(sorted(taken))} is dialled for {name}: choose another code")


def _publish(db: Session, made: Written, compiled: Tree, by: str, note: str) -> TreePublication:
    if db.get(TreeVersion, compiled.version) is None:
        db.add(
            TreeVersion(
                version=compiled.version,
                tree=compiled.name,
                text=made.text,
                translations=phrasebook.to_json(made.book),
                made_by=by,
                made_at=datetime.now(UTC),
            )
        )
        db.flush()
    return _announce(db, compiled.name, compiled.version, by, note)


def _announce(db: Session, tree: str, version: str, by: str, note: str) -> TreePublication:
    publication = TreePublication(
        tree=tree, version=version, published_by=by, published_at=datetime.now(UTC), note=note
    )
    db.add(publication)
    db.flush()
    return publication


def rehearse(tree: Tree, more: Iterable[Story] = ()) -> int:
    """Tells the tree's stories in memory, those we ship and `more`; returns how many. Raises
    StoryFailed, also where the tree never calls any more what a story gives."""
    told = [*(story for story in stories() if story.tree == tree.name), *more]
    for story in told:
        try:
            tell(story, MemoryPhone.of(story, tree))
        except (StoryFailed, ValueError) as failed:
            raise StoryFailed(f"{story.story}: {failed}") from None
    return len(told)
