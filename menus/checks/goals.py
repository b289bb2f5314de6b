"""What citizens come for is near: every screen on the way loses some of them."""

from collections import deque
from collections.abc import Iterator

from menus.flow import ways
from menus.source import Complaint, Draft
from menus.standing import silent
from menus.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    near = _screens_from_home(draft)
    for index, goal in enumerate(draft.head.goals):
        line = draft.line("goals", index, "screen")
        if goal.screen not in draft.screens:
            message = f"goals: no screen is called {goal.screen}: name one"
            yield Complaint(draft.file, line, message)
        elif goal.screen not in near:
            message = f"goals: no way leads from home to {goal.screen}: add one"
            yield Complaint(draft.file, line, message, goal.screen)
        elif near[goal.screen] > goal.within:
            message = (
                f"goals: {near[goal.screen]} screens from home to {goal.screen}, "
                f"{goal.within} wanted: shorten the way"
            )
            yield Complaint(draft.file, line, message, goal.screen, severity="warning")


def _screens_from_home(draft: Draft) -> dict[str, int]:
    """The fewest screens that are seen after home up to this one, it included; actions are not."""
    home = draft.head.home
    near: dict[str, int] = {}
    waiting = deque([(home, 0)])
    while waiting:
        name, passed = waiting.popleft()
        if name in near or name not in draft.screens:
            continue
        near[name] = passed + 1
        unseen = silent(draft)[name]
        for edge in ways(draft)[name]:
            if edge in unseen or name == home:
                waiting.appendleft((edge.target, passed))
            else:
                waiting.append((edge.target, passed + 1))
    return near
