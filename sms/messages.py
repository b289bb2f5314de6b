"""Gives Babel the texts of SMS, each under `sms.<name>`, and what one may switch on or off."""

from collections.abc import Iterator
from typing import IO, Any

from locales.extraction import Found, composed, entries, found, under, written
from sms import own_data
from sms.actions import CONTEXT, LABELS


def sms_messages(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for name, body in entries(composed(file)):
        text = under(body, "text")
        if text is not None:
            yield written(text, f"sms.{name}", "SMS: one segment, with the longest values")


def topic_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for label in LABELS.values():
        yield found(0, CONTEXT, label, "22 characters at most; what, and whether one gets it")


def privacy_messages(_file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    for word in own_data.WORDS:
        yield found(0, own_data.CONTEXT, word, "12 characters at most")
