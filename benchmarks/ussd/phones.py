"""Phones that dial one by one, in Python: to try a server out, and to make numbers known to it.
Loads are wrk's matter."""

import http.client
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from benchmarks.ussd.conversations import Conversation

_LINES = 8


class WrongReply(Exception):
    """A reply that the conversation does not have."""


class Line:
    """A connection to a server, kept open, as a gateway keeps its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)

    def dial(self, code: str, phone: str, session: str, text: str) -> str:
        form = {
            "sessionId": session,
            "phoneNumber": phone,
            "networkCode": "60801",
            "serviceCode": code,
            "text": text,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            self._connection.request("POST", self._path, urlencode(form, safe="*"), headers)
            answer = self._connection.getresponse()
            body = answer.read().decode("utf-8", "replace")
        except http.client.HTTPException as problem:
            raise WrongReply(f"no HTTP: {problem!r}") from None
        if answer.status != 200:
            raise WrongReply(f"HTTP {answer.status}: {body[:100]}")
        return body

    def close(self) -> None:
        self._connection.close()


def converse(
    url: str,
    conversation: Conversation,
    phone: str,
    after_each: Callable[[int], None] = lambda place: None,
) -> list[str]:
    """Holds the conversation once; returns the replies. Raises WrongReply, OSError. `after_each` is
    called after each reply, with its place."""
    line = Line(url)
    session = f"ATUid_{secrets.token_hex(16)}"
    replies: list[str] = []
    try:
        for place, step in enumerate(conversation.steps):
            reply = line.dial(conversation.service_code, phone, session, step.text)
            if not reply.startswith(f"{step.start} ") or step.word not in reply:
                raise WrongReply(f"{step.text!r}: {reply[:100]!r} instead of {step.word!r}")
            replies.append(reply)
            after_each(place)
    finally:
        line.close()
    return replies


def dial_all(url: str, conversation: Conversation, numbers: Sequence[str]) -> None:
    """Each number dials once: after that, the server knows it."""
    first = conversation.steps[0]

    def dial_some(start: int) -> None:
        line = Line(url)
        for phone in numbers[start::_LINES]:
            session = f"ATUid_{secrets.token_hex(16)}"
            reply = line.dial(conversation.service_code, phone, session, first.text)
            if first.word not in reply:
                raise WrongReply(reply[:100])
        line.close()

    with ThreadPoolExecutor(_LINES) as pool:
        list(pool.map(dial_some, range(_LINES)))
