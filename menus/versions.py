"""Drafts, versions and what is live: the life of a tree from an editor's hand to citizens' phones.

A draft is checked, told its stories, and published as a version: the tree and its translations
together, under one hash. Going back publishes an earlier version again. What is live is the latest
publication of a tree; nothing is ever deleted, and what is dropped can be taken up again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from locales.catalogues import Translation, folded, look_up
from menus import kept, phrasebook, steps, words
from menus.compiler import assembled, examine
from menus.layouts import Layout
from menus.models import DroppedDraft, TreeDraft, TreePublication, TreeVersion
from menus.phrasebook import Phrasebook
from menus.source import BrokenTree, read
from menus.stories import Story, StoryFailed
from menus.subject import Subject
from menus.telling import told
from menus.tree import Tree
from settings import current as current_settings

SHIPPED = "Guichet"  # who published what came with a release
_DROPPED_KEPT = 10  # drafts of a tree


class Refused(Exception):
    """What was asked can't be done, and what to do instead; `why` is one word for it, `who` stands
    in the way, if somebody does."""

    def __init__(self, message: str, why: str, who: str = "") -> None:
        super().__init__(message)
        self.why, self.who = why, who


@dataclass(frozen=True, slots=True)
class Written:
    """A tree as it is stored: its file, what it says in each language, and its version where it has
    one: that stands, whatever a later release says besides."""

    text: str
    book: Phrasebook
    version: str | None = None

    def subject(self, file: str, layouts: Mapping[str, Layout] | None = None) -> Subject:
        """For the checks. Raises BrokenTree for what is no tree at all."""
        translations = phrasebook.translations_from(self.book, word)
        if layouts is None:
            return Subject(read(self.text, file), translations, folded())
        return Subject(read(self.text, file), translations, folded(), layouts)

    def tree(self, file: str = "tree.yaml") -> Tree:
        return assembled(self.subject(file), self.text, self.version)


def word(language: str, context: str, french: str) -> Translation:
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
    what: str = "",
) -> TreeDraft:
    """Saves a draft; `what` was done to it can be undone (`menus.steps`). `revision` is that of the
    draft the editor had before them (None: there was none), `base` the version they began from
    (None: what is live). Raises Refused if someone else has saved meanwhile, BrokenTree for what is
    no tree."""
    name = read(made.text, file).head.tree
    now = datetime.now(UTC)
    book = phrasebook.to_json(made.book)
    present = db.get(TreeDraft, name)
    if present is None:
        steps.forget(db, name)
        if revision is not None:
            message = f"the draft of {name} is gone: someone has published or dropped it"
            raise Refused(message, "gone")
        current = live(db).get(name)
        base = base or (current.version if current else None)
        before = db.get(TreeVersion, base) if base else None
        if before is not None:
            steps.record(db, before.tree, before.text, before.translations, "", before.made_by)
        new = TreeDraft(
            tree=name,
            text=made.text,
            translations=book,
            base=base,
            saved_by=by,
            saved_at=now,
            hands=by,
            revision=_next_revision(db, name),
        )
        begun = _begun(db, new)
        steps.record(db, name, new.text, new.translations, what, by)
        return begun
    if not steps.any_of(db, name):
        steps.record(db, name, present.text, present.translations, "", present.saved_by)
    result = db.exec(
        update(TreeDraft)
        .where(col(TreeDraft.tree) == name, col(TreeDraft.revision) == (revision or 0))
        .values(
            text=made.text,
            translations=book,
            revision=TreeDraft.revision + 1,
            saved_by=by,
            saved_at=now,
            hands="\n".join(dict.fromkeys((*present.editors, by))),
            approved_by=None,
        )
    )
    if result.rowcount == 0:
        db.refresh(present)
        raise Refused(
            f"{present.saved_by} has saved a draft of {name}, revision {present.revision}: look at "
            "it first, then save over it by naming that revision, or drop it",
            "saved",
            present.saved_by,
        )
    db.refresh(present)
    steps.record(db, name, made.text, book, what, by)
    return present


def _next_revision(db: Session, tree: str) -> int:
    """Counts on from earlier drafts, so that a page which shows one of those is an old one."""
    published = select(func.max(TreePublication.revision)).where(TreePublication.tree == tree)
    dropped = select(func.max(DroppedDraft.revision)).where(DroppedDraft.tree == tree)
    return 1 + max(db.exec(published).one() or 0, db.exec(dropped).one() or 0)


def _begun(db: Session, new: TreeDraft) -> TreeDraft:
    """Raises Refused where somebody else has begun one in the same moment."""
    db.add(new)
    try:
        db.flush()
    except IntegrityError:
        raise Refused(
            f"someone has just begun a draft of {new.tree}: look at it", "saved"
        ) from None
    return new


def drop_draft(db: Session, tree: str, by: str, revision: int | None = None) -> DroppedDraft:
    """Puts a draft aside, from where it can be taken up again. Raises Refused where the draft is
    not the one that is meant."""
    present = meant(db, tree, by, revision, lock=True)
    dropped = keep_aside(db, present, by)
    db.delete(present)
    db.flush()
    steps.forget(db, tree)
    return dropped


def keep_aside(db: Session, present: TreeDraft, by: str) -> DroppedDraft:
    """A copy of the draft as it stands, before it goes; of old ones the last few are kept."""
    kept = present.model_dump(exclude={"approved_by"})
    dropped = DroppedDraft(**kept, dropped_by=by, dropped_at=datetime.now(UTC))
    db.add(dropped)
    db.flush()
    for old in dropped_drafts(db, present.tree)[_DROPPED_KEPT:]:
        db.delete(old)
    return dropped


def dropped_drafts(db: Session, tree: str) -> list[DroppedDraft]:
    """The latest first."""
    query = select(DroppedDraft).where(DroppedDraft.tree == tree)
    return list(db.exec(query.order_by(col(DroppedDraft.id).desc())))


def take_up(db: Session, dropped: DroppedDraft) -> TreeDraft:
    """A dropped draft is the tree's draft again. Raises Refused where there is another one."""
    there = db.get(TreeDraft, dropped.tree)
    if there is not None:
        message = f"{there.saved_by} has saved another draft of {there.tree}: publish or drop it"
        raise Refused(message, "saved", there.saved_by)
    kept = dropped.model_dump(exclude={"id", "dropped_by", "dropped_at"})
    kept["revision"] = _next_revision(db, dropped.tree)
    db.delete(dropped)
    return _begun(db, TreeDraft(**kept))


