"""The trees that can be dialled, by service code and by version."""

from collections.abc import Iterable
from pathlib import Path

from locales.catalogues import FOLDED, look_up
from menus.compiler import compile_tree
from menus.tree import Tree

TREES = Path(__file__).parent / "trees"


class Library:
    """Trees compiled once per process."""

    def __init__(self, trees: Iterable[Tree]) -> None:
        self._trees = list(trees)
        if not self._trees:
            raise ValueError("no tree to dial: put one in menus/trees")
        self._by_version = {tree.version: tree for tree in self._trees}

    def dialled(self, service_code: str) -> tuple[Tree, str]:
        """The tree for what was dialled, and its code. A long dial (`*384*50*2#`) finds the code it
        begins with; a code that no tree claims gets the first tree, so that a test account's own
        code works."""
        dialled = service_code.rstrip("#")
        found = [
            (code, tree)
            for tree in self._trees
            for code in tree.service_codes
            if f"{dialled}*".startswith(f"{code.rstrip('#')}*")
        ]
        if not found:
            return self._trees[0], service_code
        code, tree = max(found, key=lambda pair: len(pair[0]))
        return tree, code

    def version(self, version: str) -> Tree | None:
        return self._by_version.get(version)

    @property
    def trees(self) -> list[Tree]:
        return list(self._trees)


def shipped() -> Library:
    """The trees in `menus/trees`, compiled. Raises BrokenTree."""
    return Library(
        compile_tree(path.read_text(encoding="utf-8"), look_up, FOLDED, str(path.name))
        for path in sorted(TREES.glob("*.yaml"))
    )
