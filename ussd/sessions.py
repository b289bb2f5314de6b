"""Sessions in Redis: one load, one compare-and-save, whatever the number of processes.

A session is found by provider, session id and number together, since some gateways reuse ids; the
number appears as its fingerprint only. Beside it lies the citizen's language, so that a dial needs
no database to speak it. Both keys of a number share a hash slot, for Redis Cluster.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import cast

import msgspec

from database.redis_clients import client
from database.sealing import fingerprint
from menus.engine import Session
from settings import Settings
from ussd.dials import Dial, Reply, Seen

_DAY = 24 * 3600
_NOT_CHOSEN = "-"

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


@dataclass(frozen=True, slots=True)
class Loaded:
    """`raw` is what to compare with when saving. `language` is None when none was chosen, and
    `known` False when Redis does not say."""

    raw: bytes
    record: Record | None
    language: str | None
    known: bool


class Sessions:
    def __init__(self, settings: Settings) -> None:
        self._redis = client(settings.sessions_redis, settings.redis_seconds)
        self._seconds = settings.session_seconds + settings.resume_seconds
        self._save = self._redis.register_script(_SAVE)
        self._decode = msgspec.msgpack.Decoder(Record).decode
        self._encode = msgspec.msgpack.Encoder().encode

    def load(self, dial: Dial) -> Loaded:
        raw, language = cast(list[bytes | None], self._redis.mget(*_keys(dial)))
        chosen = language.decode() if language else None
        return Loaded(
            raw=raw or b"",
            record=self._read(raw) if raw else None,
            language=None if chosen == _NOT_CHOSEN else chosen,
            known=language is not None,
        )

    def save(
        self, dial: Dial, expected: bytes, record: Record, language: str | None, learned: bool
    ) -> bool:
        """False when another process has saved meanwhile. `learned`: the language (or that none
        was chosen) is news, to be kept for the next dials."""
        kept = (language or _NOT_CHOSEN) if learned else ""
        stands = self._save(
            keys=_keys(dial),
            args=[expected, self._encode(record), self._seconds, kept, _DAY],
        )
        return stands is None

    def ping(self) -> bool:
        return bool(self._redis.ping())

    def _read(self, raw: bytes) -> Record | None:
        try:
            return self._decode(raw)
        except msgspec.MsgspecError:  # written by another release: the citizen begins again
            return None


def identity(dial: Dial) -> str:
    """32 hex digits for one session of one phone with one provider."""
    text = f"{dial.provider}\0{dial.session_id}\0{fingerprint(dial.phone)}"
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _keys(dial: Dial) -> list[str]:
    owner = fingerprint(dial.phone)
    return [f"guichet:{{{owner}}}:ussd:{identity(dial)}", f"guichet:{{{owner}}}:language"]
