"""The stories we ship, told to the product; and a teller that notices when a story is not true."""

import pytest
from pydantic import ValidationError

from menus.stories import Story, StoryFailed, stories, tell

TOLD = [story for story in stories() if not story.in_memory]


@pytest.mark.parametrize("story", TOLD, ids=lambda story: story.story)
def test_a_story_holds(office, story):
    tell(story, office.phone(story.phone, story.dial))


def story(**changes) -> Story:
    told = {
        "story": "A dial",
        "phone": "+221770000050",
        "dial": "*384*50#",
        "shows": ["Langue"],
        "then": [{"enter": "1", "shows": ["Prendre un ticket"]}],
    }
    return Story.model_validate({**told, **changes})


FALSE = {
    "a first screen that shows something else": {"shows": ["Bonjour"]},
    "a first screen that shows what it must not": {"hides": ["Wolof"]},
    "a later screen that shows something else": {"then": [{"enter": "1", "shows": ["Bonjour"]}]},
    "an end that does not come": {"then": [{"enter": "1", "ends": True}]},
    "an end that comes too early": {
        "then": [{"enter": entry} for entry in ("1", "1", "1", "1", "1", "1")]
    },
}


@pytest.mark.parametrize("change", FALSE.values(), ids=FALSE.keys())
def test_a_story_that_is_not_true_fails_with_the_whole_conversation(office, change):
    with pytest.raises(StoryFailed, match="Langue / Language"):
        tell(story(**change), office.phone())


def test_a_key_that_nobody_reads_is_refused():
    with pytest.raises(ValidationError):
        story(then=[{"enter": "1", "show": ["Bonjour"]}])