def meant(db: Session, tree: str, by: str, revision: int | None, lock: bool = False) -> TreeDraft:
    """The draft, if it is the revision that is named, or else was last saved by who asks. `lock`:
    nobody saves it before this transaction is over."""
    present = db.get(TreeDraft, tree, with_for_update=lock or None)
    if present is None:
        message = f"{tree} has no draft: `flask menus import FILE` makes one"
        raise Refused(message, "gone")
    if present.revision != revision if revision is not None else present.saved_by != by:
        raise Refused(
            f"{present.saved_by} has saved the draft of {tree}, revision {present.revision}: look "
            f"at it with `flask menus diff {tree}`, then say --revision {present.revision}",
            "saved",
            present.saved_by,
        )
    return present


def begin_from_live(db: Session, tree: str, by: str, revision: int) -> TreeDraft:
    """The draft as if it had been begun from what is live: who asks has seen what it changes there.
    That is a revision of its own. Raises Refused where the draft is not the one that is meant."""
    present = meant(db, tree, by, revision, lock=True)
    current = live(db).get(tree)
    base = current.version if current else None
    saved = save_draft(db, drafted(present), by, revision)
    saved.base = base
    db.add(saved)
    return saved


def approve(db: Session, tree: str, by: str, revision: int) -> TreeDraft:
    """A second person has looked at this revision. Raises Refused for one who has saved any of
    the draft, and where it is not the one that is meant."""
    present = meant(db, tree, by, revision, lock=True)
    if by in present.editors:
        raise Refused(f"{by} has worked on this draft: let somebody else approve it", "own", by)
    present.approved_by = by
    db.add(present)
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
    present = meant(db, tree, by, revision)
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
    present = meant(db, name, by, vetted.revision, lock=True)
    _refuse_outdated(db, present)
    _refuse_codes_of_others(db, vetted.tree)
    _refuse_unapproved(present)
    if vetted.despite_stories:
        note = f"{note} (despite its stories)"
    publication = _publish(db, vetted.made, vetted.tree, by, note)
    publication.revision, publication.base = present.revision, present.base
    publication.drafted_by, publication.approved_by = present.saved_by, present.approved_by
    db.delete(present)
    db.flush()
    steps.forget(db, name)
    return publication


def _refuse_unapproved(present: TreeDraft) -> None:
    if current_settings().menu_approval and present.approved_by is None:
        raise Refused(
            f"revision {present.revision} of {present.tree} waits for a second person: "
            f"`flask menus approve {present.tree} --revision {present.revision}`",
            "unapproved",
        )


def _refuse_outdated(db: Session, present: TreeDraft) -> None:
    current = live(db).get(present.tree)
    if (current.version if current else None) != present.base:
        assert current is not None
        raise Refused(
            f"{current.published_by} has published {current.version} since this draft was begun "
            f"from {present.base}: look at the difference, bring it into a new draft",
            "outdated",
            current.published_by,
        )


def roll_back(db: Session, tree: str, by: str, note: str, to: str | None = None) -> TreePublication:
    """Makes an earlier version live again: the one named, else the one before."""
    past = history(db, tree)
    if not past:
        raise Refused(f"no tree is called {tree}", "unknown")
    if to is None:
        to = next((one.version for one in past if one.version != past[0].version), None)
    if to is None or all(one.version != to for one in past):
        raise Refused(f"{tree} has no earlier version {to or ''}".rstrip(), "unknown")
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
            codes = ", ".join(sorted(taken))
            raise Refused(f"{codes} is dialled for {name}: choose another code", "code", name)


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
    all_of_them = told(tree, more)
    for one in all_of_them:
        if one.failed is not None:
            raise StoryFailed(f"{one.story.story}: {one.failed}")
    return len(all_of_them)
