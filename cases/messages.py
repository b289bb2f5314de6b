"""Gives Babel the short forms of how dossiers and complaints stand, and what is said of them."""

from collections.abc import Iterator
from typing import IO, Any

from cases import complaining
from cases.phrases import PHRASES, SHORT, STATUS
from locales.extraction import Found, found


def status_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for status in SHORT.values():
        yield found(0, STATUS, status, "14 characters at most")
    for phrase in PHRASES:
        yield found(0, STATUS, phrase, "of a dossier, on a screen or in an SMS: short")


def complaint_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for standing in complaining.STANDINGS:
        yield found(0, complaining.CONTEXT, standing, "14 characters at most")
