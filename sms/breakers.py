"""One breaker per gateway and sender (sms/breaking.py), shared by all workers through Redis.

What a process knows of them is at most half a second old; without Redis it goes by what it has seen
itself.
"""

import dataclasses
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, cast

from redis import Redis
from redis.exceptions import RedisError

from background import work
from sms import breaking
from sms.breaking import CLOSED, Breaker
from sms.gateways import Result
from sms.routes import Way

log = logging.getLogger(__name__)

_KEY: Final = "guichet:sms:breakers"  # a hash: `gateway|sender` -> the breaker as JSON
_FRESH = 0.5  # seconds
_GONE = 5.0  # seconds for which a Redis that is gone is not asked
_TRIES = 20

# Changes a field that is still as we read it; an empty text is one that is not there.
_SWAP: Final = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
"""

_SAID: Final = {
    "insufficient_balance": "the balance is used up",
    "wrong_credentials": "our credentials are refused",
    "invalid_sender": "the sender is refused",
    "no_connection": "it can't be reached",
}


@dataclass(frozen=True, slots=True)
class Open:
    """A breaker that is open: since when, until when at least, and why (a reason)."""

    gateway: str
    sender: str | None
    reason: str
    since: datetime
    until: datetime


@dataclass
class _Seen:
    """What this process knows, by name, as text; and of which Redis that is."""

    of: Redis | None = None
    fresh_until: float = 0.0
    gone_until: float = 0.0
    texts: dict[str, str] = field(default_factory=dict)


_seen = _Seen()
_lock = threading.Lock()


def is_open(way: Way) -> bool:
    """Whether the gateway is to be left alone for now. Once a breaker's time is up, this is False
    for one caller, whose call is the probe."""
    name, now = _name(way), time.time()
    if not breaking.is_open(_read(_texts().get(name, ""))):
        return False
    return not _probe(name, now)


def note(way: Way, results: list[Result]) -> None:
    """What one call came to."""
    said = breaking.verdict(results)
    name = _name(way)
    before = _read(_texts().get(name, ""))
    now = time.time()
    if breaking.after(before, said, now) == before:
        return
    before, then = _change(name, lambda breaker: breaking.after(breaker, said, now))
    if breaking.is_open(then) and not breaking.is_open(before):
        why = _SAID.get(then.reason, f"it does not answer as it should ({then.reason})")
        log.error("SMS provider %s: %s; messages are kept", _spoken(way), why)
    elif breaking.is_open(before) and not breaking.is_open(then):
        log.warning("SMS provider %s is well again", _spoken(way))


def states() -> list[Open]:
    """The breakers that are open, as they stand now."""
    _seen.fresh_until = 0.0
    found = []
    for name, text in sorted(_texts().items()):
        breaker = _read(text)
        if breaking.is_open(breaker):
            gateway, _, sender = name.partition("|")
            since, until = _moment(breaker.since), _moment(breaker.until)
            found.append(Open(gateway, sender or None, breaker.reason, since, until))
    return found


def pause(way: Way) -> None:
    """A person opens it: nothing leaves by this way until they say so."""
    now = time.time()
    _change(_name(way), lambda _: breaking.paused(now))
    log.warning("SMS provider %s is paused by hand", _spoken(way))


def close(way: Way) -> None:
    """A person closes it, whatever opened it: the next message tries."""
    _change(_name(way), lambda _: CLOSED)
    log.warning("SMS provider %s is tried again, by hand", _spoken(way))


def _name(way: Way) -> str:
    return f"{way.name}|{way.sender or ''}"


def _spoken(way: Way) -> str:
    return f"{way.name} ({way.sender})" if way.sender else way.name


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _probe(name: str, now: float) -> bool:
    """Whether the probe is the caller's."""
    if not breaking.may_probe(_read(_texts().get(name, "")), now):
        return False
    before, then = _change(
        name,
        lambda breaker: (
            breaking.probing(breaker, now) if breaking.may_probe(breaker, now) else breaker
        ),
    )
    return then != before or not breaking.is_open(before)


# -- Redis ----------------------------------------------------------------------------------------


def _texts() -> dict[str, str]:
    redis, now = work.connection(), time.monotonic()
    if _seen.of is redis and now < max(_seen.fresh_until, _seen.gone_until):
        return _seen.texts
    with _lock:
        if _seen.of is not redis:
            _seen.of, _seen.texts, _seen.fresh_until, _seen.gone_until = redis, {}, 0.0, 0.0
        if now >= max(_seen.fresh_until, _seen.gone_until):
            try:
                found = cast(dict[bytes, bytes], redis.hgetall(_KEY))
                _seen.texts = {key.decode(): value.decode() for key, value in found.items()}
                _seen.fresh_until = now + _FRESH
            except RedisError:
                _seen.gone_until = now + _GONE
        return _seen.texts


def _change(name: str, how: Callable[[Breaker], Breaker]) -> tuple[Breaker, Breaker]:
    """Changes the shared breaker; returns how it was, and is."""
    with _lock:
        text = _seen.texts.get(name, "")
        for _ in range(_TRIES):
            before = _read(text)
            then = how(before)
            written = _written(then)
            if written == text or _swapped(name, text, written):
                _seen.texts = {**_seen.texts, name: written}
                return before, then
            text = _fetched(name)
        return before, before


def _swapped(name: str, old: str, new: str) -> bool:
    if time.monotonic() < _seen.gone_until:
        return True
    try:
        return bool(work.connection().eval(_SWAP, 1, _KEY, name, old, new))
    except RedisError:
        _seen.gone_until = time.monotonic() + _GONE
        return True


def _fetched(name: str) -> str:
    try:
        found = cast(bytes | None, work.connection().hget(_KEY, name))
    except RedisError:
        return _seen.texts.get(name, "")
    return (found or b"").decode()


def _read(text: str) -> Breaker:
    return Breaker(**json.loads(text)) if text else CLOSED


def _written(breaker: Breaker) -> str:
    return "" if breaker == CLOSED else json.dumps(dataclasses.asdict(breaker))
