"""What is said: the conversations that the load generator holds with servers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Step:
    """One dial: `text` is all that was typed; the reply begins with `start` and holds `word`."""

    text: str
    start: str
    word: str


@dataclass(frozen=True, slots=True)
class Conversation:
    service_code: str
    steps: tuple[Step, ...]

    def first(self) -> "Conversation":
        """Its first dial alone."""
        return Conversation(self.service_code, self.steps[:1])

    def but_the_last(self) -> "Conversation":
        """All dials but the one that ends it."""
        return Conversation(self.service_code, self.steps[:-1])

    def arguments(self) -> Iterator[str]:
        """Itself, as load.lua takes it."""
        yield f"code={quote(self.service_code, safe='*')}"
        for step in self.steps:
            yield f"step={step.start}|{step.word}|{quote(step.text, safe='*')}"


def _conversation(service_code: str, *said: tuple[str | None, str, str]) -> Conversation:
    """From (what is typed, how the reply begins, a word it holds); the first is the dial itself."""
    steps = []
    typed: list[str] = []
    for entry, start, word in said:
        if entry is not None:
            typed.append(entry)
        steps.append(Step("*".join(typed), start, word))
    return Conversation(service_code, tuple(steps))


def _from_file() -> Conversation:
    written = json.loads((FOLDER / "conversation.json").read_text(encoding="utf-8"))
    said = [(step["entry"], step["reply"][:3], step["word"]) for step in written["steps"]]
    return _conversation(written["service_code"], *said)


# Five screens that need no data: tree.yaml here, and every yardstick.
FIVE_STEPS = _from_file()

# The demo office, by somebody who has never dialled: a language is chosen, a ticket taken; who
# hangs up then has it, and was only asked how far the way is.
TICKET = _conversation(
    "*384*50#",
    (None, "CON", "Langue"),
    ("1", "CON", "Prendre un ticket"),
    ("1", "CON", "Quel bureau"),
    ("1", "CON", "Quel service"),
    ("1", "CON", "Devant vous"),
    ("1", "CON", "Ticket A"),
)

# The demo office, by somebody who has a dossier (benchmarks.ussd.dossiers): theirs, and how it is.
STATUS = _conversation(
    "*384*50#",
    (None, "CON", "Suivre un dossier"),
    ("2", "CON", "Votre dossier"),
    ("1", "CON", "depuis le"),
)
