"""The registry through which rooms answer what citizens write.

    @keyword(TICKET)
    def ticket(asked: Asked) -> Reply | None: ...

An answer runs in the transaction in which the SMS becomes handled: what it changes and its reply
are there once, or not at all. None: nothing is said. `NOT_UNDERSTOOD`: it makes no sense here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel import Session

from locales.values import Values


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wrote what after the keyword; `code`: what they can be told to dial."""

    db: Session
    phone: str
    rest: str
    language: str
    code: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """A text of sms/texts.yaml; `language`, where it is not that of the question."""

    text: str
    values: Values = field(default_factory=dict)
    language: str | None = None


Answer = Callable[[Asked], Reply | None]

NOT_UNDERSTOOD: Final = Reply("not_understood")
_answers: dict[str, Answer] = {}


def keyword(name: str) -> Callable[[Answer], Answer]:
    """Offers a function as the answer to a keyword of sms/keywords.py."""

    def register(answer: Answer) -> Answer:
        if name in _answers:
            raise ValueError(f"{name} is answered already")
        _answers[name] = answer
        return answer

    return register


def reply_to(name: str, asked: Asked) -> Reply | None:
    """What to say; nothing is understood that no room answers."""
    answer = _answers.get(name)
    if answer is None:
        return _with_code(NOT_UNDERSTOOD, asked)
    reply = answer(asked)
    return reply and _with_code(reply, asked)


def understood(reply: Reply | None) -> bool:
    return reply is None or reply.text != NOT_UNDERSTOOD.text


def _with_code(reply: Reply, asked: Asked) -> Reply:
    return Reply(reply.text, {"code": asked.code, **reply.values}, reply.language)
