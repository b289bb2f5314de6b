"""Sessions in Redis: one load, one compare-and-save, whatever the number of processes.

A session is found by provider, session id and number together, since some gateways reuse ids; the
number appears as its fingerprint only. Beside it lies what is known of the citizen, so that a dial
needs no database to speak their language; which session they were last in, for one that dropped;
how often they called in this minute; and what is counted (ussd/funnels.py), in the very call that
saves. All keys of a number share one of 256 hash slots, for Redis Cluster.

A process remembers what it saved last of a number, and starts from there without a load: the save
compares all of it with what stands, and gives that back where another process has been at work.
"""

import threading
import time
from collections.abc import Iterable
from hashlib import blake2b, sha1
from typing import Any, Final, TypeVar

import msgspec
from redis.exceptions import ResponseError

from database.lean_redis import LeanRedis, lean
from database.sealing import passing_fingerprint
from menus.engine import Session
from settings import Settings
from ussd.dials import Dial, Ended, Reply, Seen

_KNOWN_SECONDS = 3600  # facts may change elsewhere: after an hour they are asked for again
_MOST_REMEMBERED = 4_000  # phones: more than dial at one time, in some 6 MB
SHARDS: Final = [f"{number:02x}" for number in range(256)]

_T = TypeVar("_T")
Counts = Iterable[tuple[str, int]]

# Saves if all that we started from still stands, and counts; else returns what stands.
_SAVE = """
local stands = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[5])
if (stands[1] or '') ~= ARGV[1] or (stands[2] or '') ~= ARGV[2] or (stands[3] or '') ~= ARGV[3] then
  return stands
end
redis.call('SET', KEYS[1], ARGV[4], 'EX', ARGV[5])
if ARGV[6] ~= '' then redis.call('SET', KEYS[2], ARGV[6], 'EX', ARGV[7]) end
if ARGV[8] ~= ARGV[3] then
  if ARGV[8] == '' then redis.call('DEL', KEYS[3])
  else redis.call('SET', KEYS[3], ARGV[8], 'EX', ARGV[5]) end
end
for at = 9, #ARGV, 2 do redis.call('HINCRBY', KEYS[4], ARGV[at], ARGV[at + 1]) end
local calls = redis.call('INCR', KEYS[5])
if calls == 1 then redis.call('EXPIRE', KEYS[5], 60) end
return calls
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
    at: int  # µs
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
    with one provider. `minute`: this minute's calls of the phone."""

    __slots__ = ("funnel", "identity", "known", "last", "minute", "owner", "session")

    def __init__(self, dial: Dial | Ended) -> None:
        self.owner = owner = passing_fingerprint(dial.phone)
        phone = of_phone(owner)
        text = f"{dial.provider}\0{dial.session_id}\0{owner}"
        self.identity = blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
        self.session = f"{phone}:ussd:{self.identity}"
        self.known = f"{phone}:known"
        self.last = f"{phone}:last"
        self.minute = f"{phone}:minute{int(time.time()) // 60}"
        self.funnel = funnel_key(owner[:2])


def of_phone(owner: str) -> str:
    """What the keys of one phone begin with."""
    return f"guichet:{{{owner[:2]}}}:{owner}"


def funnel_key(shard: str) -> str:
    return f"guichet:{{{shard}}}:funnel"


class Loaded(msgspec.Struct, frozen=True):
    """What a dial starts from. `raw` and `raw_known` are what to compare with when saving; `known`
    is None when Redis does not say; `last` names the session that this phone was in before, if it
    did not end; `calls` are those of this phone in this minute. `remembered`: it was not asked of
    Redis just now."""

    keys: Keys
    raw: bytes
    record: Record | None
    raw_known: bytes
    known: Known | None
    last: bytes
    calls: int
    remembered: bool = False


