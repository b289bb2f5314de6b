"""Gives Babel the texts of SMS, each under `sms.<name>`."""

from collections.abc import Iterator
from typing import IO, Any

from locales.extraction import Found, composed, entries, under, written


def sms_messages(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for name, body in entries(composed(file)):
        text = under(body, "text")
        if text is not None:
            yield written(text, f"sms.{name}", "SMS: one segment, with the longest values")
