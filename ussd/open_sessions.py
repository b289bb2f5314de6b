"""How many sessions are open on which version of a tree: counted in Redis, key by key.

That takes a look at every key there is, so it ends after a bound: then there are at least so many.
Redis Cluster, whose nodes would have to be asked one by one, is not asked at all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from database.lean_redis import LeanRedis, lean
from settings import Settings
from ussd.sessions import Record

_SESSIONS = "guichet:{??}:*:ussd:*"  # as ussd/sessions.py names them
_RECORD = msgspec.msgpack.Decoder(Record)
_MOST_KEYS = 60_000
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class OpenSessions:
    """By version: sessions whose citizen is at the phone. `all_of_them`: none was left out."""

    by_version: Mapping[str, int]
    all_of_them: bool

    def on(self, version: str) -> int:
        return self.by_version.get(version, 0)


def count(settings: Settings, now: float) -> OpenSessions | None:
    """`now`: seconds since 1970. None where it can't be told. Raises RedisError."""
    if settings.sessions_redis.startswith("redis+cluster"):
        return None
    redis = _redis(settings.sessions_redis, settings.redis_seconds)
    found: Counter[str] = Counter()
    since = now - settings.session_seconds
    cursor, looked_at = b"0", 0
    while True:
        [(cursor, keys)] = redis.run(("SCAN", cursor, "MATCH", _SESSIONS, "COUNT", _AT_ONCE))
        looked_at += _AT_ONCE
        if keys:
            [records] = redis.run(("MGET", *keys))
            found.update(_versions(records, since))
        if cursor == b"0":
            return OpenSessions(found, True)
        if looked_at >= _MOST_KEYS:
            return OpenSessions(found, False)


@lru_cache(maxsize=1)
def _redis(url: str, seconds: float) -> LeanRedis:
    return lean(url, seconds)


def _versions(records: Sequence[bytes | None], since: float) -> Iterator[str]:
    """Of those that have not ended, and whose last screen the network still holds."""
    for raw in records:
        try:
            record = _RECORD.decode(raw) if raw else None
        except msgspec.MsgspecError:  # another release's
            continue
        if record is not None and not record.ends and record.at / 1e6 >= since:
            yield record.session.tree
