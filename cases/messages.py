"""Gives Babel the short forms of how dossiers and complaints stand."""

from collections.abc import Iterator
from typing import IO, Any

from cases import complaining
from cases.actions import SHORT_STATUS
from locales.extraction import Found, found


def status_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for status in SHORT_STATUS.values():
        yield found(0, "status", status, "14 characters at most")


def complaint_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for standing in complaining.STANDINGS:
        yield found(0, complaining.CONTEXT, standing, "14 characters at most")
