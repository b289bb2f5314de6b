"""Sessions in Redis: one load, one compare-and-save, whatever the number of processes.

A session is found by provider, session id and number together, since some gateways reuse ids; the
number appears as its fingerprint only. Beside it lies what is known of the citizen, so that a dial
needs no database to speak their language. Both keys of a number share a hash slot, for Redis
Cluster.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar, cast

import msgspec

from database.redis_clients import client
from database.sealing import fingerprint
from menus.engine import Session
from settings import Settings
from ussd.dials import Dial, Reply, Seen

_KNOWN_SECONDS = 3600  # facts may change elsewhere: after an hour they are asked for again

_T = TypeVar("_T")

# Saves if what we loaded still stands; else returns what does.
_SAVE = """
local stands = redis.call('GET', KEYS[1]) or ''
if stands ~= ARGV[1] then return stands end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
if ARGV[4] ~= '' then redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[5]) end
return false
"""


class Record(msgspec.Struct, frozen=True, array_like=True):
    """What is kept between two dials: where the citizen stands, and the reply that was sent, for a
    gateway that asks again."""

    session: Session
    length: int
    digest: bytes
    reply: str
    ends: bool

    @property
    def seen(self) -> Seen:
        return Seen(self.length, self.digest)

    @property
    def answered(self) -> Reply:
        return Reply(self.reply, self.ends)


class Known(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a citizen: the language (None: none was chosen), and what else holds."""

    language: str | None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """`raw` is what to compare with when saving; `known` is None when Redis does not say."""

    raw: bytes
    record: Record | None
    known: Known | None


class Sessions:
    def __init__(self, settings: Settings) -> None:
        self._redis = client(settings.sessions_redis, settings.redis_seconds)
        self._seconds = settings.session_seconds + settings.resume_seconds
        self._save = self._redis.register_script(_SAVE)
        self._record = msgspec.msgpack.Decoder(Record)
        self._known = msgspec.msgpack.Decoder(Known)
        self._encode = msgspec.msgpack.Encoder().encode

    def load(self, dial: Dial) -> Loaded:
        raw, known = cast(list[bytes | None], self._redis.mget(*_keys(dial)))
        return Loaded(raw or b"", _read(self._record, raw), _read(self._known, known))

    def save(self, dial: Dial, expected: bytes, record: Record, news: Known | None) -> bool:
        """False when another process has saved meanwhile. `news` of the citizen, if there are any,
        are kept for the next dials."""
        kept = b"" if news is None else self._encode(news)
        stands = self._save(
            keys=_keys(dial),
            args=[expected, self._encode(record), self._seconds, kept, _KNOWN_SECONDS],
        )
        return stands is None

    def ping(self) -> bool:
        return bool(self._redis.ping())


def _read(decoder: msgspec.msgpack.Decoder[_T], raw: bytes | None) -> _T | None:
    """None for what another release wrote: the citizen begins again."""
    try:
        return decoder.decode(raw) if raw else None
    except msgspec.MsgspecError:
        return None


def identity(dial: Dial) -> str:
    """32 hex digits for one session of one phone with one provider."""
    text = f"{dial.provider}\0{dial.session_id}\0{fingerprint(dial.phone)}"
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _keys(dial: Dial) -> list[str]:
    owner = fingerprint(dial.phone)
    return [f"guichet:{{{owner}}}:ussd:{identity(dial)}", f"guichet:{{{owner}}}:known"]
