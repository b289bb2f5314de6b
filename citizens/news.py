"""Tells the channels that what they remember of a citizen holds no more."""

from collections.abc import Callable
from functools import partial

from sqlmodel import Session

from database import after_commit

_listeners: dict[str, Callable[[str], object]] = {}


def listen(channel: str, forget: Callable[[str], object]) -> None:
    """`forget(phone)` is called once something of that citizen has changed; one per channel."""
    _listeners[channel] = forget


def changed(db: Session, phone: str) -> None:
    """Something of this citizen changes in this transaction, by another way than a dial."""
    for channel, forget in _listeners.items():
        after_commit(db, f"{channel} forgets {phone}", partial(forget, phone))
