"""Where a menu's other pages are, as far as this console has them."""

from collections.abc import Iterator
from typing import Any

from flask import current_app, url_for

from console.speaking import _
from menus.source import Complaint


def edit(tree: str) -> str:
    """The editor; where there is none, the YAML."""
    return _url("console.menu_edit", tree=tree) or url_for("console.menu_yaml", tree=tree)


def mend(tree: str, complaint: Complaint) -> str:
    """Where a defect is mended: its screen in the editor, or its line."""
    if complaint.screen is not None:
        url = _url("console.menu_screen", tree=tree, screen=complaint.screen)
        if url:
            return url
    return url_for("console.menu_yaml", tree=tree, line=complaint.line)


def screen(tree: str, name: str) -> str:
    return _url("console.menu_screen", tree=tree, screen=name)


def around(tree: str, draft: bool) -> Iterator[tuple[str, str]]:
    """Name and address of the pages beside the draft's own."""
    if url := _url("console.translations", tree=tree):
        yield _("Traductions"), url
    if url := _url("phone.show", tree=tree, **({"draft": 1} if draft else {})):
        yield _("Composer"), url
    yield _("YAML"), url_for("console.menu_yaml", tree=tree)
    yield _("Historique"), url_for("console.menu_history", tree=tree)


def _url(endpoint: str, **values: Any) -> str:
    """Empty where there is no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
