"""The stories of a tree, told to it in memory: which hold, and which fail where."""

from collections.abc import Iterable
from dataclasses import dataclass

from menus.rehearsal import MemoryPhone
from menus.stories import Story, StoryFailed, stories, tell
from menus.tree import Tree


@dataclass(frozen=True, slots=True)
class Told:
    """`failed`: why the story does not hold, if it does not."""

    story: Story
    failed: StoryFailed | None


def told(tree: Tree, more: Iterable[Story] = ()) -> list[Told]:
    """Every story that is about this tree: those we ship, and `more`."""
    shipped = (story for story in stories() if story.tree == tree.name)
    return [Told(story, _failure(story, tree)) for story in (*shipped, *more)]


def _failure(story: Story, tree: Tree) -> StoryFailed | None:
    try:
        tell(story, MemoryPhone.of(story, tree))
    except StoryFailed as failed:
        return failed
    except (LookupError, RuntimeError, ValueError) as broken:  # what it gives can't be so here
        return StoryFailed(str(broken))
    return None
