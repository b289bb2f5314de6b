"""Where a menu's other pages are, for who may see them."""

from collections.abc import Iterator

from flask import url_for

from console.sessions import me
from console.speaking import _
from console.translations.access import TRANSLATES
from menus.source import Complaint
from staff.models import ADMINISTRATOR, MANAGER


def edit(tree: str) -> str:
    return url_for("console.menu_edit", tree=tree)


def mend(tree: str, complaint: Complaint) -> str:
    """Where a defect is mended: its screen in the editor, or its line."""
    if complaint.screen is not None:
        return screen(tree, complaint.screen)
    return url_for("console.menu_yaml", tree=tree, line=complaint.line)


def screen(tree: str, name: str) -> str:
    return url_for("console.menu_screen", tree=tree, screen=name)


def around(tree: str, draft: bool) -> Iterator[tuple[str, str]]:
    """Name and address of the pages beside the draft's own."""
    if me().may(TRANSLATES):
        yield _("Traductions"), url_for("console.translations", tree=tree)
    yield _("Composer"), url_for("phone.show", tree=tree, draft=1 if draft else None)
    if me().may(ADMINISTRATOR):
        yield _("Histoires"), url_for("console.story_list", tree=tree)
        yield _("YAML"), url_for("console.menu_yaml", tree=tree)
    if me().may(MANAGER):
        yield _("Historique"), url_for("console.menu_history", tree=tree)
        yield _("Départs"), url_for("console.funnel", tree=tree)
