"""Gives Babel the words that lists and SMS say of queues."""

from collections.abc import Iterator
from typing import IO, Any

from locales.extraction import Found, found
from queues.phrases import DAYS, PHRASES, TODAY, TOMORROW, WAIT_PHRASES, WAITS, WEEKDAYS


def _size(phrase: str) -> str:
    return "13 characters" if phrase in WAIT_PHRASES else "17 characters, with its value,"


def phrase_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for phrase in PHRASES:
        yield found(0, WAITS, phrase, f"of a wait or a ticket: {_size(phrase)} at most")
    for word in (TODAY, TOMORROW, *WEEKDAYS):
        yield found(0, DAYS, word, "16 characters at most; a date may follow")
