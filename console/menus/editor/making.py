"""From a form to the changed tree: pure but for what is looked up. Saving and checking share it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from console.menus.editor import fields, sheet
from console.menus.editor.fields import Remarks
from console.menus.editor.opening import Opened
from console.menus.editor.sheet import NEW, Sheet
from menus import words as platform
from menus.commands import LAYOUTS
from menus.editing import screens
from menus.editing import work as editing
from menus.editing.screens import Body
from menus.editing.work import Work
from menus.grammar import KINDS
from menus.subject import Subject
from menus.versions import Written


class Unreadable(Exception):
    """What was typed is no screen at all: what stands beside which field."""

    def __init__(self, remarks: Remarks) -> None:
        self.remarks = remarks
        super().__init__("no screen")


@dataclass(frozen=True, slots=True)
class Made:
    """`created`: the new screens that ways lead to."""

    work: Work
    created: Sequence[str] = ()


def made(at: Opened, typed: Sheet) -> Made:
    """The tree with the screen as it was typed; ways to new screens lead there afterwards. Raises
    Unreadable."""
    created: dict[str, Body] = {}
    ways = [(key, words) for key, words in typed.targets() if typed.target(key) in NEW]
    for key, words in ways:
        name = screens.free_name(words, [*at.draft.screens, typed.name, *created])
        kind = NEW[typed.target(key)]
        created[name] = screens.template(kind, words or name, at.draft.head.home, platform.BACK)
        typed.lead(key, name)
    before = at.draft.screens.get(typed.name)
    body = _readable(typed, sheet.written(typed, before))
    work = at.work
    if before is None:  # it was taken out, or renamed, meanwhile
        work = editing.add(work, typed.name, body, at.otherwise, None)
    texts = [one.typed for one in typed.wordings()]
    work = editing.write(work, typed.name, body, texts, at.otherwise, typed.order)
    for name, fresh in reversed(created.items()):
        work = editing.add(work, name, fresh, at.otherwise, typed.name)
    return Made(work, tuple(created))


def written(work: Work) -> Written:
    return Written(work.text, work.book)


def subject(at: Opened, work: Work) -> Subject:
    return written(work).subject(f"{at.tree}.yaml", LAYOUTS)


def _readable(typed: Sheet, body: Body) -> Body:
    try:
        KINDS[typed.kind].model_validate(body)
    except ValidationError as wrong:
        raise Unreadable(fields.refused(typed, wrong.errors())) from None
    return body
