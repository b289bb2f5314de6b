"""Sessions in Redis: one load, one compare-and-save, whatever the number of processes.

A session is found by provider, session id and number together, since some gateways reuse ids; the
number appears as its fingerprint only. Beside it lies what is known of the citizen, so that a dial
needs no database to speak their language; which session they were last in, for one that dropped;
and what is counted (ussd/funnels.py), in the very call that saves. All keys of a number share one
of 256 hash slots, for Redis Cluster.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b, sha1
from typing import Any, Final, TypeVar

import msgspec
from redis.exceptions import ResponseError

from database.lean_redis import LeanRedis, lean
from database.sealing import fingerprint
from menus.engine import Session
from settings import Settings
from ussd.dials import Dial, Ended, Reply, Seen

_KNOWN_SECONDS = 3600  # facts may change elsewhere: after an hour they are asked for again
SHARDS: Final = [f"{number:02x}" for number in range(256)]

_T = TypeVar("_T")
Counts = Iterable[tuple[str, int]]

# Saves if what we loaded still stands, and counts; else returns what does.
_SAVE = """
local stands = redis.call('GET', KEYS[1]) or ''
if stands ~= ARGV[1] then return stands end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
if ARGV[4] ~= '' then redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[5]) end
if ARGV[6] == '' then redis.call('DEL', KEYS[3])
else redis.call('SET', KEYS[3], ARGV[6], 'EX', ARGV[3]) end
for at = 7, #ARGV, 2 do redis.call('HINCRBY', KEYS[4], ARGV[at], ARGV[at + 1]) end
return false
"""
_SAVE_SHA = sha1(_SAVE.encode(), usedforsecurity=False).hexdigest()


class Record(msgspec.Struct, frozen=True, array_like=True):
    """What is kept between two dials: where the citizen stands, how far it has read, and the reply
    that was sent, for a gateway that asks again. `code` is what was dialled: not every provider
    repeats it."""

    session: Session
    code: str
    length: int
    digest: bytes
    at: int  # ms
    reply: str
    ends: bool
    choices: int = 0
    types: bool = False

    @property
    def seen(self) -> Seen:
        return Seen(self.length, self.digest, self.at)

    @property
    def answered(self) -> Reply:
        return Reply(self.reply, self.ends, self.choices, self.types, self.session.step)


class Known(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a citizen: the language (None: none was chosen), and what else holds."""

    language: str | None
    facts: tuple[str, ...] = ()


class Keys:
    """Where all of one phone's session lies. `identity`: 32 hex digits for one session of one phone
    with one provider."""

    __slots__ = ("funnel", "identity", "known", "last", "minute", "owner", "session")

    def __init__(self, dial: Dial | Ended) -> None:
        self.owner = owner = fingerprint(dial.phone)
        text = f"{dial.provider}\0{dial.session_id}\0{owner}"
        self.identity = blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
        shard = f"guichet:{{{owner[:2]}}}"
        phone = f"{shard}:{owner}"
        self.session = f"{phone}:ussd:{self.identity}"
        self.known = f"{phone}:known"
        self.last = f"{phone}:last"
        self.minute = f"{phone}:minute"
        self.funnel = funnel_key(owner[:2])


def funnel_key(shard: str) -> str:
    return f"guichet:{{{shard}}}:funnel"


@dataclass(frozen=True, slots=True)
class Loaded:
    """`raw` is what to compare with when saving; `known` is None when Redis does not say; `last`
    names the session that this phone was in before, if it did not end. `by_number` and
    `by_provider`: callbacks in this minute, and in this second; 0 where they are not counted."""

    keys: Keys
    raw: bytes
    record: Record | None
    known: Known | None
    last: str
    by_number: int = 0
    by_provider: int = 0


class Sessions:
    def __init__(self, settings: Settings) -> None:
        self._redis: LeanRedis = lean(settings.sessions_redis, settings.redis_seconds)
        self._seconds = settings.session_seconds + settings.resume_seconds
        self._counts_numbers = settings.rate_per_number > 0
        self._counts_providers = settings.rate_per_provider > 0
        self._record = msgspec.msgpack.Decoder(Record)
        self._known = msgspec.msgpack.Decoder(Known)
        self._encode = msgspec.msgpack.Encoder().encode

    def load(self, dial: Dial, counts: bool = True) -> Loaded:
        """`counts`: this is a callback, not a second look at the same one."""
        keys = Keys(dial)
        commands: list[tuple[str | int, ...]] = [("MGET", keys.session, keys.known, keys.last)]
        if counts and self._counts_numbers:
            minute = f"{keys.minute}{int(time.time()) // 60}"
            commands += (("INCR", minute), ("EXPIRE", minute, 60))
        if counts and self._counts_providers:
            second = f"guichet:second:{dial.provider}:{int(time.time())}"
            commands += (("INCR", second), ("EXPIRE", second, 5))
        (raw, known, last), *counted = self._redis.run(*commands)
        numbers = counted[::2]
        return Loaded(
            keys,
            raw or b"",
            _read(self._record, raw),
            _read(self._known, known),
            last.decode() if last else "",
            numbers.pop(0) if numbers and self._counts_numbers else 0,
            numbers.pop(0) if numbers else 0,
        )

    def dropped(self, loaded: Loaded) -> Record | None:
        """The session that this phone was in before, where it lies still."""
        key = f"{loaded.keys.session.rpartition(':')[0]}:{loaded.last}"
        [raw] = self._redis.run(("GET", key))
        return _read(self._record, raw)

    def of(self, ended: Ended) -> Record | None:
        """The session that a provider says is over, where it lies still."""
        [raw] = self._redis.run(("GET", Keys(ended).session))
        return _read(self._record, raw)

    def save(self, loaded: Loaded, record: Record, news: Known | None, counts: Counts = ()) -> bool:
        """False when another process has saved meanwhile. `news` of the citizen, if there are any,
        are kept for the next dials."""
        keys = loaded.keys
        arguments: list[str | bytes | int] = [
            *(4, keys.session, keys.known, keys.last, keys.funnel),
            *(loaded.raw, self._encode(record), self._seconds),
            *(b"" if news is None else self._encode(news), _KNOWN_SECONDS),
            "" if record.ends else keys.identity,
        ]
        for name, count in counts:
            arguments += (name, count)
        return self._script(arguments) is None

    def _script(self, arguments: list[str | bytes | int]) -> Any:
        try:
            [stands] = self._redis.run(("EVALSHA", _SAVE_SHA, *arguments))
        except ResponseError as problem:
            if "No matching script" not in str(problem):
                raise
            [stands] = self._redis.run(("EVAL", _SAVE, *arguments))
        return stands

    def count(self, shard: str, counts: Counts) -> None:
        """Counts what did not come with a save."""
        key = funnel_key(shard)
        self._redis.run(*[("HINCRBY", key, name, number) for name, number in counts])

    def ping(self) -> bool:
        return bool(self._redis.run(("PING",)))


def _read(decoder: msgspec.msgpack.Decoder[_T], raw: bytes | None) -> _T | None:
    """None for what another release wrote: the citizen begins again."""
    try:
        return decoder.decode(raw) if raw else None
    except msgspec.MsgspecError:
        return None
