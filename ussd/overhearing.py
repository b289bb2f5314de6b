"""What happens within a dial, for one who listens in the same process: the web phone, which tells
what actions answered, and makes a story of it.

    with listening() as heard:
        callback.answer(gateway, request)
    heard.answers

Where nobody listens, and gateways' dials are so, it costs a look.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from menus.engine import Answer, Call, Show


@dataclass(slots=True)
class Heard:
    """`facts` and `language` are set where a session began, and is none that dropped; `answers` are
    what this dial called for; `shown` is the page it came to."""

    facts: frozenset[str] | None = None
    language: str = ""
    answers: list[tuple[Call, Answer]] = field(default_factory=list)
    shown: Show | None = None

    def anew(self) -> None:
        """The dial is begun again: another process had moved the session meanwhile."""
        self.facts, self.language, self.answers, self.shown = None, "", [], None


_ear: ContextVar[Heard | None] = ContextVar("ear", default=None)


@contextmanager
def listening() -> Iterator[Heard]:
    token = _ear.set(Heard())
    try:
        heard = _ear.get()
        assert heard is not None
        yield heard
    finally:
        _ear.reset(token)


def ear() -> Heard | None:
    """Who listens to this dial, if anybody does."""
    return _ear.get()
