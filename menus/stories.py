"""Stories: conversations that must hold, in citizens' words. They are tests, and documentation.

    story: A first dial becomes a ticket
    phone: "+221770000050"
    dial: "*384*50#"
    shows: ["Langue / Language", "3 Wolof"]
    then:
      - {enter: "1", shows: ["1 Prendre un ticket"]}
      - {enter: "1", shows: ["1 Mairie"], hides: ["Erreur"]}
      - {enter: "1", shows: ["Ticket A001"], ends: true}

A story is told to a phone of the product, and to one in memory (menus/rehearsal.py), where there is
no office: `given` says what actions and lists answer there, `facts` what is known of the citizen.

    given:
      queues.offices: ["Mairie", "Préfecture"]
      queues.look: {open: {office: "Mairie", service_name: "Etat civil", ahead: 0}}

Where the demo office can't be so, `in_memory: true` says that it is told in memory only.

Each step says all that matters: a key that is not known here is refused, since an expectation that
is ignored passes for the wrong reason. A conversation that ends before its story does fails.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

import yaml
from pydantic import BaseModel, ConfigDict, Field

from locales.values import Values

FOLDER = Path(__file__).parent / "stories"

# What a name in `given` may hold: an action's outcome with its values (or several, taken in turn);
# a source's items, each a label, or a label and the value that stands for it.
GivenOutcome = Mapping[str, Values]
GivenItem = str | Mapping[Literal["value", "label"], str]
Given = GivenOutcome | Sequence[GivenOutcome] | Sequence[GivenItem]


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    enter: str
    shows: list[str] = []
    hides: list[str] = []
    ends: bool = False


class Story(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    story: str
    tree: str | None = None  # the tree it is about; without one, the tree that `dial` reaches
    phone: str
    dial: str
    facts: list[str] = ["first_dial"]
    language: str = "fr"  # that was chosen, where this is no first dial
    in_memory: bool = False  # what it needs is not so in the demo office
    given: dict[str, Given] = {}
    shows: list[str] = []
    hides: list[str] = []
    then: list[Step] = Field(min_length=1)


class Screen(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def goes_on(self) -> bool: ...


class Phone(Protocol):
    """Anything that dials: over HTTP, in process, or in memory."""

    def dial(self) -> Screen: ...
    def enter(self, entry: str) -> Screen: ...


class StoryFailed(AssertionError):
    """What went otherwise than told, with the whole conversation.

    `why`: shows, hides, ended, ends, goes_on, or broken, where it can't be told at all; `expected`
    is what the story says of that; `transcript` what was typed ("> 1") and shown, as far as it
    went."""

    def __init__(
        self, message: str, why: str = "broken", expected: str = "", transcript: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.why, self.expected, self.transcript = why, expected, tuple(transcript)


def read_stories(path: Path) -> Iterator[Story]:
    """The stories of one file, in order."""
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        yield Story.model_validate(document)


def stories() -> Iterator[Story]:
    """Every story we ship, in order."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from read_stories(path)


def parsed(text: str) -> Story:
    """One story, from its YAML."""
    return Story.model_validate(yaml.safe_load(text))


def written(story: Story) -> str:
    """The story as YAML, without what goes without saying."""
    said = story.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100)


def tell(story: Story, phone: Phone) -> list[str]:
    """Tells the story to a phone; returns the transcript. Raises StoryFailed."""
    screen = phone.dial()
    transcript = [f"({story.dial})", screen.text]
    _check(screen.text, story.shows, story.hides, transcript)
    for step in story.then:
        if not screen.goes_on:
            problem = f"the conversation has ended before {step.enter!r}"
            raise _failed(problem, "ended", step.enter, transcript)
        screen = phone.enter(step.enter)
        transcript += [f"> {step.enter}", screen.text]
        _check(screen.text, step.shows, step.hides, transcript)
        if step.ends == screen.goes_on:
            problem = "it goes on here" if step.ends else "it ends here"
            raise _failed(problem, "goes_on" if step.ends else "ends", "", transcript)
    return transcript


def _check(text: str, shows: list[str], hides: list[str], transcript: list[str]) -> None:
    for expected in shows:
        if expected not in text:
            problem = f"the last screen does not show {expected!r}"
            raise _failed(problem, "shows", expected, transcript)
    for unwanted in hides:
        if unwanted in text:
            problem = f"the last screen shows {unwanted!r}"
            raise _failed(problem, "hides", unwanted, transcript)


def _failed(problem: str, why: str, expected: str, transcript: list[str]) -> StoryFailed:
    message = problem + "\n\n" + "\n---\n".join(transcript)
    return StoryFailed(message, why, expected, transcript)
