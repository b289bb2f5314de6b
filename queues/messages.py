"""Gives Babel the words that lists, SMS, the board and the slip say of queues."""

from collections.abc import Iterator
from typing import IO, Any

from locales.extraction import Found, found
from queues.board import words
from queues.phrases import DAYS, PHRASES, TODAY, TOMORROW, WAIT_PHRASES, WAITS, WEEKDAYS


def _size(phrase: str) -> str:
    return "13 characters" if phrase in WAIT_PHRASES else "17 characters, with its value,"


def phrase_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for phrase in PHRASES:
        yield found(0, WAITS, phrase, f"of a wait or a ticket: {_size(phrase)} at most")
    for word in (TODAY, TOMORROW, *WEEKDAYS):
        yield found(0, DAYS, word, "16 characters at most; a date may follow")


def board_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for word in words.ALL:
        yield found(0, words.CONTEXT, word, "on a screen in the hall, or on a slip: short")