class _Memory:
    """What this process saved last of each phone, the latest so many of them."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._held: dict[str, tuple[float, Loaded]] = {}
        self._lock = threading.Lock()

    def recall(self, keys: Keys) -> Loaded | None:
        """What to start from; None where Redis has to be asked."""
        until, saved = self._held.get(keys.owner, _NOTHING)
        if saved is None or saved.record is None or time.monotonic() > until:
            return None
        same_minute = saved.keys.minute == keys.minute
        calls = saved.calls if same_minute else 0
        if saved.keys.identity == keys.identity:
            return Loaded(
                keys, saved.raw, saved.record, saved.raw_known, saved.known, saved.last, calls, True
            )
        if saved.last:  # one that dropped, maybe
            return None
        return Loaded(keys, b"", None, saved.raw_known, saved.known, b"", calls, True)

    def keep(self, saved: Loaded) -> None:
        with self._lock:
            self._held.pop(saved.keys.owner, None)
            self._held[saved.keys.owner] = time.monotonic() + self._seconds, saved
            if len(self._held) > self._most:
                del self._held[next(iter(self._held))]


_NOTHING: tuple[float, Loaded | None] = (0.0, None)


class Sessions:
    def __init__(self, settings: Settings) -> None:
        self._redis: LeanRedis = lean(settings.sessions_redis, settings.redis_seconds)
        self._seconds = settings.session_seconds + settings.resume_seconds
        self._memory = _Memory(_MOST_REMEMBERED, self._seconds)
        self._record = msgspec.msgpack.Decoder(Record)
        self._known = msgspec.msgpack.Decoder(Known)
        self._encode = msgspec.msgpack.Encoder().encode

    def recall(self, dial: Dial) -> Loaded | None:
        """What this process remembers of the phone; None where it has to be loaded."""
        return self._memory.recall(Keys(dial))

    def load(self, dial: Dial) -> Loaded:
        keys = Keys(dial)
        [stands] = self._redis.run(("MGET", keys.session, keys.known, keys.last, keys.minute))
        return self._loaded(keys, stands)

    def _loaded(self, keys: Keys, stands: list[bytes | None]) -> Loaded:
        raw, known, last, calls = stands
        return Loaded(
            keys,
            raw or b"",
            _read(self._record, raw),
            known or b"",
            _read(self._known, known),
            last or b"",
            int(calls or 0),
        )

    def dropped(self, loaded: Loaded) -> Record | None:
        """The session that this phone was in before, where it lies still."""
        key = f"{loaded.keys.session.rpartition(':')[0]}:{loaded.last.decode()}"
        [raw] = self._redis.run(("GET", key))
        return _read(self._record, raw)

    def of(self, ended: Ended) -> Record | None:
        """The session that a provider says is over, where it lies still."""
        [raw] = self._redis.run(("GET", Keys(ended).session))
        return _read(self._record, raw)

    def save(
        self, loaded: Loaded, record: Record, news: Known | None, counts: Counts = ()
    ) -> Loaded | None:
        """None when it is saved; what stands when another process has saved meanwhile. `news` of
        the citizen, if there are any, are kept for the next dials."""
        keys, raw = loaded.keys, self._encode(record)
        raw_news = b"" if news is None else self._encode(news)
        last = b"" if record.ends else keys.identity.encode()
        arguments: list[str | bytes | int] = [
            *(5, keys.session, keys.known, keys.last, keys.funnel, keys.minute),
            *(loaded.raw, loaded.raw_known, loaded.last),
            *(raw, self._seconds, raw_news, _KNOWN_SECONDS, last),
        ]
        for name, count in counts:
            arguments += (name, count)
        answer = self._script(arguments)
        if isinstance(answer, list):
            return self._loaded(keys, answer)
        known = (loaded.raw_known, loaded.known) if news is None else (raw_news, news)
        self._memory.keep(Loaded(keys, raw, record, *known, last, answer))
        return None

    def _script(self, arguments: list[str | bytes | int]) -> Any:
        try:
            [answer] = self._redis.run(("EVALSHA", _SAVE_SHA, *arguments))
        except ResponseError as problem:
            if "No matching script" not in str(problem):
                raise
            [answer] = self._redis.run(("EVAL", _SAVE, *arguments))
        return answer

    def forget(self, phone: str) -> None:
        """What is known of the citizen is asked for anew: it has changed by another way than a
        dial. A process that remembers it learns so when it saves."""
        self._redis.run(("DEL", f"{of_phone(passing_fingerprint(phone))}:known"))

    def count(self, loaded: Loaded) -> int:
        """Counts a call that saves nothing; returns how many this minute had with it."""
        minute = loaded.keys.minute
        calls, _ = self._redis.run(("INCR", minute), ("EXPIRE", minute, 60))
        return int(calls)

    def count_all(self, provider: str) -> int:
        """Counts a call of the provider's; returns how many this second had with it."""
        second = f"guichet:second:{provider}:{int(time.time())}"
        calls, _ = self._redis.run(("INCR", second), ("EXPIRE", second, 5))
        return int(calls)

    def ping(self) -> bool:
        return bool(self._redis.run(("PING",)))


def _read(decoder: msgspec.msgpack.Decoder[_T], raw: bytes | None) -> _T | None:
    """None for what another release wrote: the citizen begins again."""
    try:
        return decoder.decode(raw) if raw else None
    except msgspec.MsgspecError:
        return None
