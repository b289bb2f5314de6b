"""Actions and sources exist, get what they need, and each declared outcome has its own way on."""

from collections.abc import Iterator, Mapping

from menus.actions import ACTIONS, SOURCES
from menus.grammar import ChooseNode, DoNode
from menus.source import Complaint, Draft
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for name, screen in draft.screens.items():
        if isinstance(screen, DoNode):
            yield from _action(draft, name, screen)
        elif isinstance(screen, ChooseNode) and screen.items is not None:
            source = SOURCES.get(screen.items.source)
            if source is None:
                message = f"no source {screen.items.source}: there are {_names(SOURCES)}"
                yield draft.complain(message, name, "from", "source")
            elif screen.items.given != list(source.parameters):
                message = f"{source.name} needs `with: [{', '.join(source.parameters)}]`"
                yield draft.complain(message, name, "from", "with")


def _action(draft: Draft, name: str, screen: DoNode) -> Iterator[Complaint]:
    action = ACTIONS.get(screen.do)
    if action is None:
        yield draft.complain(f"no action {screen.do}: there are {_names(ACTIONS)}", name, "do")
        return
    if screen.given != list(action.parameters):
        message = f"{action.name} needs `with: [{', '.join(action.parameters)}]`"
        yield draft.complain(message, name, "with")
    for outcome in action.outcomes.keys() - screen.outcomes.keys():
        message = f"{action.name} may end as {outcome}: say under `outcomes` where that goes"
        yield draft.complain(message, name, "outcomes")
    for outcome in screen.outcomes.keys() - action.outcomes.keys():
        message = f"{action.name} never ends as {outcome}: take it out"
        yield draft.complain(message, name, "outcomes", outcome)


def _names(registry: Mapping[str, object]) -> str:
    return ", ".join(sorted(registry)) or "none"
