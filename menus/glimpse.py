"""A screen as a citizen's phone shows it, with examples for its values: the engine's own pages.
Pure."""

from collections.abc import Iterator
from itertools import count

from msgspec import structs

from menus.engine import Call, Session, Show, resume, stand
from menus.layouts import USUAL, Layout
from menus.rehearsal import items, sample
from menus.tree import Choose, Do, Tree

_EXAMPLES = ("Exemple 1", "Exemple 2")


def pages(tree: Tree, name: str, language: str, layout: Layout = USUAL) -> tuple[str, ...]:
    """The pages of a screen for one who came from home, with every option that there may be. None
    for a screen that the tree lacks, and for an action, which shows nothing."""
    screen = tree.screens.get(name)
    if screen is None or isinstance(screen, Do) or language not in tree.languages:
        return ()
    values = {value: sample(kind) for value, kind in tree.kinds.items()}
    if isinstance(screen, Choose) and screen.listed is not None:
        values |= {value: "1" for value in screen.listed.given if value not in values}
    session = Session(
        tree=tree.version,
        language=language,
        screen=name,
        step=1,
        opening=False,
        values=values,
        trail=() if name == tree.home else (tree.home,),
        facts=tuple(sorted(tree.facts)),
    )
    return tuple(_turning(tree, layout, session))


def _turning(tree: Tree, layout: Layout, session: Session) -> Iterator[str]:
    """Page after page, until the last one stands again."""
    for page in count():
        step = stand(tree, layout, structs.replace(session, page=page))
        if isinstance(step, Call):
            step = resume(tree, layout, step, items(tree, step, _EXAMPLES))
        if not isinstance(step, Show) or step.session.page < page:
            return
        yield step.text
