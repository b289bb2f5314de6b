"""The trees that can be dialled, in this process: by service code, and by version.

What is live is read from the database and kept. A thread asks every second whether something was
published, so that a dial never waits for that; a session that is on an older version finds it too.
"""

import logging
import threading
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from database import reading, writing
from locales import catalogues, made_here
from menus import versions
from menus.tree import Tree
from serving.fibers import Helpers

log = logging.getLogger(__name__)

TREES = Path(__file__).parent / "trees"
_ASK_EVERY = 1.0  # seconds


class Shelf:
    """A set of live trees. Pure: the library changes shelves, a dial uses one."""

    def __init__(self, trees: list[Tree]) -> None:
        self.trees = trees
        self._by_code = {code: tree for tree in reversed(trees) for code in tree.service_codes}

    def dialled(self, service_code: str) -> tuple[Tree, str]:
        """The tree for what was dialled, and its code. A long dial (`*384*50*2#`) finds the code it
        begins with, `#384*50#` also one that is written `*384*50#`; a code that no tree claims gets
        the first tree, so that a test account's own code works. Raises LookupError where there is
        no tree at all. A provider that tells no code has one menu: the first."""
        exact = self._by_code.get(service_code)
        if exact is not None:
            return exact, service_code
        for sign in (service_code[:1], "*", "#"):
            dialled = f"{sign}{service_code[1:].rstrip('#')}*"
            found = [code for code in self._by_code if dialled.startswith(f"{code.rstrip('#')}*")]
            if found:
                code = max(found, key=len)
                return self._by_code[code], code
        if not self.trees:
            raise LookupError("no tree is live: `flask menus publish` makes one so")
        return self.trees[0], service_code or self.trees[0].service_codes[0]


class Library:
    """The live trees of this process. Nothing is read before the first dial."""

    def __init__(self) -> None:
        self._shelf: Shelf | None = None
        self._latest = -1
        self._folded: frozenset[str] | None = None
        self._compiled: dict[str, Tree] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None
        self._helpers = Helpers(2, "library")

    def dialled(self, service_code: str) -> tuple[Tree, str]:
        if self._shelf is None:
            self._helpers.do(self._open)
        assert self._shelf is not None
        return self._shelf.dialled(service_code)

    def version(self, version: str) -> Tree | None:
        """The tree of this version, also one that is live no more."""
        tree = self._compiled.get(version)
        return tree if tree is not None else self._helpers.do(lambda: self._fetch(version))

    def refresh(self) -> bool:
        """Takes up what was published, and what was translated; True if something was published, or
        other letters were chosen, in which trees are written."""
        made_here.refresh()
        if self._folded != catalogues.folded():
            self._folded, self._compiled, self._latest = catalogues.folded(), {}, -1
        with reading() as db:
            latest = versions.latest(db)
            if latest == self._latest:
                return False
            live = versions.live(db)
        trees = [self.version(publication.version) for publication in live.values()]
        self._shelf = Shelf([tree for tree in trees if tree is not None])
        self._latest = latest
        return True

    def _open(self) -> None:
        with self._lock:
            if self._shelf is not None:
                return
            self.refresh()
            if self._latest == 0:  # a database that was migrated by hand: the release's trees go in
                take_shipped()
                self.refresh()
            self._watcher = threading.Thread(target=self._watch, name="library", daemon=True)
            self._watcher.start()

    def close(self) -> None:
        """Asks no more for what is published."""
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()

    def _watch(self) -> None:
        away = False
        while not self._closed.wait(_ASK_EVERY):
            try:
                if self.refresh():
                    log.info("menus: what was published is live here")
                away = False
            except Exception as problem:  # the database is away: what we have stays good
                if not away:
                    log.warning("menus: can't ask for publications: %s", problem)
                away = True

    def _fetch(self, version: str) -> Tree | None:
        with reading() as db:
            stored = versions.load(db, version)
        if stored is None:
            return None
        return self._compiled.setdefault(version, stored.tree())


def shipped() -> dict[str, str]:
    """The tree files that came with this release, by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(TREES.glob("*.yaml"))}


def take_shipped() -> list[str]:
    """Brings the release's trees in, as live versions or as drafts; says what was done."""
    try:
        with writing() as db:
            return versions.take_shipped(db, shipped())
    except IntegrityError:  # another process has done just that at the same time
        return []
